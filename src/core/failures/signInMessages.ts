import * as l10n from '@vscode/l10n';
import { commonLinks, type FailureExplanation, type FailureMessage } from './failureMessage';
import { MAPPING_SCOPE } from '../model/scopes';
import type { SignInFailure, SignInFailureKind } from './signInFailure';
import { isPortInUse, signInReasonOf } from './signInReason';
import { signInTitleOf } from './signInTitle';

const DOCS = 'https://developer.amazon.com/docs/login-with-amazon';

const REDIRECT_URI = 'alexaNetworkMapping.redirectUri';
const SCOPES = 'alexaNetworkMapping.scopes';
const CLIENT_ID = 'alexaNetworkMapping.clientId';
const AUTHORIZATION_ENDPOINT = 'alexaNetworkMapping.authorizationEndpoint';
const TOKEN_ENDPOINT = 'alexaNetworkMapping.tokenEndpoint';

function links() {
  return {
    ...commonLinks(),
    console: {
      label: l10n.t('Login with Amazon console'),
      url: 'https://developer.amazon.com/loginwithamazon/console/site/lwa/overview.html',
    },
    register: { label: l10n.t('Register a security profile'), url: `${DOCS}/register-web.html` },
    securityProfile: { label: l10n.t('Security profiles'), url: `${DOCS}/security-profile.html` },
    codeGrant: { label: l10n.t('Authorization code grant'), url: `${DOCS}/authorization-code-grant.html` },
    refreshToken: { label: l10n.t('Refresh tokens'), url: `${DOCS}/refresh-token.html` },
  };
}

