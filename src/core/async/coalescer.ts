/**
 * Lets an act follow on wishes for it: on the first one at once, and then, after a rest, once for all that came meanwhile. No wish
 * is lost, and those of one turn of the event loop are one.
 */
export class Coalescer {
  private isRequested = false;
  private soon: NodeJS.Immediate | undefined;
  private resting: NodeJS.Timeout | undefined;

  /** @param act returns how long to rest after it, in milliseconds */
  constructor(private readonly task: () => number) {}

  request(): void {
    if (this.isRequested) return;
    this.isRequested = true;
    if (!this.resting) {
      this.soon = setImmediate(() => {
        this.run();
      });
    }
  }

  /** Takes note that what was wished for has been done by other means, after which there is a rest too. */
  done(restMs: number): void {
    this.dispose();
    if (restMs <= 0) return;
    this.resting = setTimeout(() => {
      this.resting = undefined;
      if (this.isRequested) this.run();
    }, restMs).unref();
  }

  dispose(): void {
    this.isRequested = false;
    clearImmediate(this.soon);
    clearTimeout(this.resting);
    this.resting = undefined;
  }

  private run(): void {
    // A wish that is made while it runs may be for what it has passed already.
    this.isRequested = false;
    const restMs = this.task();
    const isRequestedAgain = this.hasRequest();
    this.done(restMs);
    if (isRequestedAgain) this.request();
  }

  private hasRequest(): boolean {
    return this.isRequested;
  }
}
