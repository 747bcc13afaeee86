/**
 * Lets an act follow on wishes for it: on the first one at once, and then, after a rest, once for all that came meanwhile. No wish
 * is lost, and those of one turn of the event loop are one.
 */
export class Coalescer {
  private isWished = false;
  private soon: NodeJS.Immediate | undefined;
  private resting: NodeJS.Timeout | undefined;

  /** @param act returns how long to rest after it, in milliseconds */
  constructor(private readonly act: () => number) {}

  wish(): void {
    if (this.isWished) return;
    this.isWished = true;
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
      if (this.isWished) this.run();
    }, restMs).unref();
  }

  dispose(): void {
    this.isWished = false;
    clearImmediate(this.soon);
    clearTimeout(this.resting);
    this.resting = undefined;
  }

  private run(): void {
    // A wish that is made while it runs may be for what it has passed already.
    this.isWished = false;
    const restMs = this.act();
    const isWishedAgain = this.hasWish();
    this.done(restMs);
    if (isWishedAgain) this.wish();
  }

  private hasWish(): boolean {
    return this.isWished;
  }
}
