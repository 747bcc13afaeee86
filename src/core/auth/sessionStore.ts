import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import * as l10n from '@vscode/l10n';
import {
  isOfNewerVersion,
  NO_CONTENTS,
  parseContents,
  serializeContents,
  type Account,
  type Client,
  type Contents,
  type Session,
} from './session';
import { reservedAfterSignIn, reservedAfterSignOut } from '../model/accounts';
import type { ExclusiveWrites } from '../crossWindow/exclusiveWrites';

/** The part of VS Code's SecretStorage that is needed here. */
export interface Secrets {
  get(key: string): PromiseLike<string | undefined>;
  store(key: string, value: string): PromiseLike<void>;
  delete(key: string): PromiseLike<void>;
  onDidChange(listener: (event: { readonly key: string }) => void): { dispose(): void };
}

/** Secret storage cannot be written. Its message is for people; the editor's own error may hold anything and is dropped. */
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

/** The stored sessions are left alone, since a newer version of this extension has written them. */
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
      /** `ended`: Login with Amazon takes the refresh token no more. */
      readonly reason: 'expired' | 'ended';
      /** What the next sign-in need not ask for. */
      readonly client?: Client;
    };

/** All accounts, by name. `problem` says why there are none although there may have been. */
export interface Accounts {
  readonly byName: ReadonlyMap<string, SessionState>;
  /** Whom service providers that name no account are kept for, unless that one is among them; see `core/model/accounts.ts`. */
  readonly reserved?: string;
  readonly problem?: 'unreadable' | 'unavailable' | 'newer';
}

/** What an edit makes of what is stored. */
interface Edited {
  readonly accounts: readonly Account[];
  readonly reserved: string | undefined;
}

/** Timers fire after at most 24.8 days, and clocks jump; a long wait is made of shorter ones. */
const MAX_TIMER_MS = 3_600_000;

/** How often one write is made again at most. Of windows that write at the same time, one at least gets through each time. */
const MAX_REWRITES = 10;

/** One secret for all accounts: nothing else could list them, and none can be left behind. */
const KEY = 'sessions';

/**
 * The owner of the sessions of all accounts. Nothing is cached: each read asks secret storage, so that a sign-in or sign-out
 * in another window counts at once. Writes of all windows come one after another.
 */
export class SessionStore {
  /** Some account's session may have changed: signed in, signed out, renewed, expired, here or in another window. */
  readonly events = new EventEmitter<{ changed: [] }>();
  private readonly subscription: { dispose(): void };
  private expiry: NodeJS.Timeout | undefined;

  constructor(
    private readonly secrets: Secrets,
    private readonly writes: ExclusiveWrites,
    private readonly now: () => number = Date.now,
    /** Where the secrets of a session that is signed in to now are meant to go. */
    private readonly origins: () => readonly string[] = () => [],
  ) {
    this.subscription = secrets.onDidChange(({ key }) => {
      if (key === KEY) this.events.emit('changed');
    });
  }

  async read(): Promise<Accounts> {
    let stored: string | undefined;
    try {
      stored = await this.secrets.get(KEY);
    } catch {
      // A locked keyring, for example. The error is the editor's own and may hold anything, so the reason alone goes on.
      return { byName: new Map(), problem: 'unavailable' };
    }
    if (stored === undefined) return { byName: new Map() };
    if (isOfNewerVersion(stored)) return { byName: new Map(), problem: 'newer' };
    const contents = parseContents(stored);
    if (!contents) return { byName: new Map(), problem: 'unreadable' };
    const { accounts, reserved } = contents;
    this.scheduleExpiry(accounts);
    const states = new Map(accounts.map((account) => [account.name, this.stateOf(account)]));
    return { byName: states, ...(reserved !== undefined && !states.has(reserved) && { reserved }) };
  }

