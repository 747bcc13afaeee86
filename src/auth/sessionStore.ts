import { EventEmitter } from 'node:events';
import * as l10n from '@vscode/l10n';
import { parseSession, type Session } from './session';

/** The part of VS Code's SecretStorage that is needed here. */
export interface Secrets {
  get(key: string): PromiseLike<string | undefined>;
  store(key: string, value: string): PromiseLike<void>;
  delete(key: string): PromiseLike<void>;
  onDidChange(listener: (event: { readonly key: string }) => void): { dispose(): void };
}

/** Secret storage cannot be written. Its message is for people; the editor's own error may hold anything and is dropped. */
export class SecretStorageFailed extends Error {
  constructor() {
    super(
      l10n.t(
        'The secret storage of the editor could not be written. Unlock the keyring of the system and try again, or see {0}',
        'https://code.visualstudio.com/docs/configure/settings-sync#_troubleshooting-keychain-issues',
      ),
    );
  }
}

export type SessionState =
  | { readonly type: 'signedIn'; readonly session: Session }
  | { readonly type: 'signedOut'; readonly reason: 'none' | 'expired' | 'unreadable' | 'unavailable' };

/** Timers fire after at most 24.8 days, and clocks jump; a long wait is made of shorter ones. */
const LONGEST_WAIT_MS = 3_600_000;

/**
 * The owner of the sessions, one secret for each account. Nothing is cached: each read asks secret storage, so that a
 * sign-in or sign-out in another window counts at once.
 */
export class SessionStore {
  /** Some account's session may have changed: signed in, signed out, expired, here or in another window. */
  readonly events = new EventEmitter<{ changed: [] }>();
  private readonly subscription: { dispose(): void };
  /** One for each secret, by its key. */
  private readonly expiries = new Map<string, NodeJS.Timeout>();

  constructor(
    private readonly secrets: Secrets,
    private readonly now: () => number = Date.now,
  ) {
    this.subscription = secrets.onDidChange(({ key }) => {
      if (key.startsWith(keyOf(''))) this.events.emit('changed');
    });
  }

  async read(account = DEFAULT_ACCOUNT): Promise<SessionState> {
    let stored: string | undefined;
    try {
      stored = await this.secrets.get(keyOf(account));
    } catch {
      // A locked keyring, for example. The error is the editor's own and may hold anything, so the reason alone goes on.
      return { type: 'signedOut', reason: 'unavailable' };
    }
    if (stored === undefined) return { type: 'signedOut', reason: 'none' };
    const session = parseSession(stored);
    if (!session) return { type: 'signedOut', reason: 'unreadable' };
    const left = session.expiresAtMs - this.now();
    if (left <= 0) return { type: 'signedOut', reason: 'expired' };
    this.announceExpiryIn(left, keyOf(account));
    return { type: 'signedIn', session };
  }

  /** @throws SecretStorageFailed */
  async save(session: Session, account = DEFAULT_ACCOUNT): Promise<void> {
    await this.write(() => this.secrets.store(keyOf(account), JSON.stringify(session)));
  }

  /** @throws SecretStorageFailed */
  async remove(account = DEFAULT_ACCOUNT): Promise<void> {
    await this.write(() => this.secrets.delete(keyOf(account)));
  }

  dispose(): void {
    for (const expiry of this.expiries.values()) clearTimeout(expiry);
    this.subscription.dispose();
    this.events.removeAllListeners();
  }

  private async write(write: () => PromiseLike<void>): Promise<void> {
    try {
      await write();
    } catch {
      throw new SecretStorageFailed();
    }
  }

  private announceExpiryIn(leftMs: number, key: string): void {
    clearTimeout(this.expiries.get(key));
    const expiry = setTimeout(() => this.events.emit('changed'), Math.min(leftMs, LONGEST_WAIT_MS));
    expiry.unref();
    this.expiries.set(key, expiry);
  }
}

const DEFAULT_ACCOUNT = 'default';

function keyOf(account: string): string {
  return `session/${account}`;
}
