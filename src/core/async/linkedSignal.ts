/**
 * A signal that is aborted with any of several signals, or after a time. Unlike with `AbortSignal.any` and
 * `AbortSignal.timeout`, nothing outlives {@link end}: those and their listeners are kept until the next full garbage
 * collection, or until the time has passed.
 */
export class LinkedSignal {
  /** Whether the time has passed. */
  isTimedOut = false;
  private readonly controller = new AbortController();
  private readonly sources: readonly AbortSignal[];
  private readonly timer: NodeJS.Timeout | undefined;

  /** @param timeoutMs in milliseconds; without it, there is no limit */
  constructor(sources: readonly (AbortSignal | undefined)[], timeoutMs?: number) {
    this.sources = sources.filter((source) => source !== undefined);
    if (timeoutMs !== undefined) {
      this.timer = setTimeout(() => {
        this.isTimedOut = true;
        this.controller.abort();
      }, timeoutMs);
    }
    for (const source of this.sources) {
      source.addEventListener('abort', this.onAbort);
      if (source.aborted) this.onAbort();
    }
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** To be called when nothing listens any more. */
  end(): void {
    clearTimeout(this.timer);
    for (const source of this.sources) source.removeEventListener('abort', this.onAbort);
  }

  private readonly onAbort = (): void => {
    this.controller.abort(this.sources.find(({ aborted }) => aborted)?.reason);
  };
}