/** The explanation of each kind of sign-in failure. None depends on Login with Amazon's message. */
const EXPLANATIONS: Record<SignInFailureKind, (failure: SignInFailure) => FailureExplanation> = {
  invalidRedirectUri: (failure) => ({
    cause: withNothingSent(failure),
    nextSteps: [
      l10n.t(
        'Correct the setting {0}. Its default, {1}, works on most computers.',
        REDIRECT_URI,
        'http://127.0.0.1:9090/cb',
      ),
      l10n.t('Add the same address to Allowed Return URLs of the security profile, exactly as it is in the setting.'),
    ],
    links: [links().console, links().register],
    suggestedActions: ['openSettings'],
  }),
  invalidEndpoint: (failure) => ({
    cause: withNothingSent(failure),
    nextSteps: [l10n.t('Correct the setting {0} or {1}.', AUTHORIZATION_ENDPOINT, TOKEN_ENDPOINT)],
    links: [],
    suggestedActions: ['openSettings'],
  }),
  invalidScopesSetting: (failure) => ({
    cause: withNothingSent(failure),
    nextSteps: [l10n.t('Correct the setting {0}. Mappings need {1} in it.', SCOPES, MAPPING_SCOPE)],
    links: [],
    suggestedActions: ['openSettings'],
  }),
  portTaken: (failure) => ({
    ...portTaken(failure),
    links: [links().console, links().register],
    suggestedActions: ['tryAgain', 'openSettings'],
  }),
  consentDenied: () => ({
    cause: l10n.t('Your sign-in state is unchanged.'),
    nextSteps: [
      l10n.t('Sign in again, and allow access on the consent page.'),
      l10n.t(
        'To request fewer permissions, remove scopes from the setting {0}. Mappings need {1}.',
        SCOPES,
        MAPPING_SCOPE,
      ),
    ],
    links: [],
    suggestedActions: ['tryAgain', 'openSettings'],
  }),
  redirectTimeout: ({ redirectUri }) => ({
    cause: l10n.t(
      'No redirect from Amazon was received. When Amazon does not allow the return URL, or sometimes a scope, it shows an error page and does not redirect the browser.',
    ),
    nextSteps: [
      redirectUri === undefined
        ? l10n.t(
            "If Amazon's page says that the return URL is not allowed, add the address in the setting {0} to Allowed Return URLs of the security profile, exactly as it is there.",
            REDIRECT_URI,
          )
        : l10n.t(
            "If Amazon's page says that the return URL is not allowed, add exactly {0} to Allowed Return URLs of the security profile. 127.0.0.1 and localhost are different addresses there.",
            redirectUri,
          ),
      l10n.t(
        "If Amazon's page says that a scope is not allowed, check the setting {0}, and that the client ID has API access in the Alexa Smart Properties console.",
        SCOPES,
      ),
      l10n.t(
        'If the last page cannot be reached, as in remote windows, sign in again and paste its address into VS Code.',
      ),
    ],
    links: [links().console, links().register, links().apiAccess],
    suggestedActions: ['tryAgain', 'openSettings'],
  }),
  unexpectedRedirect: ({ redirectUri }) => ({
    cause: l10n.t('This address is from another sign-in, was used before, or is incomplete. Nothing was sent.'),
    nextSteps: [
      redirectUri === undefined
        ? l10n.t('Paste the full address of the latest page.')
        : l10n.t('Paste the full address of the latest page, from {0} to the end.', redirectUri),
      l10n.t('If that page is closed, sign in again.'),
    ],
    links: [],
    suggestedActions: ['tryAgain'],
  }),
  invalidCode: () => ({
    cause: l10n.t(
      'A code can be used once, within five minutes. This one expired, was used before, or is from another sign-in.',
    ),
    nextSteps: [
      l10n.t('Sign in again.'),
      l10n.t('If you paste the address of the last page, take it from the latest sign-in, and use it only once.'),
    ],
    links: [links().codeGrant],
    suggestedActions: ['tryAgain'],
  }),
  refreshTokenRevoked: () => ({
    cause: l10n.t(
      'The refresh token is not valid, for example because the password was changed, or access was revoked.',
    ),
    nextSteps: [
      l10n.t('Sign in again.'),
      l10n.t(
        'If you pasted the refresh token, paste a new one and the client ID and client secret that it was issued to.',
      ),
    ],
    links: [links().refreshToken],
    suggestedActions: ['signIn'],
  }),
  invalidClient: () => ({
    cause: l10n.t(
      'The client ID is unknown, or the client secret does not match it. Both must be from the same security profile.',
    ),
    nextSteps: [
      l10n.t(
        'In the Login with Amazon console, open Web Settings of the security profile, and copy the client ID and the client secret.',
      ),
      l10n.t('Sign in again with both. If the setting {0} has a different client ID, correct it first.', CLIENT_ID),
    ],
    links: [links().console, links().securityProfile],
    suggestedActions: ['signIn', 'openSettings'],
  }),
  clientNotAuthorized: () => ({
    cause: l10n.t(
      'Either the refresh token was issued to another client ID, or the security profile is not enabled for Login with Amazon.',
    ),
    nextSteps: [
      l10n.t(
        'Sign in again. If you paste a refresh token, enter the client ID and client secret that it was issued to.',
      ),
      l10n.t(
        'Check in the Login with Amazon console that the security profile of the client ID is enabled for Login with Amazon.',
      ),
    ],
    links: [links().console, links().refreshToken],
    suggestedActions: ['signIn', 'openSettings'],
  }),
  invalidScope: (failure) => ({
    cause: l10n.t('The client ID is not allowed to request one of the scopes in the settings.'),
    nextSteps: scopeSteps(failure.scopesToDrop ?? []),
    links: [links().apiAccess, links().codeGrant],
    suggestedActions: ['openSettings', 'tryAgain'],
  }),
  invalidRequest: (failure) => ({
    cause:
      failure.detail === undefined
        ? l10n.t('Login with Amazon found the request invalid. Your sign-in state is unchanged.')
        : l10n.t('Login with Amazon found the request invalid ({0}). Your sign-in state is unchanged.', failure.detail),
    nextSteps: [
      l10n.t('Check the settings {0}, {1} and {2}, then sign in again.', CLIENT_ID, REDIRECT_URI, SCOPES),
      contactSupportStep(failure),
    ],
    links: [links().codeGrant],
    suggestedActions: ['tryAgain', 'openSettings'],
  }),
  throttled: ({ retryAfterMs }) => ({
    cause: withStillSignedIn(l10n.t('The rate limit of Login with Amazon was exceeded.')),
    nextSteps: [
      retryAfterMs === undefined
        ? l10n.t('Wait a minute, then try again.')
        : retryAfterMs <= 1000
          ? l10n.t('Try again in 1 second.')
          : l10n.t('Try again in {0} seconds.', Math.ceil(retryAfterMs / 1000)),
    ],
    links: [],
    suggestedActions: ['tryAgain'],
  }),
  serverError: (failure) => ({
    cause: withStillSignedIn(l10n.t('The problem is with Login with Amazon, not with your account or settings.')),
    nextSteps: [l10n.t('Try again in a few minutes.'), contactSupportStep(failure)],
    links: [],
    suggestedActions: ['tryAgain'],
  }),
  unavailable: () => ({
    cause: withStillSignedIn(l10n.t('The reason may be maintenance, too much load, or a gateway.')),
    nextSteps: [l10n.t('Try again in a few minutes.')],
    links: [],
    suggestedActions: ['tryAgain'],
  }),
  timeout: () => ({
    cause: withStillSignedIn(l10n.t('No complete response was received in time.')),
    nextSteps: [l10n.t('Try again.'), l10n.t('Check whether a VPN or proxy slows down the connection.')],
    links: [links().proxy],
    suggestedActions: ['tryAgain'],
  }),
  network: () => ({
    cause: withStillSignedIn(
      l10n.t('The connection was not established or was lost, or a proxy requires authentication.'),
    ),
    nextSteps: [
      l10n.t('Check the internet connection, the VPN, the firewall, and the proxy settings of VS Code (http.proxy).'),
      l10n.t('Check the setting {0}.', TOKEN_ENDPOINT),
    ],
    links: [links().proxy],
    suggestedActions: ['tryAgain', 'openSettings'],
  }),
  nameResolution: () => ({
    cause: withStillSignedIn(
      l10n.t('The host name was not found. This computer may be offline, or the endpoint may be misspelled.'),
    ),
    nextSteps: [l10n.t('Check the internet connection and the VPN.'), l10n.t('Check the setting {0}.', TOKEN_ENDPOINT)],
    links: [links().proxy],
    suggestedActions: ['tryAgain', 'openSettings'],
  }),
  certificate: () => ({
    cause: withStillSignedIn(
      l10n.t('A company proxy may be inspecting the traffic with its own certificate. No secrets were sent.'),
    ),
    nextSteps: [
      l10n.t("Add your company's certificate to the system, and restart VS Code."),
      l10n.t('Check the date and time of this computer.'),
    ],
    links: [links().proxy],
    suggestedActions: ['tryAgain'],
  }),
  proxy: () => ({
    cause: withStillSignedIn(
      l10n.t(
        'A proxy between this computer and Login with Amazon requires a user name and password, or refuses the connection.',
      ),
    ),
    nextSteps: [
      l10n.t('Check the proxy settings of VS Code (http.proxy).'),
      l10n.t('Ask the proxy administrator to allow the host in the setting {0}.', TOKEN_ENDPOINT),
    ],
    links: [links().proxy],
    suggestedActions: ['tryAgain', 'openSettings'],
  }),
  unexpectedResponse: () => ({
    cause: withStillSignedIn(
      l10n.t('Something else may have responded instead, such as a proxy or the sign-in page of a network.'),
    ),
    nextSteps: [
      l10n.t('Check in the browser whether the network asks you to sign in first.'),
      l10n.t('Check the setting {0}.', TOKEN_ENDPOINT),
      l10n.t('If the problem persists, report it: Login with Amazon may have changed.'),
    ],
    links: [links().codeGrant],
    suggestedActions: ['tryAgain', 'openSettings'],
  }),
  canceled: () => ({
    cause: l10n.t('The sign-in was canceled before it finished. Your sign-in state is unchanged.'),
    nextSteps: [l10n.t('Sign in when you are ready.')],
    links: [],
    suggestedActions: ['tryAgain'],
  }),
};

