import * as l10n from '@vscode/l10n';
import { commonLinks, type FailureMessage } from './failureMessage';
import { MAPPING_SCOPE } from '../model/scopes';
import type { SignInFailure, SignInFailureKind } from './signInFailure';

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

/** The texts for each kind of sign-in failure. None depends on Login with Amazon's message. */
const TABLE: Record<SignInFailureKind, (failure: SignInFailure) => FailureMessage> = {
  redirectUriRefused: (failure) => ({
    reason: l10n.t('redirect URI refused'),
    title: l10n.t('The redirect URI in the settings cannot be used'),
    cause: withNothingSent(failure),
    nextSteps: [
      l10n.t(
        'Correct the setting {0}. Its default, {1}, serves on most computers.',
        REDIRECT_URI,
        'http://127.0.0.1:9090/cb',
      ),
      l10n.t('Add the same address to Allowed Return URLs of the security profile, exactly as it is in the setting.'),
    ],
    links: [links().console, links().register],
    suggestedActions: ['openSettings'],
  }),
  endpointRefused: (failure) => ({
    reason: l10n.t('Login with Amazon endpoint refused'),
    title: l10n.t('An endpoint of Login with Amazon in the settings cannot be used'),
    cause: withNothingSent(failure),
    nextSteps: [l10n.t('Correct the setting {0} or {1}.', AUTHORIZATION_ENDPOINT, TOKEN_ENDPOINT)],
    links: [],
    suggestedActions: ['openSettings'],
  }),
  scopesRefused: (failure) => ({
    reason: l10n.t('scopes in the settings refused'),
    title: l10n.t('The scopes in the settings cannot be asked for'),
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
    reason: l10n.t('access not granted'),
    title: l10n.t('Access was not granted on the consent page'),
    cause: l10n.t('The consent page of Amazon was left without allowing access. This signs nobody in or out.'),
    nextSteps: [
      l10n.t('Sign in again, and allow access on the consent page.'),
      l10n.t('To be asked for less, remove scopes from the setting {0}. Mappings need {1}.', SCOPES, MAPPING_SCOPE),
    ],
    links: [links().codeGrant],
    suggestedActions: ['tryAgain', 'openSettings'],
  }),
  noAnswer: ({ redirectUri }) => ({
    reason: l10n.t('browser did not come back'),
    title: l10n.t('The browser did not come back in time'),
    cause: l10n.t(
      'No answer to this sign-in arrived. When Amazon does not allow the return URL, or sometimes a scope, it shows a page that says so and never sends the browser back.',
    ),
    nextSteps: [
      redirectUri === undefined
        ? l10n.t(
            "If Amazon's page says that the return URL is not allowed, add the address in the setting {0} to Allowed Return URLs of the security profile, exactly as it is there.",
            REDIRECT_URI,
          )
        : l10n.t(
            "If Amazon's page says that the return URL is not allowed, add exactly {0} to Allowed Return URLs of the security profile. There, 127.0.0.1 and localhost are two entries.",
            redirectUri,
          ),
      l10n.t(
        "If Amazon's page says that a scope is not allowed, check the setting {0}, and that the client id is granted API access in the Alexa Smart Properties console.",
        SCOPES,
      ),
      l10n.t(
        'If the page at the end cannot be reached, as in remote windows, sign in again and paste its address into the editor.',
      ),
    ],
    links: [links().console, links().register, links().apiAccess],
    suggestedActions: ['tryAgain', 'openSettings'],
  }),
  foreignAnswer: ({ redirectUri }) => ({
    reason: l10n.t('answer of another sign-in'),
    title: l10n.t('This address is not the answer to this sign-in'),
    cause: l10n.t(
      'This address is of an earlier or another sign-in, was used before, or lacks a part. Nothing was sent.',
    ),
    nextSteps: [
      redirectUri === undefined
        ? l10n.t('Paste the whole address of the newest page.')
        : l10n.t('Paste the whole address of the newest page, from {0} to its very end.', redirectUri),
      l10n.t('If that page is closed, sign in again.'),
    ],
    links: [],
    suggestedActions: ['tryAgain'],
  }),
  codeRefused: () => ({
    reason: l10n.t('sign-in code refused'),
    title: l10n.t('Login with Amazon refused the code of this sign-in'),
    cause: l10n.t(
      'A code can be used once, and for five minutes. This one had expired, was used before, or is of another sign-in.',
    ),
    nextSteps: [
      l10n.t('Sign in again. Once you have allowed access, finish within five minutes.'),
      l10n.t('If you paste the address of the page at the end, take it from the newest page, and once only.'),
    ],
    links: [links().codeGrant],
    suggestedActions: ['tryAgain'],
  }),
  grantEnded: () => ({
    reason: l10n.t('refresh token refused'),
    title: l10n.t('Login with Amazon refused the refresh token'),
    cause: l10n.t(
      'The refresh token is not valid any more, or never was. Perhaps access was revoked, the password of the account was changed, or a newer one has taken its place.',
    ),
    nextSteps: [
      l10n.t('Sign in again.'),
      l10n.t('If you pasted the refresh token, paste a new one and the client id and secret that it was issued to.'),
    ],
    links: [links().refreshToken],
    suggestedActions: ['signIn'],
  }),
  clientRefused: () => ({
    reason: l10n.t('client id or secret refused'),
    title: l10n.t('Login with Amazon refused the client id or the client secret'),
    cause: l10n.t(
      'The client id is unknown, or the client secret is not its own. Both must be of the same security profile.',
    ),
    nextSteps: [
      l10n.t(
        'In the Login with Amazon console, open Web Settings of the security profile, and copy the client id and the client secret from there.',
      ),
      l10n.t('Sign in again with both. If the setting {0} holds another client id, correct it first.', CLIENT_ID),
    ],
    links: [links().console, links().securityProfile],
    suggestedActions: ['signIn', 'openSettings'],
  }),
  clientMismatch: () => ({
    reason: l10n.t('client not permitted'),
    title: l10n.t('Login with Amazon does not permit this to the client'),
    cause: l10n.t(
      'A refresh token works with the client id that it was issued to and with no other. Or the security profile is not enabled for Login with Amazon.',
    ),
    nextSteps: [
      l10n.t(
        'Sign in again. If you paste a refresh token, give the client id and secret that it was issued to with it.',
      ),
      l10n.t(
        'Check in the Login with Amazon console that the security profile of the client id is enabled for Login with Amazon.',
      ),
    ],
    links: [links().console, links().refreshToken],
    suggestedActions: ['signIn', 'openSettings'],
  }),
  invalidScope: (failure) => ({
    reason: l10n.t('scope refused'),
    title: l10n.t('Login with Amazon refused a scope'),
    cause: l10n.t(
      'The client id may not ask for every scope in the settings, and one such scope fails the whole sign-in.',
    ),
    nextSteps: scopeSteps(failure.scopesToDrop ?? []),
    links: [links().apiAccess, links().codeGrant],
    suggestedActions: ['openSettings', 'tryAgain'],
  }),
  requestRefused: (failure) => ({
    reason: l10n.t('sign-in request refused'),
    title: l10n.t('Login with Amazon refused the request'),
    cause:
      failure.detail === undefined
        ? l10n.t('Login with Amazon found the request itself not valid. This signs nobody out.')
        : l10n.t('Login with Amazon found the request itself not valid ({0}). This signs nobody out.', failure.detail),
    nextSteps: [
      l10n.t('Check the settings {0}, {1} and {2}, then sign in again.', CLIENT_ID, REDIRECT_URI, SCOPES),
      contactSupportStep(failure),
    ],
    links: [links().codeGrant],
    suggestedActions: ['tryAgain', 'openSettings'],
  }),
  throttled: ({ retryAfterMs }) => ({
    reason: l10n.t('too many sign-in requests'),
    title: l10n.t('Login with Amazon asks for a pause'),
    cause: withStillSignedIn(l10n.t('More requests were sent to Login with Amazon than it permits in a span of time.')),
    nextSteps: [
      retryAfterMs === undefined
        ? l10n.t('Wait a minute, then try again.')
        : retryAfterMs <= 1000
          ? l10n.t('Login with Amazon asks to wait a second. Try again after that.')
          : l10n.t('Login with Amazon asks to wait {0} seconds. Try again after that.', Math.ceil(retryAfterMs / 1000)),
    ],
    links: [],
    suggestedActions: ['tryAgain'],
  }),
  serverError: (failure) => ({
    reason: l10n.t('Login with Amazon failed'),
    title: l10n.t('Login with Amazon had an error of its own'),
    cause: withStillSignedIn(l10n.t('The fault lies with Login with Amazon, not with your account or settings.')),
    nextSteps: [l10n.t('Try again in a few minutes.'), contactSupportStep(failure)],
    links: [],
    suggestedActions: ['tryAgain'],
  }),
  unavailable: () => ({
    reason: l10n.t('Login with Amazon is unavailable'),
    title: l10n.t('Login with Amazon is not available'),
    cause: withStillSignedIn(
      l10n.t('Login with Amazon is down for maintenance, overloaded, or a gateway before it got no answer.'),
    ),
    nextSteps: [l10n.t('Try again in a few minutes.')],
    links: [],
    suggestedActions: ['tryAgain'],
  }),
  timeout: () => ({
    reason: l10n.t('no answer from Login with Amazon'),
    title: l10n.t('Login with Amazon did not answer in time'),
    cause: withStillSignedIn(l10n.t('No complete answer arrived in time.')),
    nextSteps: [l10n.t('Try again.'), l10n.t('Check whether a VPN or proxy slows down the connection.')],
    links: [links().proxy],
    suggestedActions: ['tryAgain'],
  }),
  network: () => ({
    reason: l10n.t('Login with Amazon is out of reach'),
    title: l10n.t('The connection to Login with Amazon failed'),
    cause: withStillSignedIn(
      l10n.t('The connection could not be made, or it broke before the whole answer had arrived.'),
    ),
    nextSteps: [
      l10n.t('Check the internet connection, the VPN and the firewall.'),
      l10n.t('If your company has a proxy, check the proxy settings of VS Code (http.proxy).'),
      l10n.t('Check the setting {0}.', TOKEN_ENDPOINT),
    ],
    links: [links().proxy],
    suggestedActions: ['tryAgain', 'openSettings'],
  }),
  nameResolution: () => ({
    reason: l10n.t('Login with Amazon host not found'),
    title: l10n.t('The host name of Login with Amazon could not be resolved'),
    cause: withStillSignedIn(
      l10n.t('No name server knew the address. This computer may be offline, or the endpoint may be misspelt.'),
    ),
    nextSteps: [l10n.t('Check the internet connection and the VPN.'), l10n.t('Check the setting {0}.', TOKEN_ENDPOINT)],
    links: [links().proxy],
    suggestedActions: ['tryAgain', 'openSettings'],
  }),
  certificate: () => ({
    reason: l10n.t('Login with Amazon is not trusted'),
    title: l10n.t('The certificate of Login with Amazon is not trusted'),
    cause: withStillSignedIn(
      l10n.t(
        'This computer does not trust who answered in the name of Login with Amazon. Often a company proxy inspects the traffic with a certificate of its own. Nothing secret was sent.',
      ),
    ),
    nextSteps: [
      l10n.t('Add the certificate of your company to the system, and restart VS Code.'),
      l10n.t('Check the date and time of this computer.'),
    ],
    links: [links().proxy],
    suggestedActions: ['tryAgain'],
  }),
  proxy: () => ({
    reason: l10n.t('sign-in stopped by the proxy'),
    title: l10n.t('The proxy did not let the request to Login with Amazon through'),
    cause: withStillSignedIn(
      l10n.t(
        'A proxy between this computer and Login with Amazon wants a user name and password, or refuses the connection.',
      ),
    ),
    nextSteps: [
      l10n.t('Check the proxy settings of VS Code (http.proxy).'),
      l10n.t('Ask who runs the proxy to permit the host in the setting {0}.', TOKEN_ENDPOINT),
    ],
    links: [links().proxy],
    suggestedActions: ['tryAgain', 'openSettings'],
  }),
  unexpectedResponse: () => ({
    reason: l10n.t('unexpected answer to the sign-in'),
    title: l10n.t('The answer is not one that Login with Amazon documents'),
    cause: withStillSignedIn(
      l10n.t('Something else may have answered in its place, such as a proxy or the sign-in page of a network.'),
    ),
    nextSteps: [
      l10n.t('Check that you are online, without the sign-in page of a network in between.'),
      l10n.t('Check the setting {0}.', TOKEN_ENDPOINT),
      l10n.t('If it stays so, report it: Login with Amazon may have changed.'),
    ],
    links: [links().codeGrant],
    suggestedActions: ['tryAgain', 'openSettings'],
  }),
  cancelled: () => ({
    reason: l10n.t('sign-in cancelled'),
    title: l10n.t('You cancelled the sign-in'),
    cause: l10n.t('The sign-in was given up before it had ended. This signs nobody in or out.'),
    nextSteps: [l10n.t('Sign in when you are ready.')],
    links: [],
    suggestedActions: ['tryAgain'],
  }),
};

