import { Outage } from './outage';
import { QueuedCall, type CallOptions, type MakeAttempt, type OUTAGE, type RateVerdict } from './queuedCall';
import { CallQueue } from './callQueue';
import { RateEstimator } from './rateEstimator';

interface RunOptions extends Omit<CallOptions, 'sinceMs' | 'onOver'> {
  /** A person waits for this one: it takes the next slot, and no failure but one of its own ends it. */
  readonly urgent?: boolean;
  /** Since when whoever waits has waited, by the clock of the pacer; since now if it is left out. */
  readonly sinceMs?: number;
}

export interface RateLimiterOptions {
  /** Calls under way at the same time, at most. */
  readonly maxInFlight?: number;
  /** The longest wait before a fault is repeated for the first time, in milliseconds; doubles each time. */
  readonly backoffMs?: number;
  /** How long attempts fail and none passes until it is an outage, of which everybody who waits is told. Milliseconds. */
  readonly outageMs?: number;
  readonly clock?: Clock;
  /** A number in [0, 1). */
  readonly random?: () => number;
}

/** Time as the pacer knows it; tests have one of their own. */
export interface Clock {
  /** Milliseconds from some moment on, which never go back. */
  now(): number;
  /** Does something later, and returns what prevents it. */
  after(ms: number, act: () => void): () => void;
}

