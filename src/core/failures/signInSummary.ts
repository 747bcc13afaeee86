import * as l10n from '@vscode/l10n';
import type { FailureSummary } from './failureMessage';
import type { SignInFailure, SignInFailureKind } from './signInFailure';

const SUMMARIES: Record<SignInFailureKind, (failure: SignInFailure) => FailureSummary> = {
  invalidRedirectUri: () => ({
    reason: l10n.t('redirect URI refused'),
    title: l10n.t('The redirect URI in the settings cannot be used'),
  }),
  invalidEndpoint: () => ({
    reason: l10n.t('Login with Amazon endpoint refused'),
    title: l10n.t('An endpoint of Login with Amazon in the settings cannot be used'),
  }),
  invalidScopesSetting: () => ({
    reason: l10n.t('scopes in the settings refused'),
    title: l10n.t('The scopes in the settings cannot be requested'),
  }),
  portTaken: ({ portHeldByOtherWindow, detail }) => {
    if (portHeldByOtherWindow) {
      return {
        reason: l10n.t('another window is signing in'),
        title: l10n.t('Another window is waiting for a sign-in'),
      };
    }
    return isPortInUse(detail)
      ? { reason: l10n.t('sign-in port in use'), title: l10n.t('The sign-in port is in use') }
      : { reason: l10n.t('sign-in port unavailable'), title: l10n.t('Could not listen on the sign-in port') };
  },
  consentDenied: () => ({
    reason: l10n.t('access not granted'),
    title: l10n.t('Access was not granted on the consent page'),
  }),
  redirectTimeout: () => ({
    reason: l10n.t('browser did not return'),
    title: l10n.t('The browser did not return in time'),
  }),
  unexpectedRedirect: () => ({
    reason: l10n.t('address of another sign-in'),
    title: l10n.t('This address does not belong to this sign-in'),
  }),
  invalidCode: () => ({
    reason: l10n.t('sign-in code refused'),
    title: l10n.t('Login with Amazon refused the sign-in code'),
  }),
  refreshTokenRevoked: () => ({
    reason: l10n.t('refresh token refused'),
    title: l10n.t('Login with Amazon refused the refresh token'),
  }),
  invalidClient: () => ({
    reason: l10n.t('client ID or secret refused'),
    title: l10n.t('Login with Amazon refused the client ID or the client secret'),
  }),
  clientNotAuthorized: () => ({
    reason: l10n.t('client not authorized'),
    title: l10n.t('Login with Amazon does not authorize this client'),
  }),
  invalidScope: () => ({ reason: l10n.t('scope refused'), title: l10n.t('Login with Amazon refused a scope') }),
  invalidRequest: () => ({
    reason: l10n.t('sign-in request refused'),
    title: l10n.t('Login with Amazon refused the request'),
  }),
  throttled: () => ({
    reason: l10n.t('too many sign-in requests'),
    title: l10n.t('Too many requests to Login with Amazon'),
  }),
  serverError: () => ({
    reason: l10n.t('Login with Amazon failed'),
    title: l10n.t('Login with Amazon had an internal error'),
  }),
  unavailable: () => ({
    reason: l10n.t('Login with Amazon is unavailable'),
    title: l10n.t('Login with Amazon is not available'),
  }),
  timeout: () => ({
    reason: l10n.t('no response from Login with Amazon'),
    title: l10n.t('Login with Amazon did not respond in time'),
  }),
  network: () => ({
    reason: l10n.t('Login with Amazon cannot be reached'),
    title: l10n.t('The connection to Login with Amazon failed'),
  }),
  nameResolution: () => ({
    reason: l10n.t('Login with Amazon host not found'),
    title: l10n.t('The host name of Login with Amazon could not be resolved'),
  }),
  certificate: () => ({
    reason: l10n.t('Login with Amazon is not trusted'),
    title: l10n.t('The certificate of Login with Amazon is not trusted'),
  }),
  proxy: () => ({
    reason: l10n.t('sign-in blocked by the proxy'),
    title: l10n.t('The proxy blocked the request to Login with Amazon'),
  }),
  unexpectedResponse: () => ({
    reason: l10n.t('unexpected response to the sign-in'),
    title: l10n.t('Unexpected response from Login with Amazon'),
  }),
  canceled: () => ({ reason: l10n.t('sign-in canceled'), title: l10n.t('You canceled the sign-in') }),
};

/** Returns what happened to a sign-in or a token refresh, in VS Code's display language. */
export function summarizeSignInFailure(failure: SignInFailure): FailureSummary {
  return SUMMARIES[failure.kind](failure);
}

/** Whether another program is using the port; `detail` is an error code, if known. */
export function isPortInUse(detail: string | undefined): boolean {
  return detail === undefined || detail === 'EADDRINUSE';
}
