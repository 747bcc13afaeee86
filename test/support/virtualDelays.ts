import { quiet } from './eventLoopTurns';

/** Replaces the delays of `node:timers/promises`: time advances when no other work is pending. */
export class VirtualDelays {
  /** A monotonic clock. */
  nowMs = 0;
  private readonly timers: { readonly atMs: number; readonly end: () => void }[] = [];

  readonly wait = async <T>(ms: number, value?: T): Promise<T | undefined> => {
    await new Promise<void>((end) => {
      const atMs = this.nowMs + ms;
      const later = this.timers.findIndex((timer) => timer.atMs > atMs);
      this.timers.splice(later < 0 ? this.timers.length : later, 0, { atMs, end });
    });
    return value;
  };

  /** Ends the next delay once no other work is pending; returns whether there was one. */
  async next(): Promise<boolean> {
    await quiet();
    const timer = this.timers.shift();
    if (!timer) return false;
    this.nowMs = Math.max(this.nowMs, timer.atMs);
    timer.end();
    return true;
  }

  /** Ends all delays. */
  async settle(): Promise<void> {
    while (await this.next());
  }
}
