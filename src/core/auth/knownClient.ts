import { secretsGoTo, type EndpointCheck } from '../model/endpoint';
import type { KnownClient } from './session';
import type { SessionState } from './sessionStore';
import type { SignInRequest } from './signInOptions';

/** Returns the client of an account's last sign-in. */
export function clientOf(state: SessionState | undefined): KnownClient | undefined {
  if (state?.type !== 'signedIn') return state?.client;
  const { refresh, origins } = state.session;
  return refresh && { ...refresh.client, ...(origins && { origins }) };
}

/**
 * Returns what a sign-in may use of a known client: all of it, or only its ID if its secret was entered for other token
 * endpoints. Settings that were changed, or synchronized from another computer, must not collect it.
 */
export function usableClient(
  { origins, ...client }: KnownClient,
  tokenEndpoint: EndpointCheck,
): Pick<SignInRequest, 'client' | 'clientId'> {
  // An invalid endpoint receives nothing.
  const isPermitted = !origins || !tokenEndpoint.ok || origins.includes(secretsGoTo(tokenEndpoint.url));
  return isPermitted ? { client } : { clientId: client.id };
}
