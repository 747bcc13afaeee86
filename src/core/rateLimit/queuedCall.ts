import type { CallQueue } from './callQueue';

/** How one attempt ended, as far as the pace is concerned. */
export type RateVerdict =
  /** The service has let it pass, whatever it answered. */
  | { readonly type: 'passed' }
  /** There was no answer, or one that says that the service is in trouble; `waitMs` is how long it asks to wait with this call. */
  | { readonly type: 'fault'; readonly waitMs: number }
  /** The service did not let it pass, and did nothing (429); `waitMs` is how long it asks to wait. */
  | { readonly type: 'refused'; readonly waitMs: number }
  /** Nothing was sent. */
  | { readonly type: 'unsent' };

/** One attempt that has ended: what it came to, and whether it is to be made again. */
export interface AttemptResult<T> {
  readonly value: T;
  readonly verdict: RateVerdict;
  /** After a refusal or a fault only. */
  readonly retry: boolean;
}

/** Makes one attempt; told whether the call had to wait for its turn, so that what it was given before may be old. */
export type MakeAttempt<T> = (wasQueued: boolean) => Promise<AttemptResult<T>>;

/** What a call comes to that is ended because all calls fail alike. */
export const OUTAGE = Symbol('outage');

export interface CallOptions {
  /** Gives up the wait, with its reason; an attempt under way is not concerned. */
  readonly signal?: AbortSignal | undefined;
  /** How long it may be refused, in milliseconds, while nothing passes. */
  readonly queueTimeoutMs: number;
  /** Since when whoever waits has waited, by the clock of the pacer: what was learned before is no answer. */
  readonly sinceMs: number;
  /** After this time, by the clock of the pacer, a fault is not repeated. */
  readonly untilMs?: number;
  /** Whether an attempt under way may be left to itself when all calls fail alike, as a read may. */
  readonly isRead?: boolean;
  /** Is called once, when it has ended in whatever way. */
  readonly onOver?: (call: QueuedCall<unknown>) => void;
}

/** A call on its way through a pacer, and the promise of whoever waits for it. */
export class QueuedCall<T> {
  /**
   * What the last attempt came to; undefined when none was made, {@link OUTAGE} when it was ended by what others came to. Rejects
   * when the call is given up, or an attempt throws.
   */
  readonly result: Promise<T | undefined | typeof OUTAGE>;
  readonly queueTimeoutMs: number;
  readonly sinceMs: number;
  readonly untilMs: number;
  /** Attempts that ended in a fault. */
  faults = 0;
  private wasQueued = false;
  private state: 'resting' | 'waiting' | 'underWay' | 'over' = 'resting';
  /** Of what {@link makeAttempt} comes to; a queue holds calls of all sorts. */
  private resolve: (value: unknown) => void = () => undefined;
  private reject: (reason: unknown) => void = () => undefined;
  private readonly signal: AbortSignal | undefined;
  private readonly isRead: boolean;
  private readonly onOver: CallOptions['onOver'];

  constructor(
    private readonly makeAttempt: MakeAttempt<T>,
    /** Where it waits for its turns. */
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
    return this.state === 'over';
  }

  /** Begins to wait for its turn, before all others or behind them. */
  wait(where: 'first' | 'last'): void {
    this.state = 'waiting';
    if (where === 'first') this.queue.unshift(this);
    else this.queue.push(this);
  }

  /** Remembers that it did not get its turn at once. */
  markQueued(): void {
    if (this.state === 'waiting') this.wasQueued = true;
  }

  /** @throws what the attempt throws */
  async attempt(): Promise<AttemptResult<T>> {
    this.state = 'underWay';
    const ended = await this.makeAttempt(this.wasQueued);
    // It may have been ended by what others came to.
    if (!this.isOver) this.state = 'resting';
    this.wasQueued = true;
    // It was not interrupted, but it is not made again either.
    if (ended.retry && this.signal?.aborted && !this.isOver) this.onAbort();
    return ended;
  }

  /** It has been taken out of its queue. */
  end(value: T | undefined): void {
    this.leave();
    this.resolve(value);
  }

  fail(reason: unknown): void {
    this.leave();
    this.reject(reason);
  }

  /**
   * Ends it wherever it is, but for a change that is under way: what becomes of that, only its answer tells.
   *
   * @returns whether an attempt was under way, which is left to itself
   */
  endInOutage(): boolean {
    const { state } = this;
    if (state === 'over' || (state === 'underWay' && !this.isRead)) return false;
    this.leave();
    this.resolve(OUTAGE);
    if (state === 'waiting') this.queue.discard();
    return state === 'underWay';
  }

  private leave(): void {
    if (this.isOver) return;
    this.state = 'over';
    this.signal?.removeEventListener('abort', this.onAbort);
    this.onOver?.(this);
  }

  private readonly onAbort = (): void => {
    if (this.state === 'underWay') return;
    const wasWaiting = this.state === 'waiting';
    this.fail(this.signal?.reason);
    if (wasWaiting) this.queue.discard();
  };
}