const CLOCK: Clock = {
  now: () => performance.now(),
  after: (ms, act) => {
    const timer = setTimeout(act, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};

/**
 * Calls at the same time: at first, and how many more each answer allows. What is under way when the first call is refused is
 * refused too, so that the beginning is slow, until more have passed than most services have in store for a burst.
 */
const INITIAL_CONCURRENCY = 6;
const SLOW_START_STEP = 0.25;
const TYPICAL_BURST = 24;
const CONCURRENCY_STEP = 4;
const MAX_IN_FLIGHT = 16;
/** After a refusal, or faults, that follow on one another, pauses double up to this, in milliseconds. */
const MAX_PAUSE_MS = 2_000;
const MIN_PAUSE_MS = 50;
/** After so many faults in a row, one call at a time asks whether it is over. */
const FAULTS_IN_A_ROW = 5;
/** See {@link PacerOptions}. A person is told within ten seconds, and what is over in five has no consequences. */
const OUTAGE_MS = 7_000;
/** So many that a person has clicked on may be under way besides what fits: the answers to others may never come. */
const URGENT_AT_ONCE = 8;
/** A slot that came late, because the computer was busy, is made up for when it is no older than this. */
const CATCH_UP_MS = 100;
/** Slots are no more exact than timers are. */
const TIMER_MS = 0.5;
/** Nobody is kept waiting for longer than this by what the service asks for. */
const MAX_BACKOFF_MS = 120_000;
/** See {@link PacerOptions}. */
const BACKOFF_MS = 200;
const MAX_FAULT_BACKOFF_MS = 8_000;

/**
 * Lets all calls to one service share one pace, which it finds by itself (`rateEstimate.ts`).
 *
 * Two queues, one pace: an urgent call takes the next slot and nothing else. Refused calls come next again, calls with a
 * fault last, after a while, so that in an outage each try is another call. All calls that were sent before a refusal was
 * known and are refused too are one event. A silence that the service asks for is kept by everybody. While refusals follow on
 * one another with nothing passed in between, they say nothing of the rate: then one call at a time asks, less and less often.
 *
 * When attempts fail for some time and none passes (`outage.ts`), all who wait are told at once, and each who comes after that when
 * one more attempt has failed. Repeating is then left to the owners of what was to be read. A refusal (429) is no fault.
 */
export class RateLimiter {
  private readonly urgent = new CallQueue<QueuedCall<unknown>>();
  private readonly waiting = new CallQueue<QueuedCall<unknown>>();
  private readonly estimate: RateEstimator;
  private concurrency: number;
  private successes = 0;
  private inFlight = 0;
  private urgentInFlight = 0;
  /** When the next call is due by the pace. */
  private nextMs = 0;
  /** Until when the service has asked for silence. */
  private backoffUntilMs = 0;
  private cancelTimer: (() => void) | undefined;
  /** When the last refusal was known that was no echo of the one before. */
  private refusedAtMs = -Infinity;
  /** Since when calls were refused and none has passed. */
  private starvedSinceMs: number | undefined;
  private pauseMs = 0;
  private isCircuitOpen = false;
  private faultsInARow = 0;
  /** The calls that have not ended, wherever they are. */
  private readonly calls = new Set<QueuedCall<unknown>>();
  /** Those that were ended in an outage, while their attempt is still under way. */
  private readonly leftAlone = new Set<QueuedCall<unknown>>();
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
   * Makes attempts, each when its turn has come, until one is not to be made again or patience has ended.
   *
   * @returns what the last attempt came to; undefined when patience ended before the first; `OUTAGE` when the call was ended, or
   * its attempt under way left to itself, because all calls fail alike
   * @throws the signal's reason when the call is given up; an attempt that is under way then comes to its end, which counts
   * if it is final
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
    if (this.outage.isKnown && this.isToldOf(call)) call.endInOutage();
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

  /** Whether the service has asked for more patience than there is: then whoever waits learns it now. */
  private exceedsTimeout({ queueTimeoutMs }: QueuedCall<unknown>, nowMs: number): boolean {
    return this.backoffUntilMs - nowMs > queueTimeoutMs;
  }

  /** Sends what is due. */
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

  /** Whether somebody waits for a turn and there may be one more call under way. */
  private get hasRoom(): boolean {
    if (this.countWaiting === 0) return false;
    if (this.inFlight < (this.isCircuitOpen ? 1 : this.concurrency)) return true;
    // A person does not wait for the answers to others, which may never come.
    return this.urgent.size > 0 && this.urgentInFlight < URGENT_AT_ONCE;
  }

  private async send(call: QueuedCall<unknown>, sentAtMs: number): Promise<void> {
    this.inFlight++;
    if (call.queue === this.urgent) this.urgentInFlight++;
    const ended = await call.attempt().catch((reason: unknown) => {
      call.fail(reason);
    });
    if (this.leftAlone.delete(call)) {
      // Nobody waits for it any more; that it passed after all is good news.
      if (ended?.verdict.type === 'passed') this.recordVerdict(ended.verdict, sentAtMs, this.clock.now());
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
      // After the call itself, which has an answer of its own.
      if (verdict.type === 'fault') this.checkForOutage();
    }
    this.dispatch();
  }

  private leave({ queue }: QueuedCall<unknown>): void {
    this.inFlight--;
    if (queue === this.urgent) this.urgentInFlight--;
  }

  private recordVerdict(verdict: RateVerdict, sentAtMs: number, nowMs: number): void {
    switch (verdict.type) {
      case 'unsent':
        return;
      case 'refused':
        this.onThrottled(sentAtMs, nowMs, silence(verdict.waitMs));
        return;
      case 'passed':
        this.onAccepted(nowMs);
        this.outage.passed(nowMs);
        this.faultsInARow = 0;
        this.isCircuitOpen = false;
        return;
      case 'fault':
        // It counts against the limit all the same.
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

  /** Tells all who wait when it is an outage, or looks again when it would be one. */
  private checkForOutage(): void {
    const nowMs = this.clock.now();
    if (this.outage.check(nowMs, this.calls.size)) {
      this.isCircuitOpen = true;
      for (const call of this.calls) {
        if (!this.isToldOf(call) || !call.endInOutage()) continue;
        // Who asks next is not to wait for the end of it.
        this.leftAlone.add(call);
        this.leave(call);
      }
      return;
    }
    const { refreshAtMs } = this.outage;
    if (refreshAtMs === undefined || refreshAtMs <= nowMs || this.cancelOutageTimer) return;
    this.cancelOutageTimer = this.clock.after(refreshAtMs - nowMs, () => {
      this.cancelOutageTimer = undefined;
      this.checkForOutage();
    });
  }

  /** Whether what was learned last is news for whoever waits, and a person sees a failure of their own call. */
  private isToldOf({ sinceMs, queue, faults }: QueuedCall<unknown>): boolean {
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

  /** The others have the patience for any silence. */
  private rejectTimedOut(nowMs: number): void {
    for (let count = this.urgent.size; count > 0; count--) {
      const call = this.urgent.take();
      if (!call) return;
      if (this.exceedsTimeout(call, nowMs)) call.end(undefined);
      else this.urgent.push(call);
    }
  }

  private retry(call: QueuedCall<unknown>, value: unknown, verdict: RateVerdict, nowMs: number): void {
    if (verdict.type === 'refused') this.afterRefusal(call, value, silence(verdict.waitMs), nowMs);
    else this.afterFault(call, value, verdict.type === 'fault' ? verdict.waitMs : 0, nowMs);
  }

  private afterRefusal(call: QueuedCall<unknown>, value: unknown, silenceMs: number, nowMs: number): void {
    const sinceMs = this.starvedSinceMs ?? nowMs;
    if (nowMs + silenceMs - sinceMs < call.queueTimeoutMs) {
      call.wait('first');
      return;
    }
    call.end(value);
    if (call.queue === this.urgent) return;
    // Nothing passes, so those behind it need not each find that out.
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
