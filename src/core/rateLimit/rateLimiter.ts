import { Outage } from './outage';
import { QueuedCall, type CallOptions, type MakeAttempt, type OUTAGE, type RateVerdict } from './queuedCall';
import { CallQueue } from './callQueue';
import { RateEstimator } from './rateEstimator';

interface RunOptions extends Omit<CallOptions, 'sinceMs' | 'onOver'> {
  /** A user waits for this call: it takes the next slot, and only a failure of its own ends it. */
  readonly urgent?: boolean;
  /** Start of the wait, by the rate limiter's clock; defaults to now. */
  readonly sinceMs?: number;
}

export interface RateLimiterOptions {
  /** Maximum concurrent calls. */
  readonly maxInFlight?: number;
  /** Maximum delay before the first retry after a fault, in milliseconds; doubles each time. */
  readonly backoffMs?: number;
  /**
   * How long attempts must fail, and none be accepted, before it is an outage that ends all waiting calls.
   * Milliseconds.
   */
  readonly outageMs?: number;
  readonly clock?: Clock;
  /** Returns a number in [0, 1). */
  readonly random?: () => number;
}

/** The rate limiter's clock; tests use their own. */
export interface Clock {
  /** Monotonic milliseconds from an arbitrary origin. */
  now(): number;
  /** Runs a task later; returns a function that cancels it. */
  after(ms: number, task: () => void): () => void;
}

