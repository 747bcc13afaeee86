import * as l10n from '@vscode/l10n';
import type { SignInFailure, SignInFailureKind } from './signInFailure';

const REASONS: Record<SignInFailureKind, (failure: SignInFailure) => string> = {
  invalidRedirectUri: () => l10n.t('redirect URI refused'),
  invalidEndpoint: () => l10n.t('Login with Amazon endpoint refused'),
  invalidScopesSetting: () => l10n.t('scopes in the settings refused'),
  portTaken: ({ portHeldByOtherWindow, detail }) => {
    if (portHeldByOtherWindow) return l10n.t('another window is signing in');
    return isPortInUse(detail) ? l10n.t('sign-in port in use') : l10n.t('sign-in port unavailable');
  },
  consentDenied: () => l10n.t('access not granted'),
  redirectTimeout: () => l10n.t('browser did not return'),
  unexpectedRedirect: () => l10n.t('address of another sign-in'),
  invalidCode: () => l10n.t('sign-in code refused'),
  refreshTokenRevoked: () => l10n.t('refresh token refused'),
  invalidClient: () => l10n.t('client ID or secret refused'),
  clientNotAuthorized: () => l10n.t('client not authorized'),
  invalidScope: () => l10n.t('scope refused'),
  invalidRequest: () => l10n.t('sign-in request refused'),
  throttled: () => l10n.t('too many sign-in requests'),
  serverError: () => l10n.t('Login with Amazon failed'),
  unavailable: () => l10n.t('Login with Amazon is unavailable'),
  timeout: () => l10n.t('no response from Login with Amazon'),
  network: () => l10n.t('Login with Amazon cannot be reached'),
  nameResolution: () => l10n.t('Login with Amazon host not found'),
  certificate: () => l10n.t('Login with Amazon is not trusted'),
  proxy: () => l10n.t('sign-in blocked by the proxy'),
  unexpectedResponse: () => l10n.t('unexpected response to the sign-in'),
  canceled: () => l10n.t('sign-in canceled'),
};

/** Returns why a sign-in or a token refresh failed, for the end of a row, in VS Code's display language. */
export function signInReasonOf(failure: SignInFailure): string {
  return REASONS[failure.kind](failure);
}

/** Whether another program is using the port; `detail` is an error code, if known. */
export function isPortInUse(detail: string | undefined): boolean {
  return detail === undefined || detail === 'EADDRINUSE';
}
