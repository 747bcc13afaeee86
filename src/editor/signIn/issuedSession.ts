import { randomUUID } from 'node:crypto';
import type { Tokens } from '../../core/auth/loginWithAmazon';
import { refreshAtMs, type Client, type Session } from '../../core/auth/session';

/**
 * The session of a new sign-in.
 *
 * @param requestedAtMs when the tokens were asked for, so that what the answer took is not added to their life
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
