import { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Secrets } from '../../src/core/auth/sessionStore';
import { eventLoopTurns } from './eventLoopTurns';

/** What the error of a keyring says here: it may hold anything, the secret included. */
export const KEYRING_ERROR = 'the keyring is locked while it holds Atza|in-the-words-of-the-keyring';

interface Manners {
  /** How many turns of the event loop a write takes; until then, all see what was there before. */
  readonly writeTurns?: number;
  /** How long after a write the other windows see what was written. A write has ended by then, as in VS Code. */
  readonly handedOverAfterMs?: number;
}

/**
 * The secrets of one VS Code: all its windows share them, and each hears of every change, its own included. Like the
 * real one it answers later than it is asked, and fires the event although the value is the same as before.
 */
export class SecretVault {
  /** What cannot be done with it, as with a keyring that is locked. */
  broken: 'nothing' | 'writes' | 'everything' = 'nothing';
  private readonly values = new Map<string, string>();
  private readonly changes = new EventEmitter<{ change: [string] }>();
  private readonly windows: Window[] = [];
  private handingOver: Promise<unknown> = Promise.resolve();

  constructor(private readonly manners: Manners = {}) {
    this.changes.setMaxListeners(0);
  }

  /** What one window gets as `context.secrets`. */
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
        const hear = (key: string) => {
          listener({ key });
        };
        this.changes.on('change', hear);
        return { dispose: () => this.changes.off('change', hear) };
      },
    };
  }

  /** Ends when all windows see all that has been written so far. */
  async handedOver(): Promise<void> {
    await this.handingOver;
  }

  /** What is kept, for a look behind the curtain. */
  raw(key: string): string | undefined {
    return this.values.get(key);
  }

  /** Everything that is kept, as one text to search for what must not be there. */
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
    const { writeTurns = 1, handedOverAfterMs } = this.manners;
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
    this.changes.emit('change', key);
  }
}

interface Window {
  /** What this window has written and the others have not seen. */
  readonly ahead: Map<string, string | undefined>;
}
