/** After so many faults of different attempts, with nothing passed in between, the fault is taken to be common to all. */
const SEVERAL = 3;

/**
 * Recognizes an outage that is common to all calls of one service, from nothing but how their attempts ended. Knows no clock: all
 * times are given to it, in milliseconds.
 *
 * It is an outage when, for {@link toldAfterMs}, several attempts ended in a fault and none passed. While the service has asked for
 * silence nothing can pass, so that time does not count. It lasts until an attempt passes, also while nobody calls.
 */
export class Outage {
  /** Whether there is one. */
  isKnown = false;
  /** Since when attempts fail and none passes; undefined while none fails. */
  private sinceMs: number | undefined;
  private faults = 0;
  private passedAtMs = -Infinity;
  private silentUntilMs = -Infinity;
  private failedAtMs = -Infinity;

  constructor(private readonly toldAfterMs: number) {}

  /** When the last attempt ended that failed: who has begun to wait before that is told of it, and nobody else. */
  get learnedAtMs(): number {
    return this.failedAtMs;
  }

  /** When it will be an outage, unless something passes; undefined while nothing fails. */
  get refreshAtMs(): number | undefined {
    if (this.sinceMs === undefined || this.isKnown) return undefined;
    return Math.max(this.sinceMs, this.silentUntilMs) + this.toldAfterMs;
  }

  passed(nowMs: number): void {
    this.passedAtMs = nowMs;
    this.isKnown = false;
    this.forget();
  }

  /** Nothing can pass until then, by the wish of the service. */
  silent(untilMs: number): void {
    this.silentUntilMs = Math.max(this.silentUntilMs, untilMs);
  }

  failed(sentAtMs: number, nowMs: number): void {
    // An attempt that waited in vain has shown since it was sent that nothing is answered, unless another one was.
    this.sinceMs = Math.min(this.sinceMs ?? Infinity, Math.max(sentAtMs, this.passedAtMs));
    this.faults++;
    this.failedAtMs = nowMs;
  }

  /** All calls have ended. Several attempts in vain, with which they gave up, are an outage; fewer will not be followed by more. */
  idle(): void {
    if (this.faults >= SEVERAL) this.isKnown = true;
    else if (!this.isKnown) this.forget();
  }

  /**
   * Looks whether it is an outage by now.
   *
   * @param calls how many have not ended: where there are fewer than several, it is enough when each has failed
   */
  check(nowMs: number, calls: number): boolean {
    const { refreshAtMs } = this;
    if (refreshAtMs !== undefined && nowMs >= refreshAtMs && this.faults >= Math.min(SEVERAL, calls))
      this.isKnown = true;
    return this.isKnown;
  }

  private forget(): void {
    this.sinceMs = undefined;
    this.faults = 0;
  }
}
