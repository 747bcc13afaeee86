import { AsyncLocalStorage } from 'node:async_hooks';
import type { Lock } from '../../src/core/crossWindow/exclusiveWrites';
import { eventLoopTurns } from './eventLoopTurns';
import { unexpected } from './unexpected';

/** What the act that runs now holds, by lock. One for all locks: each storage more slows down every promise of the process. */
const HELD = new AsyncLocalStorage<readonly { readonly lock: SharedLock; readonly name: string }[]>();

/**
 * A lock that all windows of a test share: fair, in memory, and like the one of files never taken at once. Whoever waits
 * inside an act for a name that the act itself holds would wait for ever; here that is unexpected.
 */
export class SharedLock implements Lock {
  /** Every name that was held, in order. */
  readonly held: string[] = [];
  private readonly ends = new Map<string, Promise<unknown>>();

  async withLock<T>(name: string, act: () => Promise<T>): Promise<T> {
    const outer = HELD.getStore() ?? [];
    if (outer.some((each) => each.lock === this && each.name === name))
      unexpected(`holding the lock "${name}" inside itself`);
    const before = this.ends.get(name);
    const attempt = (async () => {
      await before;
      await eventLoopTurns(2);
      this.held.push(name);
      return HELD.run([...outer, { lock: this, name }], act);
    })();
    this.ends.set(
      name,
      attempt.catch(() => undefined),
    );
    return attempt;
  }
}
