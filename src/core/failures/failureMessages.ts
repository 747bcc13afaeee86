import * as l10n from '@vscode/l10n';
import { commonLinks, SMART_PROPERTIES_DOCS, type FailureExplanation, type FailureMessage } from './failureMessage';
import { reasonOf } from './failureReason';
import { titleOf } from './failureTitle';
import type { ApiFailure, FailureKind } from './apiFailure';
import { certificateMessage, proxyMessage } from './networkMessages';
import { CALLING_PERMISSION } from '../model/callingPermission';
import { MAPPING_SCOPE } from '../model/scopes';
import { isProviderOperation, isReadOperation, type RequestOperation } from '../model/serviceProvider';
import { explainSignInFailure } from './signInMessages';

function links() {
  return {
    ...commonLinks(),
    reference: {
      label: l10n.t('Network mapping reference'),
      url: `${SMART_PROPERTIES_DOCS}/service-provider-network-mapping-api-for-asp.html`,
    },
    onboarding: {
      label: l10n.t('Self-service onboarding'),
      url: `${SMART_PROPERTIES_DOCS}/self-service-onboarding-api-for-asp.html`,
    },
    calling: callingLink(),
  };
}

/** Returns the link to what calls require: the add-on, and the permission of the skill. */
export function callingLink() {
  return {
    label: l10n.t({ message: 'WebRTC calling', comment: ['The title of a page of the documentation.'] }),
    url: `${SMART_PROPERTIES_DOCS}/get-started-calling-api-for-asp.html`,
  };
}

const SETTING = 'alexaNetworkMapping.serviceProviders';