/** Returns the texts that explain a failed sign-in or refresh, in VS Code's display language. */
export function describeSignInFailure(failure: SignInFailure): FailureMessage {
  return { reason: signInReasonOf(failure), title: signInTitleOf(failure), ...explainSignInFailure(failure) };
}

/** Returns the cause of a failed sign-in or refresh and what to do about it. */
export function explainSignInFailure(failure: SignInFailure): FailureExplanation {
  return EXPLANATIONS[failure.kind](failure);
}

/**
 * Returns a hint for a user whose browser has not been redirected yet, shown in the box that also takes the URL: Amazon
 * does not redirect from the page that rejects a return URL or a scope.
 */
export function redirectTimeoutHint(redirectUri: string): string {
  return l10n.t(
    "If Amazon's page rejects the return URL, add exactly {0} to Allowed Return URLs of the security profile. If it rejects a scope, check the setting {1}. If the last page cannot be reached, paste its address here.",
    redirectUri,
    SCOPES,
  );
}

/**
 * Returns what to show after a sign-in with fewer scopes than requested.
 *
 * @param missing at least one scope
 */
export function missingScopesText(missing: readonly string[]): string {
  return missing.includes(MAPPING_SCOPE)
    ? l10n.t(
        'You are signed in, but mappings cannot be read or changed, because Amazon did not grant {0}. Give the client ID API access in the Alexa Smart Properties console, then sign in again and select all permissions.',
        missing.join(', '),
      )
    : l10n.t(
        'You are signed in, but Amazon did not grant {0}. Mappings do not need it. Sign in again to allow it, or remove it from the setting {1}.',
        missing.join(', '),
        SCOPES,
      );
}

