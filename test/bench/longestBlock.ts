/** The longest time between two turns of the event loop. */
export class LongestBlock {
  private longestMs = 0;
  private lastMs = performance.now();
  private immediate = setImmediate(() => {
    this.turn();
  });

  /** @returns milliseconds */
  stop(): number {
    clearImmediate(this.immediate);
    this.measure();
    return this.longestMs;
  }

  private turn(): void {
    this.measure();
    this.immediate = setImmediate(() => {
      this.turn();
    });
  }

  private measure(): void {
    const nowMs = performance.now();
    this.longestMs = Math.max(this.longestMs, nowMs - this.lastMs);
    this.lastMs = nowMs;
  }
}
