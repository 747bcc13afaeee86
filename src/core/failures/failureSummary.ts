import * as l10n from '@vscode/l10n';
import type { ApiFailure, FailureKind } from './apiFailure';
import type { FailureSummary } from './failureMessage';
import { summarizeSignInFailure } from './signInSummary';

/** All that the list shows of a failure: activation does not load its explanation (`failureMessages.ts`). */
const SUMMARIES: Record<FailureKind, (failure: ApiFailure) => FailureSummary> = {
  signedOut: ({ account }) => ({
    reason: l10n.t('signed out'),
    title:
      account === undefined ? l10n.t('You are signed out') : l10n.t('You are signed out of the account “{0}”', account),
  }),
  accountMissing: ({ account }) => ({
    reason: account === undefined ? l10n.t('no account chosen') : l10n.t('not signed in to {0}', account),
    title:
      account === undefined
        ? l10n.t('It is not clear which account to use')
        : l10n.t('You are not signed in to the account “{0}”', account),
  }),
  renewalFailed: ({ signIn = { kind: 'network' } }) => summarizeSignInFailure(signIn),
  unauthorized: () => ({
    reason: l10n.t('access token refused'),
    title: l10n.t('The service refused the access token'),
  }),
  forbidden: () => ({ reason: l10n.t('not allowed'), title: l10n.t('The service does not allow this request') }),
  notFound: ({ operation }) =>
    operation === 'readProvider'
      ? { reason: l10n.t('unknown service provider'), title: l10n.t('The service has no such service provider') }
      : { reason: l10n.t('not found'), title: l10n.t('The service provider or its mapping was not found') },
  badRequest: ({ attempts }) => ({
    reason: l10n.t('request refused'),
    title:
      attempts.length === 0
        ? l10n.t("This isn't a valid service provider ID")
        : l10n.t('The service refused the request'),
  }),
  conflict: () => ({ reason: l10n.t('conflict'), title: l10n.t('The change conflicts with the current mapping') }),
  throttled: () => ({ reason: l10n.t('too many requests'), title: l10n.t('Too many requests') }),
  serverError: () => ({ reason: l10n.t('service error'), title: l10n.t('The service had an internal error') }),
  unavailable: () => ({ reason: l10n.t('service unavailable'), title: l10n.t('The service is not available') }),
  timeout: () => ({ reason: l10n.t('no response in time'), title: l10n.t('The service did not respond in time') }),
  network: () => ({ reason: l10n.t('no connection'), title: l10n.t('The connection to the service failed') }),
  nameResolution: () => ({
    reason: l10n.t('host name not found'),
    title: l10n.t('The host name of the service could not be resolved'),
  }),
  certificate: () => ({
    reason: l10n.t('certificate not trusted'),
    title: l10n.t('The certificate of the service is not trusted'),
  }),
  proxy: () => ({ reason: l10n.t('blocked by the proxy'), title: l10n.t('The proxy blocked the request') }),
  unexpectedResponse: () => ({
    reason: l10n.t('unexpected response'),
    title: l10n.t('Unexpected response from the service'),
  }),
  invalidEndpoint: () => ({
    reason: l10n.t('API endpoint refused'),
    title: l10n.t('The API endpoint in the settings cannot be used'),
  }),
  canceled: () => ({ reason: l10n.t('canceled'), title: l10n.t('You canceled this') }),
  endpointUnconfirmed: () => ({
    reason: l10n.t('endpoint not confirmed'),
    title: l10n.t('The endpoint is not confirmed for this account'),
  }),
  contextChanged: () => ({
    reason: l10n.t('account or endpoint changed'),
    title: l10n.t('The account or the API endpoint changed'),
  }),
};

/** Returns what happened, in VS Code's display language. */
export function summarizeFailure(failure: ApiFailure): FailureSummary {
  return SUMMARIES[failure.kind](failure);
}
