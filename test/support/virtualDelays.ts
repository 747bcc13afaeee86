import { quiet } from './eventLoopTurns';

/** What takes the place of the delays of `node:timers/promises`: time passes when nothing else is left to do. */
export class VirtualDelays {
  /** A clock that nobody can set. */
  nowMs = 0;
  private readonly timers: { readonly atMs: number; readonly act: () => void }[] = [];

  readonly wait = async <T>(ms: number, value?: T): Promise<T | undefined> => {
    await new Promise<void>((act) => {
      const atMs = this.nowMs + ms;
      const later = this.timers.findIndex((timer) => timer.atMs > atMs);
      this.timers.splice(later < 0 ? this.timers.length : later, 0, { atMs, act });
    });
    return value;
  };

  /** Lets the next delay end, when all has happened that waits for none; tells whether there was one. */
  async next(): Promise<boolean> {
    await quiet();
    const timer = this.timers.shift();
    if (!timer) return false;
    this.nowMs = Math.max(this.nowMs, timer.atMs);
    timer.act();
    return true;
  }

  /** Lets all end. */
  async settle(): Promise<void> {
    while (await this.next());
  }
}
