import { randomUUID } from 'node:crypto';
import type { Tokens } from '../../core/auth/loginWithAmazon';
import { dueAtMs, type Client, type Session } from '../../core/auth/session';

/**
 * The session of a new sign-in.
 *
 * @param askedAtMs when the tokens were asked for, so that what the answer took is not added to their life
 */
export function sessionOf(
  { accessToken, lifetimeMs, refreshToken, scopes }: Tokens,
  client: Client,
  askedAtMs: number,
): Session {
  return {
    id: randomUUID(),
    accessToken,
    expiresAtMs: askedAtMs + lifetimeMs,
    ...(scopes && { scopes: [...scopes] }),
    ...(refreshToken !== undefined && {
      refresh: { token: refreshToken, dueAtMs: dueAtMs(askedAtMs, lifetimeMs), client },
    }),
  };
}
