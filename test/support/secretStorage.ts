import { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Secrets } from '../../src/core/auth/sessionStore';
import { eventLoopTurns } from './eventLoopTurns';

/** An error message of the keyring: it may contain anything, even the secret. */
export const KEYRING_ERROR = 'the keyring is locked while it holds Atza|in-the-words-of-the-keyring';

interface VaultOptions {
  /** How many turns of the event loop a write takes; until then, all windows see the old value. */
  readonly writeTurns?: number;
  /** How long after a write the other windows see it. The write has ended by then, as in VS Code. */
  readonly handedOverAfterMs?: number;
  /** Whether windows are not notified of changes. */
  readonly isSilent?: boolean;
}

/**
 * The secret storage of one VS Code instance: shared by its windows, each of which is notified of every change, its own included.
 * Like the real one it is asynchronous, and fires the event even if the value is unchanged.
 */
export class SecretVault {
  /** What fails, as with a locked keyring. */
  broken: 'nothing' | 'writes' | 'everything' = 'nothing';
  private readonly values = new Map<string, string>();
  private readonly changes = new EventEmitter<{ change: [string] }>();
  private readonly windows: Window[] = [];
  private handingOver: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: VaultOptions = {}) {
    this.changes.setMaxListeners(0);
  }

  /** The `context.secrets` of a new window. */
  window(): Secrets {
    const window: Window = { ahead: new Map() };
    this.windows.push(window);
    return {
      get: async (key) => {
        await eventLoopTurns(1);
        if (this.broken === 'everything') throw new Error(KEYRING_ERROR);
        return window.ahead.has(key) ? window.ahead.get(key) : this.values.get(key);
      },
      store: (key, value) => this.write(window, key, value),
      delete: (key) => this.write(window, key, undefined),
      onDidChange: (listener) => {
        const notify = (key: string) => {
          listener({ key });
        };
        this.changes.on('change', notify);
        return { dispose: () => this.changes.off('change', notify) };
      },
    };
  }

  /** Resolves when all windows see everything written so far. */
  async handedOver(): Promise<void> {
    await this.handingOver;
  }

  /** The stored value, regardless of windows and failures. */
  raw(key: string): string | undefined {
    return this.values.get(key);
  }

  /** All stored values as one string, to search for what must not be there. */
  get everything(): string {
    return JSON.stringify([...this.values]);
  }

  get keys(): string[] {
    return [...this.values.keys()];
  }

  get listeners(): number {
    return this.changes.listenerCount('change');
  }

  private async write(window: Window, key: string, value: string | undefined): Promise<void> {
    const { writeTurns = 1, handedOverAfterMs } = this.options;
    await eventLoopTurns(writeTurns);
    if (this.broken !== 'nothing') throw new Error(KEYRING_ERROR);
    if (handedOverAfterMs === undefined) {
      this.settle(key, value);
      return;
    }
    window.ahead.set(key, value);
    this.handingOver = delay(handedOverAfterMs).then(() => {
      for (const each of this.windows) each.ahead.delete(key);
      this.settle(key, value);
    });
  }

  private settle(key: string, value: string | undefined): void {
    if (value === undefined) this.values.delete(key);
    else this.values.set(key, value);
    if (!this.options.isSilent) this.changes.emit('change', key);
  }
}

interface Window {
  /** What this window has written and the others do not see yet. */
  readonly ahead: Map<string, string | undefined>;
}
