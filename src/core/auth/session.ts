import * as v from 'valibot';

/** The security profile of a sign-in. A refresh token is bound to it. */
const Client = v.object({ id: v.pipe(v.string(), v.nonEmpty()), secret: v.pipe(v.string(), v.nonEmpty()) });

export type Client = v.InferOutput<typeof Client>;

/** A client of an earlier sign-in, and the origins that its secret may go to, as in {@link Session}. */
const KnownClient = v.object({ ...Client.entries, origins: v.optional(v.array(v.string())) });

export type KnownClient = v.InferOutput<typeof KnownClient>;

const Session = v.object({
  /** Identifies this sign-in; a refresh keeps it. */
  id: v.pipe(v.string(), v.nonEmpty()),
  accessToken: v.pipe(v.string(), v.regex(/^[\x21-\x7e]+$/)),
  /** Unix time in milliseconds by this machine's clock. After it, the access token has certainly expired. */
  expiresAtMs: v.pipe(v.number(), v.finite()),
  /** The granted scopes, if Login with Amazon named them. */
  scopes: v.optional(v.array(v.string())),
  /**
   * Origins that its secrets may go to (`secretsGoTo`): those of the sign-in's endpoints, and those confirmed later.
   */
  origins: v.optional(v.array(v.string())),
  /** Missing for a pasted access token. From `refreshAtMs` on, the access token is refreshed before use. */
  refresh: v.optional(
    v.object({ token: v.pipe(v.string(), v.nonEmpty()), refreshAtMs: v.pipe(v.number(), v.finite()), client: Client }),
  ),
});

/** The stored result of an account's sign-in. */
export type Session = v.InferOutput<typeof Session>;

const Account = v.object({
  name: v.pipe(v.string(), v.nonEmpty()),
  session: v.optional(Session),
  /** The client of a revoked sign-in, so that the next one need not ask for it. */
  client: v.optional(KnownClient),
});

/** A stored account: with a session, or with what remains of the last one. */
export type Account = v.InferOutput<typeof Account>;

/** The format of the stored data. Any other version was written by a newer version of this extension. */
const VERSION = 1;

const StoredSessions = v.object({
  version: v.literal(VERSION),
  accounts: v.array(v.unknown()),
  /**
   * The account that service providers without an account are reserved for; see `reservedAfterSignOut` of
   * `core/model/accounts.ts`.
   */
  reserved: v.fallback(v.optional(v.string()), undefined),
  /** The IDs of the last writes, the newest last. */
  writes: v.fallback(v.array(v.string()), []),
});

/** The number of write IDs stored: more than all windows write before each has looked for its own. */
const REMEMBERED_WRITES = 20;

/** The lifetime of Login with Amazon's access tokens. The issue time of a pasted one is unknown. */
export const ACCESS_TOKEN_LIFETIME_MS = 3_600_000;

/**
 * An access token is refreshed this long before it expires, so that none expires in transit; later if its lifetime is
 * short.
 */
const RENEWAL_LEAD_MS = 60_000;

/** Returns when to refresh an access token before use, as Unix time in milliseconds. */
export function refreshAtMs(obtainedAtMs: number, lifetimeMs: number): number {
  return obtainedAtMs + Math.max(lifetimeMs * 0.9, lifetimeMs - RENEWAL_LEAD_MS);
}

/** Everything that is stored about sessions. */
export interface Contents {
  /** In order of their first sign-in. */
  readonly accounts: readonly Account[];
  /** The account that service providers without an account are reserved for; empty to reserve them for none. */
  readonly reserved?: string;
  /** The IDs of the last writes, the newest last. */
  readonly writes: readonly string[];
}

/**
 * Parses the stored data, leaving out invalid accounts.
 *
 * @returns undefined if it contains no accounts at all: that means signed out, not an error
 */
export function parseContents(stored: string): Contents | undefined {
  try {
    const { accounts, reserved, writes } = v.parse(StoredSessions, JSON.parse(stored));
    const readable = accounts.flatMap((each) => {
      const account = v.safeParse(Account, each);
      // Drop the issues unread: they contain the input, which is secret.
      return account.success ? [account.output] : [];
    });
    if (readable.length === 0 && accounts.length > 0) return undefined;
    return { accounts: readable, ...(reserved !== undefined && { reserved }), writes };
  } catch {
    return undefined;
  }
}

/** Whether the stored data has a format that this version does not know and must not overwrite. */
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