/** The explanation of each kind of failure. None depends on the service's message. */
const EXPLANATIONS: Record<FailureKind, (failure: ApiFailure) => FailureExplanation> = {
  signedOut: ({ signIn }) => ({
    cause: signIn
      ? explainSignInFailure(signIn).cause
      : l10n.t('There is no access token, or the last one has expired. Nothing was sent.'),
    nextSteps: [l10n.t('Sign in, then try again.')],
    links: [links().apiAccess],
    suggestedActions: ['signIn', 'tryAgain'],
  }),
  accountMissing: ({ account }) => ({
    cause:
      account === undefined
        ? l10n.t(
            'The entry of this service provider does not specify an account, and none of your accounts is named {0}. Nothing was sent.',
            'default',
          )
        : l10n.t('The entry of this service provider in the settings specifies this account. Nothing was sent.'),
    nextSteps: [
      account === undefined
        ? l10n.t('Add "account" with the name of an account to the entry in the setting {0}.', SETTING)
        : l10n.t('Sign in to this account, or specify another one in the setting {0}.', SETTING),
    ],
    links: [],
    suggestedActions: account === undefined ? ['openSettings', 'tryAgain'] : ['signIn', 'openSettings'],
  }),
  renewalFailed: ({ signIn = { kind: 'network' } }) => {
    const explanation = explainSignInFailure(signIn);
    const cause = l10n.t({
      message: 'The access token expired and could not be refreshed. {0}',
      args: [explanation.cause],
      comment: ['{0} is a whole sentence with the reason.'],
    });
    return { ...explanation, cause };
  },
  unauthorized: ({ missingScopes, operation }) => ({
    cause:
      operation === 'createProvider'
        ? l10n.t(
            'A 401 means either that the access token is expired or invalid, or that your account may not create service providers.',
          )
        : l10n.t(
            'A 401 means either that the access token is expired or invalid, or that your account has no access to this service provider.',
          ),
    nextSteps: [
      missingScopes
        ? missingScopesStep(missingScopes)
        : l10n.t('Sign in again and request the scope {0}.', MAPPING_SCOPE),
      ...(operation === 'createProvider'
        ? []
        : [
            l10n.t(
              'If other service providers can be read, this one belongs to another account. Sign in to that account.',
            ),
          ]),
      l10n.t('Check that the client ID has API access in the Alexa Smart Properties console.'),
      ...skillPermissionSteps(operation),
    ],
    links: [links().apiAccess, links().calling, links().reference],
    suggestedActions: ['signIn', 'tryAgain'],
  }),
  forbidden: ({ missingScopes, operation }) => ({
    cause: l10n.t('The access token is valid, but its account, its scopes or the skill do not permit this operation.'),
    nextSteps: [
      missingScopes
        ? missingScopesStep(missingScopes)
        : l10n.t('Sign in again and request the scope {0}.', MAPPING_SCOPE),
      l10n.t('Check that the organization has the WebRTC add-on subscription.'),
      l10n.t(
        'Check that network mappings are available for the property: for Healthcare and Core in the United States; for Hospitality and Senior Living also in the United Kingdom, France, Italy, Germany and Spain (reference of December 2024).',
      ),
      l10n.t('Check that the client ID has API access in the Alexa Smart Properties console.'),
      ...skillPermissionSteps(operation),
    ],
    links: [links().apiAccess, links().calling, links().reference],
    suggestedActions: ['signIn', 'tryAgain'],
  }),
  notFound: ({ operation }) => ({
    ...explainNotFound(operation),
    links: [links().onboarding, links().reference],
    suggestedActions: ['tryAgain'],
  }),
  badRequest: (failure) => ({
    ...explainRefusal(failure),
    links: [isProviderOperation(failure.operation) ? links().onboarding : links().reference],
    suggestedActions: ['tryAgain'],
  }),
  conflict: (failure) => ({
    ...explainConflict(failure),
    links: [isProviderOperation(failure.operation) ? links().onboarding : links().reference],
    suggestedActions: ['tryAgain'],
  }),
  throttled: ({ retryAfterMs }) => ({
    cause: l10n.t('The rate limit was exceeded. Rejected requests had no effect.'),
    nextSteps: [waitText(retryAfterMs) ?? l10n.t('Wait a minute, then try again.')],
    links: [links().reference],
    suggestedActions: ['tryAgain'],
  }),
  serverError: (failure) => ({
    cause: withUnknownEffect(failure, l10n.t('The problem is with the service, not with the request.')),
    nextSteps: [
      l10n.t('Try again in a few minutes.'),
      failure.requestId === undefined
        ? l10n.t('If the problem persists, contact Amazon support.')
        : l10n.t('If the problem persists, send the request ID to Amazon support.'),
    ],
    links: [links().reference],
    suggestedActions: ['tryAgain'],
  }),
  unavailable: (failure) => ({
    cause: withUnknownEffect(
      failure,
      l10n.t('It is down for maintenance, overloaded, or unreachable behind a gateway.'),
    ),
    nextSteps: [waitText(failure.retryAfterMs) ?? l10n.t('Try again in a few minutes.')],
    links: [links().reference],
    suggestedActions: ['tryAgain'],
  }),
  timeout: (failure) => ({
    cause: withUnknownEffect(failure, l10n.t('No complete response was received in time.')),
    nextSteps: [l10n.t('Try again.'), l10n.t('Check whether a VPN or proxy slows down the connection.')],
    links: [links().proxy],
    suggestedActions: ['tryAgain'],
  }),
  network: (failure) => ({
    cause: withUnknownEffect(
      failure,
      l10n.t('The connection was not established or was lost, or a proxy requires authentication.'),
    ),
    nextSteps: [
      l10n.t('Check the internet connection, the VPN, the firewall, and the proxy settings of VS Code (http.proxy).'),
      l10n.t('Check the API endpoint in the settings.'),
    ],
    links: [links().proxy],
    suggestedActions: ['tryAgain', 'openSettings'],
  }),
  nameResolution: () => ({
    cause: l10n.t('The host name was not found. This computer may be offline, or the API endpoint may be misspelled.'),
    nextSteps: [
      l10n.t('Check the internet connection and the VPN.'),
      l10n.t('Check the API endpoint in the settings.'),
    ],
    links: [links().proxy],
    suggestedActions: ['tryAgain', 'openSettings'],
  }),
  certificate: (failure) => ({
    ...certificateMessage(failure),
    links: [links().proxy],
    suggestedActions: ['tryAgain'],
  }),
  proxy: (failure) => ({
    ...proxyMessage(failure),
    links: [links().proxy],
    suggestedActions: ['tryAgain', 'openSettings'],
  }),
  unexpectedResponse: (failure) => ({
    cause: withUnknownEffect(
      failure,
      failure.status === 404
        ? l10n.t(
            'The 404 response lacks the body that the service sends, so it does not prove that nothing is mapped. A gateway may have responded instead, or the API endpoint may be wrong.',
          )
        : l10n.t('Something else may have responded instead, such as a proxy or the sign-in page of a network.'),
    ),
    nextSteps: [
      l10n.t('Check in the browser whether the network asks you to sign in first.'),
      l10n.t('Check the API endpoint in the settings.'),
      l10n.t('If the problem persists, report it: the service may have changed.'),
    ],
    links: [links().reference],
    suggestedActions: ['tryAgain', 'openSettings'],
  }),
  invalidEndpoint: (failure) => ({
    cause: l10n.t({
      message: '{0} Nothing was sent.',
      args: [failure.detail ?? ''],
      comment: ['{0} is a whole sentence that says what is wrong with a setting.'],
    }),
    nextSteps: [l10n.t('Correct the setting {0}.', 'alexaNetworkMapping.apiEndpoint')],
    links: [],
    suggestedActions: ['openSettings'],
  }),
  canceled: (failure) => ({
    cause: withUnknownEffect(failure, l10n.t('The request was canceled before a response arrived.')),
    nextSteps:
      failure.operation === 'createProvider' ? [l10n.t('Try again.')] : [l10n.t('Refresh to see the current mapping.')],
    links: [],
    suggestedActions: ['tryAgain'],
  }),
  endpointUnconfirmed: ({ account = '', detail = '' }) => ({
    cause: l10n.t(
      'The endpoints in the settings have changed since you signed in to the account {0}. Its tokens are not sent to another host until you confirm it. Nothing was sent to {1}.',
      account,
      detail,
    ),
    nextSteps: [
      l10n.t('If the endpoint in the settings is correct, sign in again to confirm it.'),
      l10n.t('If you did not change the endpoint, correct it in the settings.'),
    ],
    links: [],
    suggestedActions: ['signIn', 'openSettings', 'tryAgain'],
  }),
  contextChanged: ({ operation }) => ({
    cause: isReadOperation(operation)
      ? l10n.t('While this request was waiting, an account signed in or out, or the API endpoint changed.')
      : l10n.t(
          'While this change was waiting, an account signed in or out, or the API endpoint changed. The change was stopped before it could reach the wrong account or service.',
        ),
    nextSteps: [l10n.t('Check the account and the current mapping, then try again.')],
    links: [],
    suggestedActions: ['tryAgain'],
  }),
};

