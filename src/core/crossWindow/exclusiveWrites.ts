import { setTimeout as delay } from 'node:timers/promises';

/** Runs one task at a time per name, across all windows. */
export interface Lock {
  withLock<T>(name: string, task: () => Promise<T>): Promise<T>;
  /** Returns another value after any window has begun or ended a task; undefined if that cannot be told. */
  activity(): Promise<unknown>;
}

/**
 * How long VS Code takes to pass a stored secret to its other windows, in milliseconds: it writes changes about every
 * tenth of a second, then notifies them. Until then, they must not build on the old value.
 */
export const PROPAGATION_DELAY_MS = 500;

/** Runs read-modify-write tasks one at a time across all windows, each seeing what the one before wrote. */
export class ExclusiveWrites {
  constructor(
    private readonly lock: Lock,
    readonly propagationMs = PROPAGATION_DELAY_MS,
  ) {}

  /** See {@link Lock}. */
  activity(): Promise<unknown> {
    return this.lock.activity();
  }

  /**
   * Runs a task exclusively and settles as it does. After a write, the next task waits until all windows see it.
   *
   * @param task calls `wrote` after it has written. A check passed to `wrote` runs once all windows see the write,
   *   before the next task; it returns whether it has written again.
   */
  run<T>(name: string, task: (wrote: (check?: () => Promise<boolean>) => void) => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      let written: (() => Promise<boolean>) | undefined;
      this.lock
        .withLock(name, async () => {
          const ran = task((check = () => Promise.resolve(false)) => {
            written = check;
          });
          resolve(ran);
          // The caller handles its rejection.
          await ran.catch(() => undefined);
          if (!written) return;
          do await this.settled();
          while (await written());
        })
        .catch(reject);
    });
  }

  /** Resolves when this window sees all current writes of other windows. */
  async settled(): Promise<void> {
    await delay(this.propagationMs, undefined, { ref: false });
  }
}
