import * as v from 'valibot';

/**
 * What one account's sign-in left behind, as it is kept in secret storage. A pasted access token has no `refresh`.
 * The version is there so that a later form can be told from this one.
 */
export const Session = v.object({
  version: v.literal(1),
  accessToken: v.pipe(v.string(), v.regex(/^[\x21-\x7e]+$/)),
  /** Unix time in milliseconds after which the access token is certainly of no use. */
  expiresAtMs: v.pipe(v.number(), v.finite()),
  refresh: v.optional(v.object({ token: v.string(), clientId: v.string(), clientSecret: v.string() })),
});

export type Session = v.InferOutput<typeof Session>;

/** Login with Amazon issues access tokens for an hour; when a pasted one was issued, nobody knows. */
export const ACCESS_TOKEN_LIFETIME_MS = 3_600_000;

/** Reads a stored session. Undefined for whatever is not one: that means signed out, never an error. */
export function parseSession(stored: string): Session | undefined {
  try {
    const parsed = v.safeParse(Session, JSON.parse(stored));
    // The issues hold the input, which is secret, so they are dropped unread.
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
