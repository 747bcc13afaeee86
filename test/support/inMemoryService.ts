import type { AttemptResult, RateVerdict } from '../../src/core/rateLimit/queuedCall';
import type { Clock } from '../../src/core/rateLimit/rateLimiter';
import { seededRandom } from '../simulator/random';

/** Time that passes when nothing else is left to do. */
export class VirtualTime implements Clock {
  private nowMs = 1_000;
  private readonly timers: { atMs: number; order: number; act: () => void }[] = [];
  private order = 0;

  now(): number {
    return this.nowMs;
  }

  after(ms: number, act: () => void): () => void {
    const timer = { atMs: this.nowMs + Math.max(0, ms), order: this.order++, act };
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

  /** Lets time pass without anything happening, as in a computer that sleeps. */
  skip(ms: number): void {
    this.nowMs += ms;
  }

  /** Lets time pass until the act has come to its end. */
  async until<T>(act: Promise<T>): Promise<T> {
    let isOver = false;
    const ended = act.finally(() => (isOver = true));
    // Its fault is for whoever waits for it.
    ended.catch(() => undefined);
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- it changes in the callback
      if (isOver) return ended;
      const timer = this.timers.shift();
      if (!timer) throw new Error('nothing will ever happen again');
      this.nowMs = Math.max(this.nowMs, timer.atMs);
      timer.act();
    }
  }
}

/** Whether a call may pass at a moment; a call that may not is refused. */
export type Limit = (nowMs: number) => boolean;

/** So many a second in the long run, and a store of some for bursts, which is full at first. */
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

/** So many in each second of the clock. */
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

/** So many in any stretch of time of this length. */
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
  readonly latencyMs?: readonly [least: number, most: number];
  /** What each refusal asks for. */
  readonly retryAfterMs?: number;
  /** The share of calls that pass the limit and end in a fault. */
  readonly faults?: number;
  /** While it says so, nothing is answered but faults. */
  readonly isDown?: (nowMs: number) => boolean;
  /** While it says so, nothing is answered at all, and each attempt ends in a fault after {@link SILENCE_MS}. */
  readonly isSilent?: (nowMs: number) => boolean;
  readonly seed?: number;
}

/** How long one attempt waits for an answer. */
export const SILENCE_MS = 15_000;

/** A service in virtual time: half of the latency lies before the limit is judged, half after it. */
export class VirtualService {
  sent = 0;
  refused = 0;
  passed = 0;
  /** Calls that came while a silence was imposed that the caller knew of. */
  sentInSilence = 0;
  mostAtOnce = 0;
  private atOnce = 0;
  private silentUntilMs = 0;
  private readonly random: () => number;

  constructor(
    private readonly time: VirtualTime,
    private readonly options: VirtualServiceOptions = {},
  ) {
    this.random = seededRandom(options.seed ?? 1);
  }

  /** One attempt, for a pacer. */
  async attempt(): Promise<AttemptResult<RateVerdict['type']>> {
    const { latencyMs: [least, most] = [20, 60], limit, faults = 0, isDown, isSilent, retryAfterMs = 0 } = this.options;
    const halfMs = (least + this.random() * (most - least)) / 2;
    this.sent++;
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.atOnce);
    if (this.time.now() < this.silentUntilMs) this.sentInSilence++;
    await this.wait(halfMs);
    const atMs = this.time.now();
    let verdict: RateVerdict = { type: 'passed' };
    if (isSilent?.(atMs)) {
      await this.wait(SILENCE_MS - 2 * halfMs);
      verdict = { type: 'fault', waitMs: 0 };
    } else if (isDown?.(atMs)) verdict = { type: 'fault', waitMs: 0 };
    else if (limit && !limit(atMs)) verdict = { type: 'refused', waitMs: retryAfterMs };
    else if (this.random() < faults) verdict = { type: 'fault', waitMs: 0 };
    await this.wait(halfMs);
    this.atOnce--;
    if (verdict.type === 'refused') {
      this.refused++;
      this.silentUntilMs = Math.max(this.silentUntilMs, this.time.now() + retryAfterMs);
    }
    if (verdict.type === 'passed') this.passed++;
    return { value: verdict.type, verdict, retry: verdict.type !== 'passed' };
  }

  private wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.time.after(ms, resolve));
  }
}