const CLOCK: Clock = {
  now: () => performance.now(),
  after: (ms, task) => {
    const timer = setTimeout(task, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};

/**
 * Initial concurrency, and how many more calls each response allows. Calls in progress at the first rejection are
 * rejected, too, so start slowly, until more calls were accepted than a typical burst allowance.
 */
const INITIAL_CONCURRENCY = 4;
const SLOW_START_STEP = 0.35;
const TYPICAL_BURST = 24;
const CONCURRENCY_STEP = 4;
const MAX_IN_FLIGHT = 16;
/** Maximum pause after consecutive rejections or faults; pauses double up to this. Milliseconds. */
const MAX_PAUSE_MS = 2_000;
const MIN_PAUSE_MS = 50;
/** After this many consecutive faults, one call at a time probes the service. */
const FAULTS_IN_A_ROW = 5;
/**
 * See {@link RateLimiterOptions}. A user must be notified within ten seconds; a shorter outage of five has no
 * consequences.
 */
const OUTAGE_MS = 7_000;
/** Maximum urgent calls in progress beyond the usual concurrency: other calls may never get a response. */
const URGENT_AT_ONCE = 8;
/** A slot missed because the computer was busy is made up for if it is no older than this. Milliseconds. */
const CATCH_UP_MS = 100;
/** Timer accuracy, in milliseconds. */
const TIMER_MS = 0.5;
/** Upper limit of a requested back-off, in milliseconds. */
const MAX_BACKOFF_MS = 120_000;
/** See {@link RateLimiterOptions}. */
const BACKOFF_MS = 200;
const MAX_FAULT_BACKOFF_MS = 8_000;

/**
 * Limits the rate of all calls to one service, and finds the limit by itself (`rateEstimator.ts`).
 *
 * Urgent calls take the next slot; the rate is shared. Rejected calls are retried first; failed calls last, after a
 * delay, so that each attempt in an outage is another call. Calls sent before a rejection was known, and rejected too,
 * count as one event. A requested back-off applies to all calls. Consecutive rejections without an accepted call say
 * nothing about the rate: then one call at a time probes, less and less often.
 *
 * When attempts fail for some time and none is accepted (`outage.ts`), all waiting calls end at once, and each later
 * call after one more failed attempt. The owners of the calls decide on retries then. A rejection (429) is not a fault.
 */
export class RateLimiter {
  private readonly urgent = new CallQueue<QueuedCall<unknown>>();
  private readonly waiting = new CallQueue<QueuedCall<unknown>>();
  private readonly estimate: RateEstimator;
  private concurrency: number;
  private successes = 0;
  private inFlight = 0;
  private urgentInFlight = 0;
  /** When the rate permits the next call. */
  private nextMs = 0;
  /** End of the requested back-off. */
  private backoffUntilMs = 0;
  private cancelTimer: (() => void) | undefined;
  /** Time of the last rejection that was not part of the same event as the one before. */
  private refusedAtMs = -Infinity;
  /** Start of the consecutive rejections without an accepted call. */
  private starvedSinceMs: number | undefined;
  private pauseMs = 0;
  private isCircuitOpen = false;
  private faultsInARow = 0;
  /** The calls that have not ended, in any state. */
  private readonly calls = new Set<QueuedCall<unknown>>();
  /** Calls ended in an outage whose attempt is still in progress. */
  private readonly abandoned = new Set<QueuedCall<unknown>>();
  private readonly outage: Outage;
  private cancelOutageTimer: (() => void) | undefined;

  private readonly maxInFlight: number;
  private readonly backoffMs: number;
  private readonly clock: Clock;
  private readonly random: () => number;

  constructor({
    maxInFlight = MAX_IN_FLIGHT,
    backoffMs = BACKOFF_MS,
    outageMs = OUTAGE_MS,
    clock = CLOCK,
    random = Math.random,
  }: RateLimiterOptions = {}) {
    this.maxInFlight = maxInFlight;
    this.concurrency = Math.min(INITIAL_CONCURRENCY, maxInFlight);
    this.backoffMs = backoffMs;
    this.clock = clock;
    this.random = random;
    this.estimate = new RateEstimator(clock.now());
    this.outage = new Outage(outageMs);
  }

  /**
   * Makes attempts, each in its slot, until one is not to be retried or the queue timeout has passed.
   *
   * @returns the value of the last attempt; undefined if the timeout passed before the first; `OUTAGE` if the call was
   *   ended, or its attempt in progress abandoned, because all calls fail alike
   * @throws the signal's reason if the call is aborted; an attempt in progress completes, and counts if it is final
   * @throws what an attempt throws
   */
  run<T>(
    makeAttempt: MakeAttempt<T>,
    { urgent = false, sinceMs = this.clock.now(), ...options }: RunOptions,
  ): Promise<T | undefined | typeof OUTAGE> {
    const queue = urgent ? this.urgent : this.waiting;
    const call = new QueuedCall(makeAttempt, queue, {
      ...options,
      sinceMs,
      onOver: (ended) => {
        this.calls.delete(ended);
        if (this.calls.size === 0) this.noCalls();
      },
    });
    if (call.isOver) return call.result;
    this.calls.add(call);
    if (this.outage.isKnown && this.isEndedByOutage(call)) call.endInOutage();
    else this.enqueue(call);
    return call.result;
  }

  private get countWaiting(): number {
    return this.urgent.size + this.waiting.size;
  }

  private enqueue(call: QueuedCall<unknown>): void {
    if (call.isOver) return;
    const nowMs = this.clock.now();
    if (this.inFlight === 0 && this.countWaiting === 0) {
      this.estimate.idle(nowMs);
      this.starvedSinceMs = undefined;
    }
    if (this.exceedsTimeout(call, nowMs)) {
      call.end(undefined);
      return;
    }
    call.wait('last');
    this.dispatch();
    call.markQueued();
  }

  /** Whether the requested back-off exceeds the queue timeout: then the call fails now. */
  private exceedsTimeout({ queueTimeoutMs }: QueuedCall<unknown>, nowMs: number): boolean {
    return this.backoffUntilMs - nowMs > queueTimeoutMs;
  }

  /** Sends the calls that are due. */
  private dispatch(): void {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
    while (this.hasRoom) {
      const nowMs = this.clock.now();
      const dueMs = Math.max(this.nextMs - TIMER_MS, this.backoffUntilMs);
      if (dueMs > nowMs) {
        this.cancelTimer = this.clock.after(dueMs - nowMs, () => {
          this.dispatch();
        });
        return;
      }
      const call = this.urgent.take() ?? this.waiting.take();
      if (!call) return;
      this.nextMs = Math.max(this.nextMs, this.backoffUntilMs, nowMs - CATCH_UP_MS) + 1 / this.estimate.rate;
      void this.send(call, nowMs);
    }
  }

  /** Whether a call waits and may be started. */
  private get hasRoom(): boolean {
    if (this.countWaiting === 0) return false;
    if (this.inFlight < (this.isCircuitOpen ? 1 : this.concurrency)) return true;
    // An urgent call does not wait for other responses, which may never come.
    return this.urgent.size > 0 && this.urgentInFlight < URGENT_AT_ONCE;
  }

  private async send(call: QueuedCall<unknown>, sentAtMs: number): Promise<void> {
    this.inFlight++;
    if (call.queue === this.urgent) this.urgentInFlight++;
    const ended = await call.attempt().catch((reason: unknown) => {
      call.fail(reason);
    });
    if (this.abandoned.delete(call)) {
      // The call was abandoned; if it was accepted after all, that ends the outage.
      if (ended?.verdict.type === 'accepted') this.recordVerdict(ended.verdict, sentAtMs, this.clock.now());
      this.dispatch();
      return;
    }
    this.leave(call);
    if (ended) {
      const nowMs = this.clock.now();
      const { value, verdict, retry } = ended;
      this.recordVerdict(verdict, sentAtMs, nowMs);
      if (!retry) call.end(value);
      else if (!call.isOver) this.retry(call, value, verdict, nowMs);
      // After the call itself, which has its own result.
      if (verdict.type === 'failed') this.checkForOutage();
    }
    this.dispatch();
  }

  private leave({ queue }: QueuedCall<unknown>): void {
    this.inFlight--;
    if (queue === this.urgent) this.urgentInFlight--;
  }

  private recordVerdict(verdict: RateVerdict, sentAtMs: number, nowMs: number): void {
    switch (verdict.type) {
      case 'notSent':
        return;
      case 'throttled':
        this.onThrottled(sentAtMs, nowMs, silence(verdict.waitMs));
        return;
      case 'accepted':
        this.onAccepted(nowMs);
        this.outage.passed(nowMs);
        this.faultsInARow = 0;
        this.isCircuitOpen = false;
        return;
      case 'failed':
        // It counts against the limit even so.
        this.onAccepted(nowMs);
        this.faultsInARow++;
        this.outage.failed(sentAtMs, nowMs);
        this.outage.check(nowMs, this.calls.size);
        if (this.faultsInARow >= FAULTS_IN_A_ROW || this.outage.isKnown) {
          this.isCircuitOpen = true;
          this.pauseMs = nextPause(this.pauseMs);
          this.nextMs = nowMs + this.pauseMs;
        }
    }
  }

  /** Ends all waiting calls if it is an outage, or schedules the next check. */
  private checkForOutage(): void {
    const nowMs = this.clock.now();
    if (this.outage.check(nowMs, this.calls.size)) {
      this.isCircuitOpen = true;
      for (const call of this.calls) {
        if (!this.isEndedByOutage(call) || !call.endInOutage()) continue;
        // Remove it from the count: the next call must not wait for its end.
        this.abandoned.add(call);
        this.leave(call);
      }
      return;
    }
    const { outageAtMs } = this.outage;
    if (outageAtMs === undefined || outageAtMs <= nowMs || this.cancelOutageTimer) return;
    this.cancelOutageTimer = this.clock.after(outageAtMs - nowMs, () => {
      this.cancelOutageTimer = undefined;
      this.checkForOutage();
    });
  }

  /**
   * Whether the last fault ends this call: it was detected after the wait began, and an urgent call has failed itself.
   */
  private isEndedByOutage({ sinceMs, queue, faults }: QueuedCall<unknown>): boolean {
    return sinceMs <= this.outage.learnedAtMs && (queue !== this.urgent || faults > 0);
  }

  private noCalls(): void {
    this.outage.idle();
    this.cancelOutageTimer?.();
    this.cancelOutageTimer = undefined;
  }

  private onAccepted(nowMs: number): void {
    const heldBack = this.countWaiting > 0 && this.inFlight + 1 < this.concurrency && this.faultsInARow === 0;
    this.estimate.passed(nowMs, heldBack);
    this.successes++;
    this.concurrency = Math.min(
      this.maxInFlight,
      this.concurrency + (this.successes < TYPICAL_BURST ? SLOW_START_STEP : CONCURRENCY_STEP),
    );
    this.starvedSinceMs = undefined;
  }

  private onThrottled(sentAtMs: number, nowMs: number, silenceMs: number): void {
    this.starvedSinceMs ??= nowMs;
    if (nowMs + silenceMs > this.backoffUntilMs) {
      this.backoffUntilMs = nowMs + silenceMs;
      if (silenceMs > 0) this.outage.silent(this.backoffUntilMs);
      this.rejectTimedOut(nowMs);
    }
    if (sentAtMs <= this.refusedAtMs) return;
    this.refusedAtMs = nowMs;
    const pauseMs = this.estimate.refused(nowMs, silenceMs);
    if (pauseMs === undefined) this.isCircuitOpen = true;
    this.pauseMs = pauseMs ?? nextPause(this.pauseMs);
    this.nextMs = nowMs + this.pauseMs;
  }

  /** Ends calls whose queue timeout is shorter than the back-off. The others wait. */
  private rejectTimedOut(nowMs: number): void {
    for (let count = this.urgent.size; count > 0; count--) {
      const call = this.urgent.take();
      if (!call) return;
      if (this.exceedsTimeout(call, nowMs)) call.end(undefined);
      else this.urgent.push(call);
    }
  }

  private retry(call: QueuedCall<unknown>, value: unknown, verdict: RateVerdict, nowMs: number): void {
    if (verdict.type === 'throttled') this.afterRefusal(call, value, silence(verdict.waitMs), nowMs);
    else this.afterFault(call, value, verdict.type === 'failed' ? verdict.waitMs : 0, nowMs);
  }

  private afterRefusal(call: QueuedCall<unknown>, value: unknown, silenceMs: number, nowMs: number): void {
    const sinceMs = this.starvedSinceMs ?? nowMs;
    if (nowMs + silenceMs - sinceMs < call.queueTimeoutMs) {
      call.wait('first');
      return;
    }
    call.end(value);
    if (call.queue === this.urgent) return;
    // Nothing is accepted, so the calls behind it need not each find that out.
    for (let next = this.waiting.take(); next; next = this.waiting.take()) next.end(undefined);
  }

  private afterFault(call: QueuedCall<unknown>, value: unknown, waitMs: number, nowMs: number): void {
    call.faults++;
    if (this.outage.isKnown || waitMs > call.queueTimeoutMs || nowMs + waitMs >= call.untilMs) {
      call.end(value);
      return;
    }
    const longestMs = Math.min(MAX_FAULT_BACKOFF_MS, this.backoffMs * 2 ** (call.faults - 1));
    this.clock.after(waitMs + this.random() * longestMs, () => {
      this.enqueue(call);
    });
  }
}

function silence(waitMs: number): number {
  return Math.min(MAX_BACKOFF_MS, waitMs);
}

function nextPause(pauseMs: number): number {
  return Math.min(MAX_PAUSE_MS, Math.max(MIN_PAUSE_MS, 2 * pauseMs));
}
