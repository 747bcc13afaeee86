import { setTimeout as delay } from 'node:timers/promises';

/** Lets one act at a time pass for each name, in all windows. */
export interface Lock {
  withLock<T>(name: string, task: () => Promise<T>): Promise<T>;
}

/**
 * The editor hands a stored secret to its other windows with a delay: it writes what has changed every tenth of a second or
 * so, and tells them then. Until they have it, they must not go on from what they had.
 */
const PROPAGATION_DELAY_MS = 500;

/** Acts that read what is stored and write it back, one at a time in all windows, each seeing what the one before wrote. */
export class ExclusiveWrites {
  constructor(
    private readonly lock: Lock,
    private readonly sharedAfterMs = PROPAGATION_DELAY_MS,
  ) {}

  /**
   * Runs an act in its turn and settles as it does. When it has written something, the next one waits until all windows see
   * that.
   *
   * @param act calls `wrote` when it has written. What it gives to that is called once all windows see what was written, before
   * the next act, and tells whether it has written again.
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
          // What it ends in is the caller's concern.
          await ran.catch(() => undefined);
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