/** Returns the texts that explain a failed sign-in or refresh, in VS Code's display language. */
export function describeSignInFailure(failure: SignInFailure): FailureMessage {
  return TABLE[failure.kind](failure);
}

/**
 * Returns a hint for a user whose browser has not been redirected yet, shown in the box that also takes the URL: Amazon
 * does not redirect from the page that rejects a return URL or a scope.
 */
export function redirectTimeoutHint(redirectUri: string): string {
  return l10n.t(
    "The browser has not come back. If Amazon's page says that the return URL is not allowed, add exactly {0} to Allowed Return URLs of the security profile (127.0.0.1 and localhost are two entries). If it says that a scope is not allowed, check the setting {1}. If the page at the end cannot be reached, paste its address here.",
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
        'You are signed in, but Amazon did not grant {0}. Without {1} the service refuses to read and change mappings. Grant the client id API access in the Alexa Smart Properties console, then sign in again and allow everything on the consent page.',
        missing.join(', '),
        MAPPING_SCOPE,
      )
    : l10n.t(
        'You are signed in, but Amazon did not grant {0}. Mappings do not need it. To be asked again, sign in again; to be asked no more, remove it from the setting {1}.',
        missing.join(', '),
        SCOPES,
      );
}

/** If the address is unknown, names the setting instead. */
function portTaken({
  portHeldByOtherWindow,
  portOwner,
  redirectUri = REDIRECT_URI,
  detail,
}: SignInFailure): Pick<FailureMessage, 'reason' | 'title' | 'cause' | 'nextSteps'> {
  if (portHeldByOtherWindow) {
    return {
      reason: l10n.t('another window is signing in'),
      title: l10n.t('Another window of the editor waits for a sign-in'),
      cause: l10n.t(
        'The other window waits for the browser at {0}, where one sign-in at a time can wait.',
        redirectUri,
      ),
      nextSteps: [l10n.t('Finish or cancel the sign-in in the other window, then try again.')],
    };
  }
  const anotherPort = l10n.t(
    'Choose another port in the setting {0}, and add that address to Allowed Return URLs of the security profile, exactly as it is in the setting.',
    REDIRECT_URI,
  );
  if (detail !== undefined && detail !== 'EADDRINUSE') {
    return {
      reason: l10n.t('port for the sign-in refused'),
      title: l10n.t('The port for the sign-in cannot be listened on'),
      cause: l10n.t(
        'The browser has to come back to {0}, but the system does not open this port ({1}).',
        redirectUri,
        detail,
      ),
      nextSteps: [anotherPort],
    };
  }
  return {
    reason: l10n.t('port for the sign-in taken'),
    title: l10n.t('The port for the sign-in is taken'),
    cause:
      portOwner === undefined
        ? l10n.t('The browser has to come back to {0}, but another program listens on this port.', redirectUri)
        : l10n.t('The browser has to come back to {0}, but {1} listens on this port.', redirectUri, portOwner),
    nextSteps: [
      portOwner === undefined
        ? l10n.t('Close the program that listens on this port, then try again.')
        : l10n.t('Close {0}, then try again.', portOwner),
      anotherPort,
    ],
  };
}

