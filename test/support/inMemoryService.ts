import type { AttemptResult, RateVerdict } from '../../src/core/rateLimit/queuedCall';
import type { Clock } from '../../src/core/rateLimit/rateLimiter';
import { seededRandom } from '../simulator/random';

/** A virtual clock that advances when no other work is pending. */
export class VirtualTime implements Clock {
  private nowMs = 1_000;
  private readonly timers: { atMs: number; order: number; task: () => void }[] = [];
  private order = 0;

  now(): number {
    return this.nowMs;
  }

  after(ms: number, task: () => void): () => void {
    const timer = { atMs: this.nowMs + Math.max(0, ms), order: this.order++, task };
    let low = 0;
    for (let high = this.timers.length; low < high;) {
      const middle = (low + high) >> 1;
      const other = this.timers[middle];
      if (other && (other.atMs < timer.atMs || (other.atMs === timer.atMs && other.order < timer.order)))
        low = middle + 1;
      else high = middle;
    }
    this.timers.splice(low, 0, timer);
    return () => {
      const index = this.timers.indexOf(timer);
      if (index >= 0) this.timers.splice(index, 1);
    };
  }

  /** Advances the clock without running timers, as when a computer sleeps. */
  skip(ms: number): void {
    this.nowMs += ms;
  }

  /** Advances the clock until the task has ended. */
  async until<T>(task: Promise<T>): Promise<T> {
    let isOver = false;
    const ended = task.finally(() => (isOver = true));
    // The caller handles its rejection.
    ended.catch(() => undefined);
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- it changes in the callback
      if (isOver) return ended;
      const timer = this.timers.shift();
      if (!timer) throw new Error('no timer is pending: the task would never end');
      this.nowMs = Math.max(this.nowMs, timer.atMs);
      timer.task();
    }
  }
}

/** Whether a call at this time is admitted; otherwise it is rejected. */
export type Limit = (nowMs: number) => boolean;

/** A sustained rate per second and a burst allowance, which is full at first. */
export function tokenBucket(
  perSecond: number | ((nowMs: number) => number),
  burst: number,
  chargeRefused = false,
): Limit {
  let tokens = burst;
  let filledAtMs: number | undefined;
  return (nowMs) => {
    const rate = typeof perSecond === 'number' ? perSecond : perSecond(nowMs);
    tokens = Math.min(burst, tokens + ((nowMs - (filledAtMs ?? nowMs)) / 1000) * rate);
    filledAtMs = nowMs;
    if (tokens < 1) {
      if (chargeRefused) tokens = Math.max(-burst, tokens - 0.2);
      return false;
    }
    tokens--;
    return true;
  };
}

/** A number of calls in each window of the clock. */
export function fixedWindow(perWindow: number, windowMs = 1_000): Limit {
  let window = -1;
  let count = 0;
  return (nowMs) => {
    const current = Math.floor(nowMs / windowMs);
    if (current !== window) count = 0;
    window = current;
    return ++count <= perWindow;
  };
}

/** A number of calls in any period of this length. */
export function slidingWindow(perWindow: number, windowMs = 1_000): Limit {
  const passed: number[] = [];
  return (nowMs) => {
    while (passed[0] !== undefined && passed[0] <= nowMs - windowMs) passed.shift();
    if (passed.length >= perWindow) return false;
    passed.push(nowMs);
    return true;
  };
}

interface VirtualServiceOptions {
  readonly limit?: Limit;
  readonly latencyMs?: readonly [min: number, max: number];
  /** The Retry-After of each rejection. */
  readonly retryAfterMs?: number;
  /** The share of admitted calls that fail. */
  readonly faults?: number;
  /** While true, every call fails. */
  readonly isDown?: (nowMs: number) => boolean;
  /** While true, nothing responds, and each attempt fails after {@link ATTEMPT_TIMEOUT_MS}. */
  readonly isUnresponsive?: (nowMs: number) => boolean;
  readonly seed?: number;
}

/** How long one attempt waits for a response. */
export const ATTEMPT_TIMEOUT_MS = 15_000;

/** A service in virtual time: half of the latency passes before the rate limit is checked, half after. */
export class VirtualService {
  sent = 0;
  refused = 0;
  passed = 0;
  /** Calls sent during a back-off that the caller knew of. */
  sentDuringBackoff = 0;
  maxConcurrent = 0;
  private concurrent = 0;
  private backoffUntilMs = 0;
  private readonly random: () => number;

  constructor(
    private readonly time: VirtualTime,
    private readonly options: VirtualServiceOptions = {},
  ) {
    this.random = seededRandom(options.seed ?? 1);
  }

  /** One attempt, for a rate limiter. */
  async attempt(): Promise<AttemptResult<RateVerdict['type']>> {
    const {
      latencyMs: [min, max] = [20, 60],
      limit,
      faults = 0,
      isDown,
      isUnresponsive,
      retryAfterMs = 0,
    } = this.options;
    const halfMs = (min + this.random() * (max - min)) / 2;
    this.sent++;
    this.maxConcurrent = Math.max(this.maxConcurrent, ++this.concurrent);
    if (this.time.now() < this.backoffUntilMs) this.sentDuringBackoff++;
    await this.wait(halfMs);
    const atMs = this.time.now();
    let verdict: RateVerdict = { type: 'accepted' };
    if (isUnresponsive?.(atMs)) {
      await this.wait(ATTEMPT_TIMEOUT_MS - 2 * halfMs);
      verdict = { type: 'failed', waitMs: 0 };
    } else if (isDown?.(atMs)) verdict = { type: 'failed', waitMs: 0 };
    else if (limit && !limit(atMs)) verdict = { type: 'throttled', waitMs: retryAfterMs };
    else if (this.random() < faults) verdict = { type: 'failed', waitMs: 0 };
    await this.wait(halfMs);
    this.concurrent--;
    if (verdict.type === 'throttled') {
      this.refused++;
      this.backoffUntilMs = Math.max(this.backoffUntilMs, this.time.now() + retryAfterMs);
    }
    if (verdict.type === 'accepted') this.passed++;
    return { value: verdict.type, verdict, retry: verdict.type !== 'accepted' };
  }

  private wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.time.after(ms, resolve));
  }
}
