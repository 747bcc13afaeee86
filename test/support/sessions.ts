import { refreshAtMs, type Client, type Session } from '../../src/core/auth/session';

export const HOUR_MS = 3_600_000;
/** When the sessions of tests begin, by the system clock. */
export const SIGNED_IN_AT_MS = 1_700_000_000_000;

export const CLIENT: Client = { id: 'amzn1.application-oa2-client.unit', secret: 'amzn1.oa2-cs.v1.unit-test-secret' };

/** The session of an access token that was pasted. */
export function aPastedSession(some: Partial<Omit<Session, 'refresh'>> = {}): Session {
  return { id: 'pasted', accessToken: 'Atza|pasted', expiresAtMs: SIGNED_IN_AT_MS + HOUR_MS, ...some };
}

/** A session that can be renewed. */
export function aRenewableSession(
  some: Partial<Omit<Session, 'refresh'>> & { readonly refreshToken?: string; readonly client?: Client } = {},
): Session {
  const { refreshToken = 'Atzr|unit-test', client = CLIENT, ...rest } = some;
  return {
    id: 'renewable',
    accessToken: 'Atza|renewable',
    expiresAtMs: SIGNED_IN_AT_MS + HOUR_MS,
    scopes: ['alexa::enterprise:management', 'amazon_communication::service_provider'],
    refresh: { token: refreshToken, refreshAtMs: refreshAtMs(SIGNED_IN_AT_MS, HOUR_MS), client },
    ...rest,
  };
}
