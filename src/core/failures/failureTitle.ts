import * as l10n from '@vscode/l10n';
import type { ApiFailure, FailureKind } from './apiFailure';
import { isProviderOperation } from '../model/serviceProvider';
import { signInTitleOf } from './signInTitle';

const TITLES: Record<FailureKind, (failure: ApiFailure) => string> = {
  signedOut: ({ account }) =>
    account === undefined ? l10n.t('You are signed out') : l10n.t('You are signed out of the account “{0}”', account),
  accountMissing: ({ account }) =>
    account === undefined
      ? l10n.t('It is not clear which account to use')
      : l10n.t('You are not signed in to the account “{0}”', account),
  renewalFailed: ({ signIn = { kind: 'network' } }) => signInTitleOf(signIn),
  unauthorized: () => l10n.t('The service refused the access token'),
  forbidden: () => l10n.t('The service does not allow this request'),
  notFound: ({ operation }) => {
    if (operation === 'createProvider') return l10n.t('The service refused the request');
    return isProviderOperation(operation)
      ? l10n.t('The service has no such service provider')
      : l10n.t('The service provider or its mapping was not found');
  },
  badRequest: ({ attempts }) =>
    attempts.length === 0
      ? l10n.t("This isn't a valid service provider ID")
      : l10n.t('The service refused the request'),
  conflict: () => l10n.t('The change conflicts with what the service has'),
  throttled: () => l10n.t('Too many requests'),
  serverError: () => l10n.t('The service had an internal error'),
  unavailable: () => l10n.t('The service is not available'),
  timeout: () => l10n.t('The service did not respond in time'),
  network: () => l10n.t('The connection to the service failed'),
  nameResolution: () => l10n.t('The host name of the service could not be resolved'),
  certificate: () => l10n.t('The certificate of the service is not trusted'),
  proxy: () => l10n.t('The proxy blocked the request'),
  unexpectedResponse: () => l10n.t('Unexpected response from the service'),
  invalidEndpoint: () => l10n.t('The API endpoint in the settings cannot be used'),
  canceled: () => l10n.t('You canceled this'),
  endpointUnconfirmed: () => l10n.t('The endpoint is not confirmed for this account'),
  contextChanged: () => l10n.t('The account or the API endpoint changed'),
};

/** Returns what happened to a request, a sentence without a period, in VS Code's display language. */
export function titleOf(failure: ApiFailure): string {
  return TITLES[failure.kind](failure);
}