/** Returns the texts that explain a failure, in VS Code's display language. */
export function describeFailure(failure: ApiFailure): FailureMessage {
  const explanation = EXPLANATIONS[failure.kind](failure);
  const nextSteps = [...unconfirmedCreateSteps(failure), ...explanation.nextSteps];
  return { reason: reasonOf(failure), title: titleOf(failure), ...explanation, nextSteps };
}

function waitText(retryAfterMs: number | undefined): string | undefined {
  if (retryAfterMs === undefined) return undefined;
  return retryAfterMs <= 1000
    ? l10n.t('Try again in 1 second.')
    : l10n.t('Try again in {0} seconds.', Math.ceil(retryAfterMs / 1000));
}

function missingScopesStep(missing: readonly string[]): string {
  return l10n.t('You signed in without the permission {0}. Sign in again and allow it.', missing.join(', '));
}

/** A service provider itself does not depend on any skill. */
function skillPermissionSteps(operation: RequestOperation): string[] {
  if (isProviderOperation(operation)) return [];
  return [l10n.t('Check that the manifest of the skill has the permission {0}.', CALLING_PERMISSION)];
}

type CauseAndSteps = Pick<FailureExplanation, 'cause' | 'nextSteps'>;

function explainNotFound(operation: RequestOperation): CauseAndSteps {
  const endpointStep = l10n.t(
    'Check the API endpoint in the settings: it must be the one for the country of the account.',
  );
  if (operation === 'createProvider') {
    return {
      cause: l10n.t('This endpoint does not create service providers. Nothing was created.'),
      nextSteps: [endpointStep],
    };
  }
  const steps = [
    l10n.t('Compare the service provider ID with the one that onboarding returned.'),
    l10n.t('Check that you are signed in with the account that created it.'),
  ];
  return isProviderOperation(operation)
    ? {
        cause: l10n.t(
          'It does not exist, it belongs to another account, or the endpoint serves another region. It cannot be mapped then.',
        ),
        nextSteps: [...steps, endpointStep],
      }
    : {
        cause: l10n.t('A 404 means either that the service provider does not exist, or that it has no mapping.'),
        nextSteps: steps,
      };
}

