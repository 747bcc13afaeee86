import { randomUUID } from 'node:crypto';
import type { Tokens } from '../../core/auth/loginWithAmazon';
import { refreshAtMs, type Client, type Session } from '../../core/auth/session';

/**
 * Returns the session of a new sign-in.
 *
 * @param requestedAtMs when the tokens were requested, so that the response time does not extend their lifetime
 */
export function createSession(
  { accessToken, lifetimeMs, refreshToken, scopes }: Tokens,
  client: Client,
  requestedAtMs: number,
): Session {
  return {
    id: randomUUID(),
    accessToken,
    expiresAtMs: requestedAtMs + lifetimeMs,
    ...(scopes && { scopes: [...scopes] }),
    ...(refreshToken !== undefined && {
      refresh: { token: refreshToken, refreshAtMs: refreshAtMs(requestedAtMs, lifetimeMs), client },
    }),
  };
}
