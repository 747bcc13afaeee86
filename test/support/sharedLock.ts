import { AsyncLocalStorage } from 'node:async_hooks';
import type { Lock } from '../../src/acrossWindows/sharedWrites';
import { turns } from './turns';
import { unexpected } from './unexpected';

/**
 * A lock that all windows of a test share: fair, in memory, and like the one of files never taken at once. Whoever waits
 * inside an act for a name that the act itself holds would wait for ever; here that is unexpected.
 */
export class SharedLock implements Lock {
  /** Every name that was held, in order. */
  readonly held: string[] = [];
  private readonly ends = new Map<string, Promise<unknown>>();
  private readonly names = new AsyncLocalStorage<readonly string[]>();

  async hold<T>(name: string, act: () => Promise<T>): Promise<T> {
    const outer = this.names.getStore() ?? [];
    if (outer.includes(name)) unexpected(`holding the lock "${name}" inside itself`);
    const before = this.ends.get(name);
    const attempt = (async () => {
      await before;
      await turns(2);
      this.held.push(name);
      return this.names.run([...outer, name], act);
    })();
    this.ends.set(
      name,
      attempt.catch(() => undefined),
    );
    return attempt;
  }
}
