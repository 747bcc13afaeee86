import { setTimeout as delay } from 'node:timers/promises';

/** Lets one act at a time pass for each name, in all windows. */
export interface Lock {
  hold<T>(name: string, act: () => Promise<T>): Promise<T>;
}

/**
 * The editor hands a stored secret to its other windows with a delay: it writes what has changed every tenth of a second or
 * so, and tells them then. Until they have it, they must not go on from what they had.
 */
const SHARED_AFTER_MS = 500;

/** Acts that read what is stored and write it back, one at a time in all windows, each seeing what the one before wrote. */
export class SharedWrites {
  constructor(
    private readonly lock: Lock,
    private readonly sharedAfterMs = SHARED_AFTER_MS,
  ) {}

  /**
   * Runs an act in its turn and settles as it does. When it has written something, the next one waits until all windows see
   * that.
   *
   * @param act calls `wrote` when it has written. What it gives to that is called once all windows see what was written, before
   * the next act, and tells whether it has written again.
   */
  run<T>(name: string, act: (wrote: (check?: () => Promise<boolean>) => void) => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      let written: (() => Promise<boolean>) | undefined;
      this.lock
        .hold(name, async () => {
          const acted = act((check = () => Promise.resolve(false)) => {
            written = check;
          });
          resolve(acted);
          // What it ends in is the caller's concern.
          await acted.catch(() => undefined);
          if (!written) return;
          do await this.settled();
          while (await written());
        })
        .catch(reject);
    });
  }

  /** Resolves when this window sees what other windows have written by now. */
  async settled(): Promise<void> {
    await delay(this.sharedAfterMs, undefined, { ref: false });
  }
}
