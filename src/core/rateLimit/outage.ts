/** This many consecutive failed attempts count as a fault common to all calls. */
const SEVERAL = 3;

/**
 * Detects an outage common to all calls of one service, from the results of their attempts alone. Has no clock: all
 * times are passed in, in milliseconds.
 *
 * It is an outage if several attempts failed, and none was accepted, during {@link toldAfterMs}. The time of a
 * requested back-off does not count, because nothing can be accepted then. It lasts until an attempt is accepted, even
 * if there are no calls.
 */
export class Outage {
  /** Whether there is an outage. */
  isKnown = false;
  /** Start of the consecutive failures; undefined if there are none. */
  private sinceMs: number | undefined;
  private faults = 0;
  private passedAtMs = -Infinity;
  private silentUntilMs = -Infinity;
  private failedAtMs = -Infinity;

  constructor(private readonly toldAfterMs: number) {}

  /** When the last failed attempt ended: calls that began to wait before then are notified of it, and no others. */
  get learnedAtMs(): number {
    return this.failedAtMs;
  }

  /** When it becomes an outage unless an attempt is accepted; undefined without failures. */
  get refreshAtMs(): number | undefined {
    if (this.sinceMs === undefined || this.isKnown) return undefined;
    return Math.max(this.sinceMs, this.silentUntilMs) + this.toldAfterMs;
  }

  passed(nowMs: number): void {
    this.passedAtMs = nowMs;
    this.isKnown = false;
    this.forget();
  }

  /** Records a requested back-off, during which nothing can be accepted. */
  silent(untilMs: number): void {
    this.silentUntilMs = Math.max(this.silentUntilMs, untilMs);
  }

  failed(sentAtMs: number, nowMs: number): void {
    // An attempt that failed without a response counts from when it was sent, unless another one was accepted since.
    this.sinceMs = Math.min(this.sinceMs ?? Infinity, Math.max(sentAtMs, this.passedAtMs));
    this.faults++;
    this.failedAtMs = nowMs;
  }

  /**
   * Records that all calls have ended. Several failed attempts are an outage then; fewer will not be followed by more.
   */
  idle(): void {
    if (this.faults >= SEVERAL) this.isKnown = true;
    else if (!this.isKnown) this.forget();
  }

  /**
   * Checks whether it is an outage now.
   *
   * @param calls how many calls have not ended: with fewer than the usual threshold, it suffices that each has failed
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