/** Never suggests removing the scope that mappings need: without it, a sign-in would be useless. */
function scopeSteps(scopesToDrop: readonly string[]): string[] {
  const droppable = scopesToDrop.filter((scope) => scope !== MAPPING_SCOPE);
  const grantAccess = l10n.t(
    'If {0} is refused, grant the client id API access in the Alexa Smart Properties console.',
    MAPPING_SCOPE,
  );
  if (droppable.length > 0) {
    return [l10n.t('Remove {0} from the setting {1}, then sign in again.', droppable.join(', '), SCOPES), grantAccess];
  }
  if (scopesToDrop.length > 0) {
    return [
      l10n.t(
        'Grant the client id API access in the Alexa Smart Properties console, then sign in again. Mappings need {0}.',
        MAPPING_SCOPE,
      ),
    ];
  }
  return [l10n.t('Keep only {0} in the setting {1}, then sign in again.', MAPPING_SCOPE, SCOPES), grantAccess];
}

function withNothingSent({ detail }: SignInFailure): string {
  return detail === undefined ? l10n.t('Nothing was sent.') : l10n.t('{0} Nothing was sent.', detail);
}

/** For transient faults: reassures users that they are still signed in. */
function withStillSignedIn(why: string): string {
  return l10n.t('{0} This signs nobody out.', why);
}

function contactSupportStep({ requestId }: SignInFailure): string {
  return requestId === undefined
    ? l10n.t('If it stays so, ask Amazon support.')
    : l10n.t('If it stays so, send the request id to Amazon support.');
}
