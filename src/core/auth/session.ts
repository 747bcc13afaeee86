import * as v from 'valibot';

/** The security profile that a sign-in was made with. A refresh token belongs to it and to no other. */
const Client = v.object({ id: v.pipe(v.string(), v.nonEmpty()), secret: v.pipe(v.string(), v.nonEmpty()) });

export type Client = v.InferOutput<typeof Client>;

const Session = v.object({
  /** Tells this sign-in from every other one; stays the same when it is renewed. */
  id: v.pipe(v.string(), v.nonEmpty()),
  accessToken: v.pipe(v.string(), v.regex(/^[\x21-\x7e]+$/)),
  /** Unix time in milliseconds, by this machine's clock, after which the access token is certainly of no use. */
  expiresAtMs: v.pipe(v.number(), v.finite()),
  /** What was granted, when Login with Amazon said so. */
  scopes: v.optional(v.array(v.string())),
  /** Where its secrets may go (`secretsGoTo`): to the endpoints of its sign-in, and to those that were confirmed since. */
  origins: v.optional(v.array(v.string())),
  /** A pasted access token has none. From `dueAtMs` on, the access token is renewed before it is used. */
  refresh: v.optional(
    v.object({ token: v.pipe(v.string(), v.nonEmpty()), refreshAtMs: v.pipe(v.number(), v.finite()), client: Client }),
  ),
});

/** What one account's sign-in left behind. */
export type Session = v.InferOutput<typeof Session>;

const Account = v.object({
  name: v.pipe(v.string(), v.nonEmpty()),
  session: v.optional(Session),
  /** Of a sign-in that Login with Amazon has ended, so that the next one need not ask for it. */
  client: v.optional(Client),
});

/** An account as it is kept: with a session, or with what is left of the last one. */
export type Account = v.InferOutput<typeof Account>;

/** The form of what is stored. Whatever has another version belongs to a newer version of this extension. */
const VERSION = 1;

const StoredSessions = v.object({
  version: v.literal(VERSION),
  accounts: v.array(v.unknown()),
  /** Whom service providers that name no account are kept for, by `reservedAfterSignOut` of `core/model/accounts.ts`. */
  reserved: v.fallback(v.optional(v.string()), undefined),
  /** What tells the last writes from any other, the newest last. */
  writes: v.fallback(v.array(v.string()), []),
});

/** How many writes are remembered: more than all windows make before each has looked for its own. */
const REMEMBERED_WRITES = 20;

/** Login with Amazon issues access tokens for an hour; when a pasted one was issued, nobody knows. */
export const ACCESS_TOKEN_LIFETIME_MS = 3_600_000;

/** An access token is renewed this long before it expires, so that none expires on its way; sooner if it lives shortly. */
const RENEWAL_LEAD_MS = 60_000;

/** From when on an access token of this lifetime is to be renewed before it is used. */
export function refreshAtMs(obtainedAtMs: number, lifetimeMs: number): number {
  return obtainedAtMs + Math.max(lifetimeMs * 0.9, lifetimeMs - RENEWAL_LEAD_MS);
}

/** All that is stored of the sessions. */
export interface Contents {
  /** In the order in which they signed in first. */
  readonly accounts: readonly Account[];
  /** The account that service providers without a name are kept for, or an empty text for none. */
  readonly reserved?: string;
  /** What tells the last writes from any other, the newest last. */
  readonly writes: readonly string[];
}

export const NO_CONTENTS: Contents = { accounts: [], writes: [] };

/**
 * Reads what is stored. Accounts that cannot be read are left out.
 *
 * @returns undefined for what holds no accounts at all: that means signed out, never an error
 */
export function parseContents(stored: string): Contents | undefined {
  try {
    const { accounts, reserved, writes } = v.parse(StoredSessions, JSON.parse(stored));
    const readable = accounts.flatMap((each) => {
      const account = v.safeParse(Account, each);
      // The issues hold the input, which is secret, so they are dropped unread.
      return account.success ? [account.output] : [];
    });
    if (readable.length === 0 && accounts.length > 0) return undefined;
    return { accounts: readable, ...(reserved !== undefined && { reserved }), writes };
  } catch {
    return undefined;
  }
}

/** Whether what is stored has a form that this version of the extension does not know, and so must not overwrite. */
export function isOfNewerVersion(stored: string): boolean {
  try {
    const { version } = v.parse(v.object({ version: v.unknown() }), JSON.parse(stored));
    return version !== VERSION;
  } catch {
    return false;
  }
}

export function serializeContents({ accounts, reserved, writes }: Contents): string {
  return JSON.stringify({ version: VERSION, accounts, reserved, writes: writes.slice(-REMEMBERED_WRITES) });
}