  /**
   * Keeps the session of a sign-in; an earlier one of the same account is replaced.
   *
   * @throws SecretStorageFailed
   */
  async save(name: string, signedIn: Session): Promise<void> {
    const origins = this.origins();
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
   * Forgets accounts and all their secrets. Service providers that name no account are not handed to another one by that.
   *
   * @throws SecretStorageFailed
   */
  async remove(names: readonly string[]): Promise<void> {
    await this.edit(({ accounts, reserved }) => {
      const left = accounts.filter(({ name }) => !names.includes(name));
      return { accounts: left, reserved: reservedAfterSignOut(namesOf(accounts), reserved, namesOf(left)) };
    });
  }

  /**
   * Lets the only account serve the service providers that name none, although they were kept for one that has signed out.
   *
   * @throws SecretStorageFailed
   */
  async handOver(): Promise<void> {
    await this.edit(({ accounts, reserved }) =>
      reserved === undefined ? undefined : { accounts, reserved: undefined },
    );
  }

  /**
   * Puts what came of a renewal in the place of the session that was renewed, unless that is no longer there: somebody may
   * have signed out, signed in anew, or renewed it elsewhere.
   *
   * @param renewed undefined when Login with Amazon has ended the session
   * @param client what to keep of an ended one
   * @throws SecretStorageFailed
   */
  async renew(name: string, before: Session, renewed: Session | undefined, client?: Client): Promise<void> {
    await this.edit(({ accounts, reserved }) => {
      const isIt = ({ name: each, session }: Account) =>
        each === name && session?.id === before.id && session.accessToken === before.accessToken;
      if (!accounts.some(isIt)) return undefined;
      const after = accounts.map((account) =>
        isIt(account)
          ? { name, ...(renewed && { session: withOriginsOf(account.session, renewed) }), ...(client && { client }) }
          : account,
      );
      return { accounts: after, reserved };
    });
  }

  /**
   * Lets the secrets of a session go to one more origin, unless it is no longer there.
   *
   * @throws SecretStorageFailed
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
   * Writes once more what another window has overwritten. Where windows have no lock in common, such as a local and a remote
   * one, two may write at the same time, each from what was there before; the list of writes in what is stored tells.
   *
   * @param edit gives back what is to be stored, or undefined to leave what is stored as it is
   * @throws SecretStorageFailed
   */
  private async edit(edit: (before: Contents) => Edited | undefined): Promise<void> {
    const id = randomUUID().slice(0, 8);
    const write = async (wrote: () => void) => {
      const stored = await this.secrets.get(KEY);
      if (stored !== undefined && isOfNewerVersion(stored)) throw new NewerSessions();
      const before = parseContents(stored ?? '') ?? NO_CONTENTS;
      const after = edit(before);
      if (!after) return;
      wrote();
      const { accounts, reserved } = after;
      const contents = { accounts, ...(reserved !== undefined && { reserved }), writes: [...before.writes, id] };
      if (accounts.length === 0) await this.secrets.delete(KEY);
      else await this.secrets.store(KEY, serializeContents(contents));
    };
    await this.writes.run(KEY, async (wrote) => {
      let writes = 0;
      const count = () => writes++;
      const wasOverwritten = async () => {
        const stored = await this.secrets.get(KEY);
        // Nothing is stored any more: that is what a sign-out wanted, and no other act.
        if (stored === undefined) return edit(NO_CONTENTS)?.accounts.length !== 0;
        return !parseContents(stored)?.writes.includes(id);
      };
      const writeAgain = async () => {
        const before = writes;
        try {
          if (writes <= MAX_REWRITES && (await wasOverwritten())) await write(count);
        } catch {
          // The person was told that it is stored, and it was.
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

  private stateOf({ session, client }: Account): SessionState {
    if (!session) return { type: 'signedOut', reason: 'ended', ...(client && { client }) };
    // One that can be renewed lives until Login with Amazon says otherwise, whatever the clock says.
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

/** What was permitted while a session was being renewed stays permitted. */
function withOriginsOf(stored: Session | undefined, renewed: Session): Session {
  return stored?.origins ? { ...renewed, origins: stored.origins } : renewed;
}

function namesOf(accounts: readonly Account[]): string[] {
  return accounts.map(({ name }) => name);
}
