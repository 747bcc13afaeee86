import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import * as l10n from '@vscode/l10n';
import type * as StoredFormat from './session';
import type { Account, Client, Contents, KnownClient, Session } from './session';
import { SecretCache } from './secretCache';
import { reservedAfterSignIn, reservedAfterSignOut } from '../model/accounts';
import type { ExclusiveWrites } from '../crossWindow/exclusiveWrites';

/** The used part of VS Code's SecretStorage. */
export interface Secrets {
  get(key: string): PromiseLike<string | undefined>;
  store(key: string, value: string): PromiseLike<void>;
  delete(key: string): PromiseLike<void>;
  onDidChange(listener: (event: { readonly key: string }) => void): { dispose(): void };
}

/**
 * Secret storage cannot be written. The message is for users; VS Code's own error may contain anything and is dropped.
 */
export class SecretStorageError extends Error {
  constructor(message?: string) {
    super(
      message ??
        l10n.t(
          "VS Code's secret storage could not be written. Unlock the system keyring and try again, or see {0}",
          'https://code.visualstudio.com/docs/configure/settings-sync#_troubleshooting-keychain-issues',
        ),
    );
  }
}

/** A newer version of this extension wrote the stored sessions, so they must not be overwritten. */
export class NewerSessions extends SecretStorageError {
  constructor() {
    super(
      l10n.t(
        'Your sessions were stored by a newer version of Alexa Network Mapping and were left as they are. Update the extension in this window, or reload the window, then try again.',
      ),
    );
  }
}

export type SessionState =
  | { readonly type: 'signedIn'; readonly session: Session }
  | {
      readonly type: 'signedOut';
      /** `ended`: Login with Amazon no longer accepts the refresh token. */
      readonly reason: 'expired' | 'ended';
      /** The client, which the next sign-in need not ask for. */
      readonly client?: KnownClient;
    };

/** All accounts by name. `problem` says why none could be read although there may be some. */
export interface Accounts {
  readonly byName: ReadonlyMap<string, SessionState>;
  /** The account that service providers without an account are reserved for; see `core/model/accounts.ts`. */
  readonly reserved?: string;
  readonly problem?: 'unreadable' | 'unavailable' | 'newer';
}

/** The result of an edit. */
interface Edited {
  readonly accounts: readonly Account[];
  readonly reserved: string | undefined;
}

/** Timers are limited to 24.8 days, and clocks jump; longer waits are split. */
const MAX_TIMER_MS = 3_600_000;

/** How often a write is retried. Of windows that write at the same time, at least one succeeds each time. */
const MAX_REWRITES = 10;

const NO_CONTENTS: Contents = { accounts: [], writes: [] };

/** A single secret for all accounts: VS Code cannot list secrets, so one per account could be left behind. */
const KEY = 'sessions';

/**
 * Owns the sessions of all accounts. A sign-in or sign-out in another window applies as soon as VS Code passes it on
 * (`secretCache.ts`). Writes are serialized across windows.
 */
export class SessionStore {
  /** `changed`: a session may have changed: signed in, signed out, refreshed or expired, here or in another window. */
  readonly events = new EventEmitter<{ changed: [] }>();
  private readonly subscription: { dispose(): void };
  private readonly cache: SecretCache;
  private expiry: NodeJS.Timeout | undefined;
  /** Loaded when there are sessions to read or write. */
  private loadedFormat: typeof StoredFormat | undefined;

  constructor(
    private readonly secrets: Secrets,
    private readonly writes: ExclusiveWrites,
    private readonly now: () => number = Date.now,
    /** Returns the origins that the secrets of a new sign-in to an account may go to. */
    private readonly origins: (account: string) => readonly string[] = () => [],
  ) {
    this.cache = new SecretCache(() => secrets.get(KEY), writes);
    this.subscription = secrets.onDidChange(({ key }) => {
      if (key !== KEY) return;
      this.cache.changed();
      this.events.emit('changed');
    });
  }

  async read(): Promise<Accounts> {
    let stored: string | undefined;
    try {
      stored = await this.cache.get();
    } catch {
      // For example, a locked keyring. Drop VS Code's error, which may contain anything; keep only the reason.
      return { byName: new Map(), problem: 'unavailable' };
    }
    if (stored === undefined) return { byName: new Map() };
    const { parseContents, isOfNewerVersion } = await this.storedFormat();
    const contents = parseContents(stored);
    if (!contents) return { byName: new Map(), problem: isOfNewerVersion(stored) ? 'newer' : 'unreadable' };
    const { accounts, reserved } = contents;
    this.scheduleExpiry(accounts);
    const byName = new Map(accounts.map((account) => [account.name, this.stateOf(account)]));
    return { byName, ...(reserved !== undefined && !byName.has(reserved) && { reserved }) };
  }

  /**
   * Stores the session of a sign-in, replacing an earlier one of the same account.
   *
   * @throws SecretStorageError
   */
  async save(name: string, signedIn: Session): Promise<void> {
    const origins = this.origins(name);
    const session = origins.length > 0 ? { ...signedIn, origins: [...origins] } : signedIn;
    await this.edit(({ accounts, reserved }) => {
      const others = accounts.filter((account) => account.name !== name);
      const place = accounts.findIndex((account) => account.name === name);
      return {
        accounts: others.toSpliced(place < 0 ? others.length : place, 0, { name, session }),
        reserved: reservedAfterSignIn(namesOf(accounts), reserved, name),
      };
    });
  }

  /**
   * Removes accounts and all their secrets. Service providers without an account do not move to another account.
   *
   * @throws SecretStorageError
   */
  async remove(names: readonly string[]): Promise<void> {
    await this.edit(({ accounts, reserved }) => {
      const left = accounts.filter(({ name }) => !names.includes(name));
      return { accounts: left, reserved: reservedAfterSignOut(namesOf(accounts), reserved, namesOf(left)) };
    });
  }