/** Returns why the browser cannot return, and the two ways to sign in without it. */
export function pasteInsteadText({ portHeldByOtherWindow, detail }: SignInFailure): string {
  if (portHeldByOtherWindow) {
    return l10n.t(
      'Another window is waiting for a sign-in. Paste the address of the last page in the browser, or finish the other sign-in and try again.',
    );
  }
  return isPortInUse(detail)
    ? l10n.t(
        'The sign-in port is in use. Paste the address of the last page in the browser, or close the program that is using the port and try again.',
      )
    : l10n.t(
        'Could not listen on the sign-in port. Paste the address of the last page in the browser, or choose another port in the setting {0} and try again.',
        REDIRECT_URI,
      );
}

/** If the address is unknown, names the setting instead. */
function portTaken({
  portHeldByOtherWindow,
  redirectUri = REDIRECT_URI,
  detail,
}: SignInFailure): Pick<FailureExplanation, 'cause' | 'nextSteps'> {
  if (portHeldByOtherWindow) {
    return {
      cause: l10n.t(
        'The other window is waiting for the browser at {0}. Only one sign-in at a time can use this address.',
        redirectUri,
      ),
      nextSteps: [l10n.t('Finish or cancel the sign-in in the other window, then try again.')],
    };
  }
  const anotherPort = l10n.t(
    'Choose another port in the setting {0}, and add that address to Allowed Return URLs of the security profile, exactly as it is in the setting.',
    REDIRECT_URI,
  );
  if (detail !== undefined && !isPortInUse(detail)) {
    return {
      cause: l10n.t('The browser must return to {0}, but this port could not be opened ({1}).', redirectUri, detail),
      nextSteps: [anotherPort],
    };
  }
  return {
    cause: l10n.t('The browser must return to {0}, but another program is using this port.', redirectUri),
    nextSteps: [l10n.t('Close the program that is using this port, then try again.'), anotherPort],
  };
}

/** Never suggests removing the scope that mappings need: without it, a sign-in would be useless. */
function scopeSteps(scopesToDrop: readonly string[]): string[] {
  const droppable = scopesToDrop.filter((scope) => scope !== MAPPING_SCOPE);
  const grantAccess = l10n.t(
    'If {0} is refused, grant the client ID API access in the Alexa Smart Properties console.',
    MAPPING_SCOPE,
  );
  if (droppable.length > 0) {
    return [l10n.t('Remove {0} from the setting {1}, then sign in again.', droppable.join(', '), SCOPES), grantAccess];
  }
  if (scopesToDrop.length > 0) {
    return [
      l10n.t(
        'Grant the client ID API access in the Alexa Smart Properties console, then sign in again. Mappings need {0}.',
        MAPPING_SCOPE,
      ),
    ];
  }
  return [l10n.t('Keep only {0} in the setting {1}, then sign in again.', MAPPING_SCOPE, SCOPES), grantAccess];
}

function withNothingSent({ detail }: SignInFailure): string {
  return detail === undefined
    ? l10n.t('Nothing was sent.')
    : l10n.t({
        message: '{0} Nothing was sent.',
        args: [detail],
        comment: ['{0} is a whole sentence that says what is wrong with a setting.'],
      });
}

/** For transient faults: reassures users that they are still signed in. */
function withStillSignedIn(why: string): string {
  return l10n.t({
    message: '{0} Your sign-in state is unchanged.',
    args: [why],
    comment: ['{0} is a whole sentence that says why a sign-in failed.'],
  });
}

function contactSupportStep({ requestId }: SignInFailure): string {
  return requestId === undefined
    ? l10n.t('If the problem persists, contact Amazon support.')
    : l10n.t('If the problem persists, send the request ID to Amazon support.');
}
