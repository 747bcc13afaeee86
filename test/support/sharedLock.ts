import { AsyncLocalStorage } from 'node:async_hooks';
import type { Lock } from '../../src/core/crossWindow/exclusiveWrites';
import { eventLoopTurns } from './eventLoopTurns';
import { unexpected } from './unexpected';

/** The locks that the running task holds. Shared by all locks: each AsyncLocalStorage slows down every promise. */
const HELD = new AsyncLocalStorage<readonly { readonly lock: SharedLock; readonly name: string }[]>();

/**
 * A lock that all windows of a test share: fair, in memory, and like the file lock never acquired synchronously. Fails the test
 * when a task requests a lock that it already holds, which would deadlock.
 */
export class SharedLock implements Lock {
  /** The name of every acquired lock, in order. */
  readonly held: string[] = [];
  private turns = 0;
  private readonly ends = new Map<string, Promise<unknown>>();

  async withLock<T>(name: string, task: () => Promise<T>): Promise<T> {
    const outer = HELD.getStore() ?? [];
    if (outer.some((each) => each.lock === this && each.name === name))
      unexpected(`requesting the lock "${name}" while holding it`);
    const before = this.ends.get(name);
    const attempt = (async () => {
      await before;
      await eventLoopTurns(2);
      this.held.push(name);
      this.turns++;
      return HELD.run([...outer, { lock: this, name }], task).finally(() => this.turns++);
    })();
    this.ends.set(
      name,
      attempt.catch(() => undefined),
    );
    return attempt;
  }

  async activity(): Promise<number> {
    await eventLoopTurns(1);
    return this.turns;
  }
}