  /**
   * Lets the only account serve the service providers without an account, although they were reserved for one that has
   * signed out.
   *
   * @throws SecretStorageError
   */
  async handOver(): Promise<void> {
    await this.edit(({ accounts, reserved }) =>
      reserved === undefined ? undefined : { accounts, reserved: undefined },
    );
  }

  /**
   * Replaces a session with the result of its refresh, unless the session is gone: the user may have signed out or in
   * again, or another window may have refreshed it.
   *
   * @param renewed undefined if Login with Amazon has ended the session
   * @param client stored in place of an ended session
   * @throws SecretStorageError
   */
  async renew(name: string, before: Session, renewed: Session | undefined, client?: Client): Promise<void> {
    await this.edit(({ accounts, reserved }) => {
      const isIt = ({ name: each, session }: Account) =>
        each === name && session?.id === before.id && session.accessToken === before.accessToken;
      if (!accounts.some(isIt)) return undefined;
      const after = accounts.map((account) =>
        isIt(account)
          ? {
              name,
              ...(renewed && { session: withOriginsOf(account.session, renewed) }),
              ...(client && { client: withOriginsOf(account.session, client) }),
            }
          : account,
      );
      return { accounts: after, reserved };
    });
  }

  /**
   * Permits one more origin for a session's secrets, unless the session is gone.
   *
   * @throws SecretStorageError
   */
  async permit(name: string, sessionId: string, origin: string): Promise<void> {
    await this.edit(({ accounts, reserved }) => {
      const isIt = ({ name: each, session }: Account) => each === name && session?.id === sessionId;
      if (!accounts.some(isIt)) return undefined;
      const after = accounts.map((account) => {
        const { session } = account;
        if (!session || !isIt(account)) return account;
        return { ...account, session: { ...session, origins: [...new Set([...(session.origins ?? []), origin])] } };
      });
      return { accounts: after, reserved };
    });
  }

  dispose(): void {
    clearTimeout(this.expiry);
    this.subscription.dispose();
    this.events.removeAllListeners();
  }

  /**
   * Edits the stored data, and retries if another window overwrote the edit. Windows without a common lock, such as a
   * local and a remote one, may write at the same time from the same original; the stored list of writes reveals that.
   *
   * @param edit returns the new data, or undefined to leave it unchanged
   * @throws SecretStorageError
   */
  private async edit(edit: (before: Contents) => Edited | undefined): Promise<void> {
    const id = randomUUID().slice(0, 8);
    const { parseContents, isOfNewerVersion, serializeContents } = await this.storedFormat();
    const write = async (wrote: () => void) => {
      const stored = await this.secrets.get(KEY);
      const contents = stored === undefined ? NO_CONTENTS : parseContents(stored);
      if (stored !== undefined && !contents && isOfNewerVersion(stored)) throw new NewerSessions();
      const before = contents ?? NO_CONTENTS;
      const after = edit(before);
      if (!after) return;
      wrote();
      const { accounts, reserved } = after;
      const written = { accounts, ...(reserved !== undefined && { reserved }), writes: [...before.writes, id] };
      this.cache.changed();
      try {
        if (accounts.length === 0) await this.secrets.delete(KEY);
        else await this.secrets.store(KEY, serializeContents(written));
      } finally {
        this.cache.changed();
      }
    };
    await this.writes.run(KEY, async (wrote) => {
      let writes = 0;
      const count = () => writes++;
      const wasOverwritten = async () => {
        const stored = await this.secrets.get(KEY);
        // The data is gone, which satisfies a sign-out but no other edit.
        if (stored === undefined) return edit(NO_CONTENTS)?.accounts.length !== 0;
        return !parseContents(stored)?.writes.includes(id);
      };
      const writeAgain = async () => {
        const before = writes;
        try {
          if (writes <= MAX_REWRITES && (await wasOverwritten())) await write(count);
        } catch {
          // Ignore the error: the data was stored, and that was reported.
        }
        return writes > before;
      };
      try {
        await write(() => {
          count();
          wrote();
        });
        if (writes > 0) wrote(writeAgain);
      } catch (error) {
        throw error instanceof NewerSessions ? error : new SecretStorageError();
      }
    });
  }

  private async storedFormat(): Promise<typeof StoredFormat> {
    return (this.loadedFormat ??= await import('./session'));
  }

  private stateOf({ session, client }: Account): SessionState {
    if (!session) return { type: 'signedOut', reason: 'ended', ...(client && { client }) };
    // A session that can be refreshed lasts until Login with Amazon ends it, whatever the clock says.
    if (!session.refresh && session.expiresAtMs <= this.now()) return { type: 'signedOut', reason: 'expired' };
    return { type: 'signedIn', session };
  }

  private scheduleExpiry(accounts: readonly Account[]): void {
    clearTimeout(this.expiry);
    const left = accounts
      .flatMap(({ session }) => (session && !session.refresh ? [session.expiresAtMs - this.now()] : []))
      .filter((ms) => ms > 0);
    if (left.length === 0) return;
    this.expiry = setTimeout(() => this.events.emit('changed'), Math.min(...left, MAX_TIMER_MS));
    this.expiry.unref();
  }
}

/** Keeps the origins that were permitted during a refresh. */
function withOriginsOf<T extends object>(stored: Session | undefined, result: T): T & Pick<Session, 'origins'> {
  return stored?.origins ? { ...result, origins: stored.origins } : result;
}

function namesOf(accounts: readonly Account[]): string[] {
  return accounts.map(({ name }) => name);
}
