import * as l10n from '@vscode/l10n';
import type { SignInFailure, SignInFailureKind } from './signInFailure';
import { isPortInUse } from './signInReason';

const TITLES: Record<SignInFailureKind, (failure: SignInFailure) => string> = {
  invalidRedirectUri: () => l10n.t('The redirect URI in the settings cannot be used'),
  invalidEndpoint: () => l10n.t('An endpoint of Login with Amazon in the settings cannot be used'),
  invalidScopesSetting: () => l10n.t('The scopes in the settings cannot be requested'),
  portTaken: ({ portHeldByOtherWindow, detail }) => {
    if (portHeldByOtherWindow) return l10n.t('Another window is waiting for a sign-in');
    return isPortInUse(detail) ? l10n.t('The sign-in port is in use') : l10n.t('Could not listen on the sign-in port');
  },
  consentDenied: () => l10n.t('Access was not granted on the consent page'),
  redirectTimeout: () => l10n.t('The browser did not return in time'),
  unexpectedRedirect: () => l10n.t('This address does not belong to this sign-in'),
  invalidCode: () => l10n.t('Login with Amazon refused the sign-in code'),
  refreshTokenRevoked: () => l10n.t('Login with Amazon refused the refresh token'),
  invalidClient: () => l10n.t('Login with Amazon refused the client ID or the client secret'),
  clientNotAuthorized: () => l10n.t('Login with Amazon does not authorize this client'),
  invalidScope: () => l10n.t('Login with Amazon refused a scope'),
  invalidRequest: () => l10n.t('Login with Amazon refused the request'),
  throttled: () => l10n.t('Too many requests to Login with Amazon'),
  serverError: () => l10n.t('Login with Amazon had an internal error'),
  unavailable: () => l10n.t('Login with Amazon is not available'),
  timeout: () => l10n.t('Login with Amazon did not respond in time'),
  network: () => l10n.t('The connection to Login with Amazon failed'),
  nameResolution: () => l10n.t('The host name of Login with Amazon could not be resolved'),
  certificate: () => l10n.t('The certificate of Login with Amazon is not trusted'),
  proxy: () => l10n.t('The proxy blocked the request to Login with Amazon'),
  unexpectedResponse: () => l10n.t('Unexpected response from Login with Amazon'),
  canceled: () => l10n.t('You canceled the sign-in'),
};

/** Returns what happened to a sign-in or a token refresh, a sentence without a period, in VS Code's display language. */
export function signInTitleOf(failure: SignInFailure): string {
  return TITLES[failure.kind](failure);
}
