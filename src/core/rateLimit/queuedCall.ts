import type { CallQueue } from './callQueue';

/** The result of one attempt, for the rate limit. */
export type RateVerdict =
  /** The service accepted the request, whatever the response. */
  | { readonly type: 'accepted' }
  /**
   * There was no response, or one that reports trouble of the service; `waitMs` is the back-off requested for this
   * call.
   */
  | { readonly type: 'failed'; readonly waitMs: number }
  /** The service rejected the request without effect (429); `waitMs` is the requested back-off. */
  | { readonly type: 'throttled'; readonly waitMs: number }
  /** Nothing was sent, or the result says nothing of the service as a whole. */
  | { readonly type: 'notSent' };

/** One completed attempt: its value, and whether to retry. */
export interface AttemptResult<T> {
  readonly value: T;
  readonly verdict: RateVerdict;
  /** Only after a rejection or a fault. */
  readonly retry: boolean;
}

/** Makes one attempt; `wasQueued` means that the call had to wait, so that what it was given before may be outdated. */
export type MakeAttempt<T> = (wasQueued: boolean) => Promise<AttemptResult<T>>;

/** The result of a call that was ended because all calls fail alike. */
export const OUTAGE = Symbol('outage');

export interface CallOptions {
  /** Aborts the wait with its reason; does not affect an attempt in progress. */
  readonly signal?: AbortSignal | undefined;
  /** How long the call may be rejected while no call is accepted, in milliseconds. */
  readonly queueTimeoutMs: number;
  /** Start of the wait, by the rate limiter's clock: faults detected before it do not end the call. */
  readonly sinceMs: number;
  /** By the rate limiter's clock; after this time, a fault is not retried. */
  readonly untilMs?: number;
  /** Whether an attempt in progress may be abandoned when all calls fail alike, as for a read. */
  readonly isRead?: boolean;
  /** Called once, when the call has ended in any way. */
  readonly onOver?: (call: QueuedCall<unknown>) => void;
}

/** A call in a rate limiter, and the promise of its result. */
export class QueuedCall<T> {
  /**
   * The value of the last attempt; undefined if none was made, {@link OUTAGE} if the call was ended by an outage.
   * Rejects if the call is aborted or an attempt throws.
   */
  readonly result: Promise<T | undefined | typeof OUTAGE>;
  readonly queueTimeoutMs: number;
  readonly sinceMs: number;
  readonly untilMs: number;
  /** Failed attempts. */
  faults = 0;
  private wasQueued = false;
  private state: 'idle' | 'queued' | 'running' | 'settled' = 'idle';
  /** Untyped, because a queue contains calls of any type. */
  private resolve: (value: unknown) => void = () => undefined;
  private reject: (reason: unknown) => void = () => undefined;
  private readonly signal: AbortSignal | undefined;
  private readonly isRead: boolean;
  private readonly onOver: CallOptions['onOver'];

  constructor(
    private readonly makeAttempt: MakeAttempt<T>,
    /** The queue it waits in. */
    readonly queue: CallQueue<QueuedCall<unknown>>,
    { signal, queueTimeoutMs, sinceMs, untilMs = Infinity, isRead = false, onOver }: CallOptions,
  ) {
    this.signal = signal;
    this.queueTimeoutMs = queueTimeoutMs;
    this.sinceMs = sinceMs;
    this.untilMs = untilMs;
    this.isRead = isRead;
    this.onOver = onOver;
    this.result = new Promise((resolve, reject) => {
      this.resolve = resolve as (value: unknown) => void;
      this.reject = reject;
    });
    signal?.addEventListener('abort', this.onAbort);
    if (signal?.aborted) this.onAbort();
  }

  get isOver(): boolean {
    return this.state === 'settled';
  }

  /** Waits in the queue, at the front or the end. */
  wait(where: 'first' | 'last'): void {
    this.state = 'queued';
    if (where === 'first') this.queue.unshift(this);
    else this.queue.push(this);
  }

  /** Records that it was not sent at once. */
  markQueued(): void {
    if (this.state === 'queued') this.wasQueued = true;
  }

  /** @throws what the attempt throws */
  async attempt(): Promise<AttemptResult<T>> {
    this.state = 'running';
    const ended = await this.makeAttempt(this.wasQueued);
    // An outage may have ended it.
    if (!this.isOver) this.state = 'idle';
    this.wasQueued = true;
    // Aborted during the attempt: the attempt completed, but is not retried.
    if (ended.retry && this.signal?.aborted && !this.isOver) this.onAbort();
    return ended;
  }

  /** Ends a call that was removed from its queue. */
  end(value: T | undefined): void {
    this.leave();
    this.resolve(value);
  }

  fail(reason: unknown): void {
    this.leave();
    this.reject(reason);
  }

  /**
   * Ends the call in any state, except for a change in progress: only its response shows the outcome.
   *
   * @returns whether an attempt was in progress, which is abandoned
   */
  endInOutage(): boolean {
    const { state } = this;
    if (state === 'settled' || (state === 'running' && !this.isRead)) return false;
    this.leave();
    this.resolve(OUTAGE);
    if (state === 'queued') this.queue.discard();
    return state === 'running';
  }

  private leave(): void {
    if (this.isOver) return;
    this.state = 'settled';
    this.signal?.removeEventListener('abort', this.onAbort);
    this.onOver?.(this);
  }

  private readonly onAbort = (): void => {
    if (this.state === 'running') return;
    const wasWaiting = this.state === 'queued';
    this.fail(this.signal?.reason);
    if (wasWaiting) this.queue.discard();
  };
}
