import * as l10n from '@vscode/l10n';
import type { ApiFailure, FailureKind } from './apiFailure';
import { signInReasonOf } from './signInReason';

/** All that the list shows of a failure: activation loads neither its title nor its explanation. */
const REASONS: Record<FailureKind, (failure: ApiFailure) => string> = {
  signedOut: () => l10n.t('signed out'),
  accountMissing: ({ account }) =>
    account === undefined ? l10n.t('no account chosen') : l10n.t('not signed in to {0}', account),
  renewalFailed: ({ signIn = { kind: 'network' } }) => signInReasonOf(signIn),
  unauthorized: () => l10n.t('access token refused'),
  forbidden: () => l10n.t('not allowed'),
  notFound: ({ operation }) =>
    operation === 'readProvider' ? l10n.t('unknown service provider') : l10n.t('not found'),
  badRequest: () => l10n.t('request refused'),
  conflict: () => l10n.t('conflict'),
  throttled: () => l10n.t('too many requests'),
  serverError: () => l10n.t('service error'),
  unavailable: () => l10n.t('service unavailable'),
  timeout: () => l10n.t('no response in time'),
  network: () => l10n.t('no connection'),
  nameResolution: () => l10n.t('host name not found'),
  certificate: () => l10n.t('certificate not trusted'),
  proxy: () => l10n.t('blocked by the proxy'),
  unexpectedResponse: () => l10n.t('unexpected response'),
  invalidEndpoint: () => l10n.t('API endpoint refused'),
  canceled: () => l10n.t('canceled'),
  endpointUnconfirmed: () => l10n.t('endpoint not confirmed'),
  contextChanged: () => l10n.t('account or endpoint changed'),
};

/** Returns why a request failed, for the end of a row, in VS Code's display language. */
export function reasonOf(failure: ApiFailure): string {
  return REASONS[failure.kind](failure);
}