function explainRefusal(failure: ApiFailure): CauseAndSteps {
  const { attempts, operation, effect } = failure;
  if (attempts.length === 0) {
    return {
      cause: l10n.t('It is empty, too long, or contains characters that are not allowed in an ID. Nothing was sent.'),
      nextSteps: [l10n.t('Check the service provider ID.')],
    };
  }
  if (operation === 'createProvider' && effect === 'unknown') return refusedByOthers(failure);
  if (operation === 'createProvider') {
    return {
      cause: l10n.t(
        'The logical ID is in use already, or the service does not accept it or the display name. Nothing was created.',
      ),
      nextSteps: takenLogicalIdSteps(),
    };
  }
  if (isProviderOperation(operation)) {
    return {
      cause: l10n.t('The service found the service provider ID or the display name invalid. Nothing was changed.'),
      nextSteps: [l10n.t('Check the service provider ID.'), l10n.t('Check the display name.')],
    };
  }
  return {
    cause: l10n.t(
      'The service found the service provider ID, the skill ID or the change itself invalid. Nothing was changed.',
    ),
    nextSteps: [
      l10n.t('Check the skill ID: it must exist and belong to the same account.'),
      l10n.t('Check the service provider ID.'),
    ],
  };
}

function explainConflict(failure: ApiFailure): CauseAndSteps {
  const { operation, effect } = failure;
  if (operation === 'createProvider' && effect === 'unknown') return refusedByOthers(failure);
  if (operation === 'createProvider') {
    return {
      cause: l10n.t('The logical ID is in use already. Nothing was created.'),
      nextSteps: takenLogicalIdSteps(),
    };
  }
  if (isProviderOperation(operation)) {
    return {
      cause: l10n.t('The service provider may have changed in the meantime.'),
      nextSteps: [l10n.t('Refresh the service provider, then decide again.')],
    };
  }
  return {
    cause: l10n.t('The service provider may already be mapped, or its mapping may have changed in the meantime.'),
    nextSteps: [l10n.t('Check the current mapping, then decide again.')],
  };
}

/** A gateway that refuses a create may have passed it on first. */
function refusedByOthers(failure: ApiFailure): CauseAndSteps {
  return {
    cause: withUnknownEffect(
      failure,
      l10n.t('The request was refused, but the response is not of the service itself.'),
    ),
    nextSteps: [l10n.t('Check the API endpoint in the settings.')],
  };
}

/** What to do about a logical ID that is in use: its service provider cannot be read, because nothing lists IDs. */
function takenLogicalIdSteps(): string[] {
  return [
    l10n.t('To create another service provider, choose another logical ID.'),
    l10n.t(
      'If an earlier create with this logical ID got no response, it took effect. Ask Amazon support for the service provider ID, by the logical ID, then add it to the list.',
    ),
  ];
}

/** The logical ID makes a repeated create harmless: the service makes at most one service provider of it. */
function unconfirmedCreateSteps({ operation, effect }: ApiFailure): string[] {
  if (operation !== 'createProvider' || effect === 'none') return [];
  return [
    l10n.t(
      'Create it again with the same logical ID, never with another one: the service creates no second service provider.',
    ),
    l10n.t(
      'If the logical ID is in use then, this request took effect. Ask Amazon support for the service provider ID, by the logical ID, then add it to the list.',
    ),
  ];
}

function withUnknownEffect(failure: ApiFailure, why: string): string {
  const { effect, operation } = failure;
  if (effect === 'none' || isReadOperation(operation)) return why;
  if (operation === 'createProvider') {
    return l10n.t({
      message:
        '{0} The service provider may have been created, so the request was not sent again. Only the response has its ID.',
      args: [why],
      comment: ['{0} is a whole sentence that says why the request failed.'],
    });
  }
  return isProviderOperation(operation)
    ? l10n.t({
        message:
          '{0} The change may have taken effect, so it was not sent again. The service provider is read to find out.',
        args: [why],
        comment: ['{0} is a whole sentence that says why the request failed.'],
      })
    : l10n.t({
        message: '{0} The change may have taken effect, so it was not sent again. The mapping is read to find out.',
        args: [why],
        comment: ['{0} is a whole sentence that says why the request failed.'],
      });
}
