/**
 * Runs a task on request: at once on the first request, then once per rest interval for all requests in between. No
 * request is lost; those within one turn of the event loop run the task once.
 */
export class Coalescer {
  private isRequested = false;
  private soon: NodeJS.Immediate | undefined;
  private resting: NodeJS.Timeout | undefined;

  /** @param task returns how long to rest after it, in milliseconds */
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

  /** Records that the requested work was done by other means; the rest interval begins. */
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
    // A request during the run may concern something the task has already passed.
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
