import { getEventListeners, setMaxListeners } from 'node:events';
import pLimit from 'p-limit';
import { describe, expect, it } from 'vitest';
import { OUTAGE, type AttemptResult, type RateVerdict } from '../../../../src/core/rateLimit/queuedCall';
import { RateLimiter } from '../../../../src/core/rateLimit/rateLimiter';
import {
  fixedWindow,
  ATTEMPT_TIMEOUT_MS,
  slidingWindow,
  tokenBucket,
  VirtualService,
  VirtualTime,
  type Limit,
} from '../../../support/inMemoryService';

const PATIENCE = { queueTimeoutMs: 120_000 };
const SEEDS = [1, 2, 3, 4, 5];

interface Scenario {
  readonly limit?: () => Limit;
  readonly calls: number;
  /** How many calls are added at the same time. */
  readonly atOnce?: number;
  readonly latencyMs?: readonly [number, number];
  readonly retryAfterMs?: number;
  readonly faults?: number;
  readonly isDown?: (nowMs: number) => boolean;
}

interface Run {
  readonly seconds: number;
  readonly refusedShare: number;
  readonly results: readonly (string | typeof OUTAGE | undefined)[];
  readonly service: VirtualService;
}

async function runOnce({ limit, calls, atOnce = Infinity, ...how }: Scenario, seed: number): Promise<Run> {
  const time = new VirtualTime();
  const service = new VirtualService(time, { ...how, ...(limit && { limit: limit() }), seed });
  const rateLimiter = new RateLimiter({ clock: time, random: () => 0.5 });
  const hand = pLimit(atOnce);
  const began = time.now();
  const results = await time.until(
    Promise.all(Array.from({ length: calls }, () => hand(() => rateLimiter.run(() => service.attempt(), PATIENCE)))),
  );
  return { seconds: (time.now() - began) / 1000, refusedShare: service.refused / calls, results, service };
}

const runs = (scenario: Scenario) => Promise.all(SEEDS.map((seed) => runOnce(scenario, seed)));
const worst = (all: readonly Run[], of: (run: Run) => number) => Math.max(...all.map(of));
const seconds = (run: Run) => run.seconds;
const refusedShare = (run: Run) => run.refusedShare;

/** All times are virtual, so the results are the same on any computer. */
describe.each([16, Infinity])('%d concurrent calls', (atOnce) => {
  const bucket = () => tokenBucket(50, 20);

  it('find an undocumented limit, and stay at it', async () => {
    const all = await runs({ limit: bucket, calls: 1_000, atOnce });
    expect(worst(all, seconds) / (980 / 50)).toBeLessThan(1.05);
    expect(worst(all, refusedShare)).toBeLessThan(0.025);
    for (const { results } of all) expect(new Set(results)).toEqual(new Set(['accepted']));
  });

  it('all respect the wait that the service asks for', async () => {
    const all = await runs({ limit: bucket, calls: 1_000, atOnce, retryAfterMs: 1_000 });
    expect(worst(all, seconds) / (980 / 50)).toBeLessThan(1.3);
    expect(worst(all, refusedShare)).toBeLessThan(0.035);
    expect(worst(all, ({ service }) => service.sentDuringBackoff)).toBe(0);
  });

  it('follow a limit that falls, and find it again when it rises', async () => {
    const limit = () => tokenBucket((nowMs) => (nowMs >= 11_000 && nowMs < 21_000 ? 10 : 50), 20);
    const all = await runs({ limit, calls: 1_000, atOnce });
    expect(worst(all, seconds) / 27.6).toBeLessThan(1.12);
    expect(worst(all, refusedShare)).toBeLessThan(0.055);
  });

  it('are not misled by faults', async () => {
    const all = await runs({ limit: bucket, calls: 1_000, atOnce, faults: 0.06 });
    expect(worst(all, seconds) / (1_044 / 50)).toBeLessThan(1.08);
    expect(worst(all, refusedShare)).toBeLessThan(0.045);
    for (const { results } of all) expect(new Set(results)).toEqual(new Set(['accepted']));
  });

  it('find a low limit', async () => {
    const all = await runs({ limit: () => tokenBucket(5, 5), calls: 60, atOnce });
    expect(worst(all, seconds) / 11).toBeLessThan(1.06);
    expect(worst(all, refusedShare)).toBeLessThan(0.16);
  });

  it('run at full speed when there is no limit', async () => {
    const all = await runs({ calls: 1_000, atOnce, latencyMs: [40, 40] });
    expect(worst(all, seconds) / ((1_000 / 16) * 0.04)).toBeLessThan(1.05);
    expect(worst(all, refusedShare)).toBe(0);
    expect(worst(all, ({ service }) => service.maxConcurrent)).toBe(16);
  });
});

describe('a service', () => {
  it.each([
    ['counts per second of the clock', () => fixedWindow(50), 1.3, 0.2],
    ['counts in a sliding second', () => slidingWindow(50), 1.3, 0.2],
    ['counts rejected calls too', () => tokenBucket(50, 20, true), 1.3, 0.1],
    ['allows no burst', () => tokenBucket(50, 1), 2.3, 0.15],
    ['allows a large burst', () => tokenBucket(50, 400), 1.05, 0.05],
  ])('that %s lets all calls pass in good time', async (_what, limit, ratio, share) => {
    const all = await runs({ limit, calls: 1_000 });
    const stored = _what === 'allows a large burst' ? 400 : 20;
    expect(worst(all, seconds) / ((1_000 - stored) / 50)).toBeLessThan(ratio);
    expect(worst(all, refusedShare)).toBeLessThan(share);
    for (const { results } of all) expect(new Set(results)).toEqual(new Set(['accepted']));
  });

  it('that responds slowly gets as many concurrent calls as allowed', async () => {
    const all = await runs({ limit: () => tokenBucket(50, 20), calls: 300, latencyMs: [1_900, 2_100] });
    expect(worst(all, seconds) / ((300 / 16) * 2)).toBeLessThan(1.25);
    expect(worst(all, refusedShare)).toBeLessThan(0.1);
  });

  it('whose limit rises from 1 to 500 a second is measured again within seconds', async () => {
    const limit = () => tokenBucket((nowMs) => (nowMs < 31_000 ? 1 : 500), 5);
    const all = await runs({ limit, calls: 600 });
    expect(worst(all, seconds)).toBeLessThan(75);
    for (const { results } of all) expect(new Set(results)).toEqual(new Set(['accepted']));
  });

  it.each([
    ['fails for five seconds', { isDown: (nowMs: number) => nowMs > 5_000 && nowMs < 10_000 }],
    [
      'rejects everything for a minute',
      {
        limit: () => {
          const usual = tokenBucket(50, 20);
          return (nowMs: number) => (nowMs < 5_000 || nowMs > 65_000) && usual(nowMs);
        },
      },
    ],
  ])('that %s gets few requests meanwhile, and all pass afterwards', async (_what, how) => {
    const all = await runs({ limit: () => tokenBucket(50, 20), ...how, calls: 500 });
    for (const { results, service } of all) {
      expect(new Set(results)).toEqual(new Set(['accepted']));
      expect(service.sent).toBeLessThan(500 + 120);
    }
    expect(worst(all, seconds)).toBeLessThan(80);
  });
});

describe('windows that share a limit without coordination', () => {
  /** How many calls of each window have passed by the given seconds after all have started. */
  async function shared(windows: number, limit: Limit, seed: number, bySeconds: readonly number[]) {
    const time = new VirtualTime();
    const service = new VirtualService(time, { limit, seed });
    const passed = Array.from({ length: windows }, () => 0);
    const begin = (window: number) => {
      const rateLimiter = new RateLimiter({ clock: time, random: () => 0.5 });
      const next = (): void => {
        void rateLimiter
          .run(() => service.attempt(), PATIENCE)
          .then(() => {
            passed[window] = (passed[window] ?? 0) + 1;
            next();
          });
      };
      for (let call = 0; call < 16; call++) next();
    };
    const apartMs = 1_700;
    for (let window = 0; window < windows; window++) {
      time.after(window * apartMs, () => {
        begin(window);
      });
    }
    const marks: { passed: readonly number[]; refused: number }[] = [];
    for (const seconds of bySeconds) {
      const atMs = 1_000 + (windows - 1) * apartMs + seconds * 1_000;
      await time.until(new Promise<void>((resolve) => time.after(atMs - time.now(), resolve)));
      marks.push({ passed: [...passed], refused: service.refused });
    }
    return marks;
  }

  it.each([
    [2, 50, 0.25],
    [3, 50, 0.1],
    [2, 5, 0.1],
  ])('neither starve nor flood the service: %d windows at %d calls a second', async (windows, perSecond, least) => {
    for (const seed of SEEDS) {
      const [before, after] = await shared(windows, tokenBucket(perSecond, 20), seed, [20, 80]);
      const shares = (after?.passed ?? []).map((count, window) => count - (before?.passed[window] ?? 0));
      const sum = shares.reduce((one, other) => one + other);
      expect(Math.min(...shares) / sum).toBeGreaterThan(least);
      expect(sum / (60 * perSecond)).toBeGreaterThan(0.97);
      expect(((after?.refused ?? 0) - (before?.refused ?? 0)) / sum).toBeLessThan(perSecond === 5 ? 0.15 : 0.06);
    }
  });
});

describe('a window that shares a limit with another one', () => {
  it('takes what that leaves when it has ended', async () => {
    const ratios: number[] = [];
    for (const seed of SEEDS) {
      const time = new VirtualTime();
      const service = new VirtualService(time, { limit: tokenBucket(50, 20), seed });
      const began = time.now();
      const read = async (calls: number) => {
        const rateLimiter = new RateLimiter({ clock: time, random: () => 0.5 });
        const hand = pLimit(16);
        await Promise.all(
          Array.from({ length: calls }, () => hand(() => rateLimiter.run(() => service.attempt(), PATIENCE))),
        );
      };
      await time.until(Promise.all([read(1_000), read(500)]));
      ratios.push((time.now() - began) / ((1_480 / 50) * 1_000));
    }
    expect(Math.max(...ratios)).toBeLessThan(1.1);
    expect(ratios.sort((one, other) => one - other)[2]).toBeLessThan(1.06);
  });
});

describe('an interactive call', () => {
  it('takes the next slot, ahead of many others', async () => {
    for (const perSecond of [50, 5]) {
      const time = new VirtualTime();
      const service = new VirtualService(time, { limit: tokenBucket(perSecond, 5), seed: 7 });
      const rateLimiter = new RateLimiter({ clock: time, random: () => 0.5 });
      const waits: number[] = [];
      const clicks = async () => {
        for (let click = 0; click < 20; click++) {
          await new Promise<void>((resolve) => time.after(400, resolve));
          const began = time.now();
          await rateLimiter.run(() => service.attempt(), { urgent: true, ...PATIENCE });
          waits.push(time.now() - began);
        }
      };
      const others = Promise.all(Array.from({ length: 600 }, () => rateLimiter.run(() => service.attempt(), PATIENCE)));
      others.catch(() => undefined);
      await time.until(clicks());
      // A slot, a call, and sometimes a rejection with its pause.
      const sorted = waits.sort((one, other) => one - other);
      expect(sorted[10]).toBeLessThan(60 + 1_000 / perSecond);
      expect(sorted.at(-1)).toBeLessThan(60 + 4 * (1_000 / perSecond + 60));
      await time.until(others);
    }
  });
});

describe('a call', () => {
  /** Ends each attempt as the script says, and passes after its end. */
  function scripted(...verdicts: RateVerdict[]) {
    let attempts = 0;
    const attempt = (): Promise<AttemptResult<number>> => {
      attempts++;
      const verdict = verdicts.shift() ?? { type: 'accepted' };
      return Promise.resolve({
        value: attempts,
        verdict,
        retry: verdict.type === 'throttled' || verdict.type === 'failed',
      });
    };
    return { attempt, count: () => attempts };
  }

  it('that is rejected is handed back when the service asks for a longer wait than its timeout', async () => {
    const time = new VirtualTime();
    const rateLimiter = new RateLimiter({ clock: time });
    const call = scripted({ type: 'throttled', waitMs: 31_000 });
    expect(await time.until(rateLimiter.run(call.attempt, { urgent: true, queueTimeoutMs: 30_000 }))).toBe(1);
    expect(time.now()).toBe(1_000);
  });

  it('that is interactive is handed back unsent in a wait longer than its timeout', async () => {
    const time = new VirtualTime();
    const rateLimiter = new RateLimiter({ clock: time });
    await time.until(
      rateLimiter.run(scripted({ type: 'throttled', waitMs: 60_000 }).attempt, { queueTimeoutMs: 1_000 }),
    );
    const call = scripted();
    expect(await time.until(rateLimiter.run(call.attempt, { urgent: true, queueTimeoutMs: 30_000 }))).toBeUndefined();
    expect(call.count()).toBe(0);
    // A background call waits.
    const began = time.now();
    expect(await time.until(rateLimiter.run(call.attempt, { queueTimeoutMs: 120_000 }))).toBe(1);
    expect(time.now() - began).toBeGreaterThanOrEqual(60_000);
  });

  it('that is interactive and waiting is handed back when such a wait begins', async () => {
    const time = new VirtualTime();
    const rateLimiter = new RateLimiter({ clock: time, maxInFlight: 1 });
    const refused = rateLimiter.run(scripted({ type: 'throttled', waitMs: 60_000 }).attempt, {
      urgent: true,
      ...PATIENCE,
    });
    // As many as may be in flight for interactive calls.
    const service = new VirtualService(time);
    for (let call = 0; call < 7; call++) void rateLimiter.run(() => service.attempt(), { urgent: true, ...PATIENCE });
    const [impatient, patient, background] = [scripted(), scripted(), scripted()];
    const asked = rateLimiter.run(impatient.attempt, { urgent: true, queueTimeoutMs: 30_000 });
    const others = [
      rateLimiter.run(patient.attempt, { urgent: true, queueTimeoutMs: 90_000 }),
      rateLimiter.run(background.attempt, PATIENCE),
    ];
    expect(await time.until(asked)).toBeUndefined();
    expect(time.now()).toBe(1_000);
    expect(await time.until(Promise.all([refused, ...others]))).toEqual([2, 1, 1]);
    expect(time.now()).toBeGreaterThanOrEqual(61_000);
    expect(impatient.count()).toBe(0);
  });

  it('waits two minutes at most, whatever the service asks for', async () => {
    const time = new VirtualTime();
    const rateLimiter = new RateLimiter({ clock: time });
    await time.until(
      rateLimiter.run(scripted({ type: 'throttled', waitMs: 3_600_000 }).attempt, { queueTimeoutMs: 1_000 }),
    );
    const began = time.now();
    await time.until(rateLimiter.run(scripted().attempt, PATIENCE));
    expect(time.now() - began).toBeCloseTo(120_000, -3);
  });

  it('ends all waiting calls when nothing has passed for as long as its timeout', async () => {
    const time = new VirtualTime();
    const service = new VirtualService(time, { limit: () => false });
    const rateLimiter = new RateLimiter({ clock: time });
    const results = await time.until(
      Promise.all(Array.from({ length: 50 }, () => rateLimiter.run(() => service.attempt(), PATIENCE))),
    );
    expect(new Set(results)).toEqual(new Set(['throttled', undefined]));
    expect(time.now()).toBeLessThan(1_000 + 125_000);
    expect(service.sent).toBeLessThan(100);
  });

  it('with a fault is retried after a while, for as long as it asks to, and respects the requested wait', async () => {
    const time = new VirtualTime();
    const rateLimiter = new RateLimiter({ clock: time, random: () => 0.5, backoffMs: 200 });
    const call = scripted({ type: 'failed', waitMs: 0 }, { type: 'failed', waitMs: 5_000 });
    expect(await time.until(rateLimiter.run(call.attempt, PATIENCE))).toBe(3);
    expect(time.now() - 1_000).toBeCloseTo(100 + 5_000 + 200, -1);
  });

  it('with a fault is handed back when the requested wait is longer than its timeout', async () => {
    const time = new VirtualTime();
    const rateLimiter = new RateLimiter({ clock: time });
    const call = scripted({ type: 'failed', waitMs: 31_000 });
    expect(await time.until(rateLimiter.run(call.attempt, { queueTimeoutMs: 30_000 }))).toBe(1);
    expect(call.count()).toBe(1);
  });

  it('knows whether it had to wait', async () => {
    const time = new VirtualTime();
    const rateLimiter = new RateLimiter({ clock: time });
    const told: boolean[] = [];
    const verdicts: RateVerdict[] = [{ type: 'throttled', waitMs: 0 }];
    const attempt = (hasWaited: boolean) => {
      told.push(hasWaited);
      const verdict = verdicts.shift() ?? { type: 'accepted' };
      return Promise.resolve({ value: 0, verdict, retry: verdict.type === 'throttled' });
    };
    await time.until(rateLimiter.run(attempt, PATIENCE));
    expect(told).toEqual([false, true]);
  });

  it('that sent nothing does not change the rate', async () => {
    const time = new VirtualTime();
    const rateLimiter = new RateLimiter({ clock: time });
    const unsent = () => Promise.resolve({ value: 'notSent', verdict: { type: 'notSent' as const }, retry: false });
    await time.until(Promise.all(Array.from({ length: 100 }, () => rateLimiter.run(unsent, PATIENCE))));
    expect(time.now()).toBe(1_000);
  });
});

describe('calls that share a rate limiter', () => {
  /** Attempts that end when the test says so. */
  function manual() {
    const sent: { name: string; end: (verdict: RateVerdict) => Promise<void> }[] = [];
    const attempt = (name: string) => () =>
      new Promise<AttemptResult<string>>((resolve) => {
        sent.push({
          name,
          end: async (verdict) => {
            const retry = verdict.type === 'throttled' || verdict.type === 'failed';
            resolve({ value: name, verdict, retry });
            await new Promise((turn) => setImmediate(turn));
          },
        });
      });
    return { sent, attempt, names: () => sent.map(({ name }) => name) };
  }
  const later = (time: VirtualTime, ms: number) => time.until(new Promise<void>((resolve) => time.after(ms, resolve)));
  const passed: RateVerdict = { type: 'accepted' };
  const begun = (calls: readonly Promise<unknown>[]) => {
    for (const call of calls) call.catch(() => undefined);
  };

  it('have eight extra slots for interactive calls, each free again when its call has ended', async () => {
    const time = new VirtualTime();
    const rateLimiter = new RateLimiter({ clock: time, maxInFlight: 2 });
    const { sent, attempt, names } = manual();
    for (const name of ['one', 'two']) void rateLimiter.run(attempt(name), PATIENCE);
    const clicks = Array.from({ length: 10 }, (_, index) => `click ${index}`);
    for (const name of clicks) void rateLimiter.run(attempt(name), { urgent: true, ...PATIENCE });
    await later(time, 5_000);
    expect(names()).toEqual(['one', 'two', ...clicks.slice(0, 8)]);
    await sent[2]?.end(passed);
    await later(time, 5_000);
    expect(names().slice(10)).toEqual(['click 8']);
    // A background call ends, and another takes its slot: interactive calls are not affected.
    await sent[0]?.end(passed);
    await sent[3]?.end(passed);
    void rateLimiter.run(attempt('three'), PATIENCE);
    await later(time, 5_000);
    expect(names().slice(11)).toEqual(['click 9']);
  });

  it('run one at a time after five faults in a row, and concurrently again when one has passed', async () => {
    const time = new VirtualTime();
    const rateLimiter = new RateLimiter({ clock: time, random: () => 1 });
    const { sent, attempt } = manual();
    const hand = (count: number) => {
      begun(Array.from({ length: count }, (_, index) => rateLimiter.run(attempt(String(index)), PATIENCE)));
    };
    hand(6);
    await later(time, 100);
    // The first calls are few; each that has ended makes room for another.
    expect(sent).toHaveLength(4);
    for (const { end } of sent.slice(0, 2)) await end({ type: 'failed', waitMs: 60_000 });
    await later(time, 100);
    expect(sent).toHaveLength(6);
    for (const { end } of sent.slice(2, 5)) await end({ type: 'failed', waitMs: 60_000 });
    hand(20);
    await later(time, 3_000);
    expect(sent).toHaveLength(6);
    await sent[5]?.end({ type: 'failed', waitMs: 60_000 });
    await later(time, 3_000);
    expect(sent).toHaveLength(7);
    await sent.at(-1)?.end(passed);
    await later(time, 1_000);
    expect(sent.length).toBeGreaterThan(8);
  });

  it('respect the longest requested wait, even when a shorter one is requested after it', async () => {
    const time = new VirtualTime();
    const rateLimiter = new RateLimiter({ clock: time });
    const { sent, attempt } = manual();
    begun([rateLimiter.run(attempt('long'), PATIENCE), rateLimiter.run(attempt('short'), PATIENCE)]);
    await later(time, 10);
    await sent[0]?.end({ type: 'throttled', waitMs: 60_000 });
    await sent[1]?.end({ type: 'throttled', waitMs: 1_000 });
    await later(time, 59_000);
    expect(sent).toHaveLength(2);
    await later(time, 5_000);
    expect(sent.length).toBeGreaterThan(2);
  });

  it('run in order, except that a rejected one comes next again', async () => {
    const time = new VirtualTime();
    const rateLimiter = new RateLimiter({ clock: time, maxInFlight: 1 });
    const { sent, attempt, names } = manual();
    begun(['one', 'two', 'three'].map((name) => rateLimiter.run(attempt(name), PATIENCE)));
    const verdicts: RateVerdict[] = [{ type: 'throttled', waitMs: 0 }, passed, passed, passed];
    for (const verdict of verdicts) {
      await sent.at(-1)?.end(verdict);
      await later(time, 5_000);
    }
    expect(names()).toEqual(['one', 'one', 'two', 'three']);
  });

  it('continue to wait after the timeout of an interactive one', async () => {
    const time = new VirtualTime();
    const service = new VirtualService(time, { limit: (nowMs) => nowMs > 60_000 });
    const rateLimiter = new RateLimiter({ clock: time });
    const others = Array.from({ length: 10 }, () => rateLimiter.run(() => service.attempt(), PATIENCE));
    const clicked = rateLimiter.run(() => service.attempt(), { urgent: true, queueTimeoutMs: 5_000 });
    expect(await time.until(clicked)).toBe('throttled');
    expect(time.now()).toBeLessThan(20_000);
    expect(new Set(await time.until(Promise.all(others)))).toEqual(new Set(['accepted']));
  });

  it('keep their timeouts when others join them', async () => {
    const time = new VirtualTime();
    const service = new VirtualService(time, { limit: () => false });
    const rateLimiter = new RateLimiter({ clock: time });
    const joining = (ms: number) => {
      void rateLimiter.run(() => service.attempt(), { queueTimeoutMs: 600_000 });
      if (time.now() < 300_000)
        time.after(ms, () => {
          joining(ms);
        });
    };
    const impatient = rateLimiter.run(() => service.attempt(), { queueTimeoutMs: 30_000 });
    joining(700);
    expect(await time.until(impatient)).toBe('throttled');
    expect(time.now()).toBeLessThan(1_000 + 60_000);
  });

  it('wait by the system clock unless another one is given', async () => {
    const rateLimiter = new RateLimiter();
    const sentAtMs: number[] = [];
    const attempt = () => {
      sentAtMs.push(performance.now());
      const isFirst = sentAtMs.length === 1;
      const verdict: RateVerdict = isFirst ? { type: 'throttled', waitMs: 60 } : passed;
      return Promise.resolve({ value: sentAtMs.length, verdict, retry: isFirst });
    };
    expect(await rateLimiter.run(attempt, PATIENCE)).toBe(2);
    // Timers may fire a millisecond early.
    expect((sentAtMs[1] ?? 0) - (sentAtMs[0] ?? 0)).toBeGreaterThanOrEqual(58);
  });
});

describe('a canceled call', () => {
  it('ends immediately while it waits, is never made, and leaves nothing behind', async () => {
    const time = new VirtualTime();
    const service = new VirtualService(time, { latencyMs: [1_000, 1_000] });
    const rateLimiter = new RateLimiter({ clock: time, maxInFlight: 1 });
    const stop = new AbortController();
    setMaxListeners(0, stop.signal);
    const first = Promise.all(Array.from({ length: 5 }, () => rateLimiter.run(() => service.attempt(), PATIENCE)));
    const waiting = Array.from({ length: 1_000 }, () =>
      rateLimiter.run(() => service.attempt(), { ...PATIENCE, signal: stop.signal }),
    );
    stop.abort(new Error('enough'));
    expect(new Set((await Promise.allSettled(waiting)).map(({ status }) => status))).toEqual(new Set(['rejected']));
    await time.until(first);
    expect([service.sent, service.maxConcurrent]).toEqual([5, 1]);
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
    expect(await time.until(rateLimiter.run(() => service.attempt(), PATIENCE))).toBe('accepted');
  });

  it('is never made when it was canceled before it began', async () => {
    const time = new VirtualTime();
    const rateLimiter = new RateLimiter({ clock: time });
    const signal = AbortSignal.abort(new Error('enough'));
    const attempts: string[] = [];
    const call = (name: string) => () => {
      attempts.push(name);
      return Promise.resolve({ value: name, verdict: { type: 'accepted' as const }, retry: false });
    };
    await expect(rateLimiter.run(call('given up'), { ...PATIENCE, signal })).rejects.toThrow('enough');
    await time.until(rateLimiter.run(call('next'), PATIENCE));
    expect(attempts).toEqual(['next']);
  });

  it.each(['throttled', 'failed'] as const)('is not repeated when its attempt in flight ends in %s', async (type) => {
    const time = new VirtualTime();
    const stop = new AbortController();
    const rateLimiter = new RateLimiter({ clock: time });
    let attempts = 0;
    const attempt = async (): Promise<AttemptResult<string>> => {
      attempts++;
      await new Promise<void>((resolve) => time.after(10, resolve));
      stop.abort(new Error('enough'));
      return { value: type, verdict: { type, waitMs: 0 }, retry: true };
    };
    await expect(time.until(rateLimiter.run(attempt, { ...PATIENCE, signal: stop.signal }))).rejects.toThrow('enough');
    const next = () => Promise.resolve({ value: 0, verdict: { type: 'accepted' as const }, retry: false });
    time.skip(60_000);
    for (let call = 0; call < 3; call++) await time.until(rateLimiter.run(next, PATIENCE));
    expect(attempts).toBe(1);
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  });

  it('keeps the result of its last attempt in flight', async () => {
    const time = new VirtualTime();
    const stop = new AbortController();
    const attempt = async (): Promise<AttemptResult<string>> => {
      await new Promise<void>((resolve) => time.after(10, resolve));
      stop.abort();
      return { value: 'accepted', verdict: { type: 'accepted' }, retry: false };
    };
    const sent = new RateLimiter({ clock: time }).run(attempt, { ...PATIENCE, signal: stop.signal });
    expect(await time.until(sent)).toBe('accepted');
  });

  it('ends immediately in the wait after a fault', async () => {
    const time = new VirtualTime();
    const stop = new AbortController();
    const rateLimiter = new RateLimiter({ clock: time, random: () => 0.9 });
    const fault = () =>
      Promise.resolve({ value: 0, verdict: { type: 'failed' as const, waitMs: 60_000 }, retry: true });
    const run = rateLimiter.run(fault, { ...PATIENCE, signal: stop.signal });
    run.catch(() => undefined);
    await new Promise((resolve) => setImmediate(resolve));
    stop.abort(new Error('enough'));
    await expect(run).rejects.toThrow('enough');
    expect(time.now()).toBe(1_000);
  });
});

describe('idle time', () => {
  it('does not raise the rate: after an hour, a burst finds the limit as before', async () => {
    const time = new VirtualTime();
    const service = new VirtualService(time, { limit: tokenBucket(50, 20) });
    const rateLimiter = new RateLimiter({ clock: time, random: () => 0.5 });
    const burst = () =>
      Promise.all(Array.from({ length: 300 }, () => rateLimiter.run(() => service.attempt(), PATIENCE)));
    await time.until(burst());
    time.skip(3_600_000);
    const [refused, began] = [service.refused, time.now()];
    await time.until(burst());
    expect((time.now() - began) / 1000 / (280 / 50)).toBeLessThan(1.2);
    expect(service.refused - refused).toBeLessThan(15);
  });

  it('during sleep in the middle of calls does no harm', async () => {
    const time = new VirtualTime();
    const service = new VirtualService(time, { limit: tokenBucket(50, 20) });
    const rateLimiter = new RateLimiter({ clock: time, random: () => 0.5 });
    time.after(3_000, () => {
      time.skip(600_000);
    });
    const began = time.now();
    await time.until(
      Promise.all(Array.from({ length: 500 }, () => rateLimiter.run(() => service.attempt(), PATIENCE))),
    );
    expect((time.now() - began - 600_000) / 1000 / (480 / 50)).toBeLessThan(1.3);
    expect(service.refused / 500).toBeLessThan(0.1);
  });
});

describe('a large number of calls', () => {
  it('cost no more each than a few', async () => {
    const time = new VirtualTime();
    const service = new VirtualService(time, { latencyMs: [1, 1] });
    const rateLimiter = new RateLimiter({ clock: time });
    let sizes = 0;
    const results = await time.until(
      Promise.all(
        Array.from({ length: 20_000 }, () =>
          rateLimiter.run(() => service.attempt(), PATIENCE).then((each) => (sizes++, each)),
        ),
      ),
    );
    expect(sizes).toBe(20_000);
    expect(new Set(results)).toEqual(new Set(['accepted']));
  });
});

describe('an outage', () => {
  it('in which nothing passes for nearly two minutes fails no call', async () => {
    const limit = () => {
      const usual = tokenBucket(50, 20);
      return (nowMs: number) => (nowMs < 6_000 || nowMs > 121_000) && usual(nowMs);
    };
    const all = await runs({ limit, calls: 800 });
    for (const { results } of all) expect(new Set(results)).toEqual(new Set(['accepted']));
    expect(worst(all, seconds)).toBeLessThan(140);
    expect(worst(all, ({ service }) => service.sent)).toBeLessThan(800 + 100);
  });

  /**
   * Reads like the mapping store, 16 at a time, all with the same start. @returns when each ended, in
   * milliseconds, and how
   */
  async function readAll(calls: number, how: ConstructorParameters<typeof VirtualService>[1]) {
    const time = new VirtualTime();
    const service = new VirtualService(time, how);
    const rateLimiter = new RateLimiter({ clock: time, random: () => 0.99 });
    const read = (atOnce = 16) => {
      const hand = pLimit(atOnce);
      const began = time.now();
      const options = { ...PATIENCE, sinceMs: began, isRead: true };
      const readOne = async () => {
        const result = await rateLimiter.run(() => service.attempt(), options);
        return { result, toldMs: time.now() - began };
      };
      return time.until(Promise.all(Array.from({ length: calls }, () => hand(readOne))));
    };
    return { time, service, rateLimiter, read, first: await read() };
  }

  const always = () => true;
  const latest = (all: readonly { toldMs: number }[]) => Math.max(...all.map(({ toldMs }) => toldMs));

  it.each([1, 2, 3, 10, 60, 300, 3_000])('reaches all %d waiting calls within ten seconds', async (calls) => {
    const { first, service } = await readAll(calls, { isDown: always });
    expect(latest(first)).toBeLessThan(10_000);
    expect(first.map(({ result }) => result)).not.toContain('accepted');
    expect(service.sent).toBeLessThan(40);
  });

  it.each([1, 2, 3, 10, 60, 300, 3_000])(
    'of unanswered requests reaches all %d waiting calls when one attempt has timed out',
    async (calls) => {
      const { first, service } = await readAll(calls, { isUnresponsive: always });
      expect(latest(first)).toBeLessThan(ATTEMPT_TIMEOUT_MS + 100);
      expect(service.sent).toBeLessThan(10);
    },
  );

  it.each([
    ['fails', { isDown: (nowMs: number) => nowMs > 3_000 }, 10_000],
    ['falls silent', { isUnresponsive: (nowMs: number) => nowMs > 3_000 }, ATTEMPT_TIMEOUT_MS + 100],
    [
      'fails and falls silent in turns',
      { isUnresponsive: (nowMs: number) => nowMs > 3_000 && nowMs % 50 < 25, isDown: (nowMs: number) => nowMs > 3_000 },
      ATTEMPT_TIMEOUT_MS + 2_000,
    ],
  ])('that begins midway, as the service %s, reaches all other calls', async (_what, how, withinMs) => {
    const { first } = await readAll(300, { limit: tokenBucket(50, 20), ...how });
    expect(first.filter(({ result }) => result === 'accepted').length).toBeGreaterThan(50);
    expect(latest(first)).toBeLessThan(2_000 + withinMs);
  });

  it('costs one attempt per new group of calls, and its result reaches the group', async () => {
    for (const how of [{ isDown: always }, { isUnresponsive: always }]) {
      const { time, service, read } = await readAll(60, how);
      const { sent } = service;
      time.skip(5_000);
      const retry = await read();
      expect(latest(retry)).toBeLessThan(ATTEMPT_TIMEOUT_MS + 100);
      expect(service.sent - sent).toBe(1);
    }
  });

  it('does not answer later calls, and ends when one passes', async () => {
    let isDown = true;
    const { time, service, read } = await readAll(60, { isDown: () => isDown });
    time.skip(1);
    isDown = false;
    const { sent } = service;
    const retry = await read();
    expect(new Set(retry.map(({ result }) => result))).toEqual(new Set(['accepted']));
    // The wait between two probes, and then all at the usual rate.
    expect(latest(retry)).toBeLessThan(2_500);
    expect(service.sent - sent).toBe(60);
  });

  it('does not answer an interactive call for another: each gets its own result', async () => {
    let isDown = true;
    const { time, service, rateLimiter } = await readAll(10, { isDown: () => isDown });
    const urgent = { urgent: true, queueTimeoutMs: 18_000, isRead: true };
    const began = time.now();
    expect(await time.until(rateLimiter.run(() => service.attempt(), urgent))).toBe('failed');
    expect(time.now() - began).toBeLessThan(2_500);
    isDown = false;
    expect(await time.until(rateLimiter.run(() => service.attempt(), urgent))).toBe('accepted');
  });

  it('of unanswered requests reaches several interactive calls within one attempt', async () => {
    const { time, service, rateLimiter } = await readAll(10, { isUnresponsive: always });
    const began = time.now();
    const clicks = Array.from({ length: 4 }, () =>
      rateLimiter.run(() => service.attempt(), { urgent: true, queueTimeoutMs: 18_000, isRead: true }),
    );
    expect(await time.until(Promise.all(clicks))).toEqual(Array(4).fill('failed'));
    expect(time.now() - began).toBeLessThan(ATTEMPT_TIMEOUT_MS + 3_000);
  });

  it('is also reported when the service asks each call to wait longer', async () => {
    for (const calls of [1, 2, 60]) {
      const time = new VirtualTime();
      const rateLimiter = new RateLimiter({ clock: time });
      const busy = () =>
        Promise.resolve({ value: 'failed', verdict: { type: 'failed' as const, waitMs: 60_000 }, retry: true });
      const all = Array.from({ length: calls }, () => rateLimiter.run(busy, { ...PATIENCE, isRead: true }));
      expect(new Set(await time.until(Promise.all(all)))).toEqual(new Set([OUTAGE]));
      expect(time.now()).toBeLessThan(11_000);
    }
  });

  it('is not detected when one call fails and others pass', async () => {
    const time = new VirtualTime();
    const service = new VirtualService(time, { latencyMs: [400, 600] });
    const rateLimiter = new RateLimiter({ clock: time, random: () => 0.99 });
    let attempts = 0;
    const broken = () => {
      attempts++;
      return Promise.resolve({ value: 'broken', verdict: { type: 'failed' as const, waitMs: 0 }, retry: attempts < 8 });
    };
    const hand = pLimit(4);
    const others = Promise.all(
      Array.from({ length: 400 }, () =>
        hand(() => rateLimiter.run(() => service.attempt(), { ...PATIENCE, isRead: true })),
      ),
    );
    expect(await time.until(rateLimiter.run(broken, { ...PATIENCE, isRead: true }))).toBe('broken');
    expect(attempts).toBe(8);
    expect(new Set(await time.until(others))).toEqual(new Set(['accepted']));
  });

  it('lets a change in flight complete, and sends none that waits', async () => {
    const time = new VirtualTime();
    const rateLimiter = new RateLimiter({ clock: time, maxInFlight: 1 });
    const sent: string[] = [];
    const change = (name: string) => async (): Promise<AttemptResult<string>> => {
      sent.push(name);
      await new Promise<void>((resolve) => time.after(ATTEMPT_TIMEOUT_MS, resolve));
      return { value: name, verdict: { type: 'failed', waitMs: 0 }, retry: false };
    };
    const names = ['one', 'two', 'three', 'four', 'five'];
    const ended = await time.until(Promise.all(names.map((name) => rateLimiter.run(change(name), PATIENCE))));
    expect(ended).toEqual(['one', 'two', 'three', OUTAGE, OUTAGE]);
    expect(sent).toEqual(['one', 'two', 'three']);
  });

  it('is not detected during a wait that the service has asked for', async () => {
    const time = new VirtualTime();
    const rateLimiter = new RateLimiter({ clock: time, random: () => 0.5 });
    const ends: RateVerdict[] = [
      { type: 'throttled', waitMs: 20_000 },
      ...Array.from({ length: 4 }, () => ({ type: 'failed' as const, waitMs: 0 })),
    ];
    const attempt = () => {
      const verdict = ends.shift() ?? { type: 'accepted' as const };
      return Promise.resolve({ value: verdict.type, verdict, retry: verdict.type !== 'accepted' });
    };
    const calls = Array.from({ length: 5 }, () => rateLimiter.run(attempt, { ...PATIENCE, isRead: true }));
    expect(new Set(await time.until(Promise.all(calls)))).toEqual(new Set(['accepted']));
    expect(time.now()).toBeGreaterThanOrEqual(21_000);
  });

  it('of faults does not shorten a wait that the service has asked for', async () => {
    const time = new VirtualTime();
    const rateLimiter = new RateLimiter({ clock: time, random: () => 0.5 });
    const sentAtMs: number[] = [];
    const ends: RateVerdict[] = [{ type: 'throttled', waitMs: 10_000 }];
    for (let fault = 0; fault < 6; fault++) ends.push({ type: 'failed', waitMs: 0 });
    // All in flight at the same time: the rejection arrives first.
    const calls = ends.map((verdict, index) =>
      rateLimiter.run(async () => {
        sentAtMs.push(time.now());
        const first = sentAtMs.length <= ends.length;
        await new Promise<void>((resolve) => time.after(10 + index, resolve));
        return { value: 0, verdict: first ? verdict : { type: 'accepted' as const }, retry: first };
      }, PATIENCE),
    );
    await time.until(Promise.all(calls));
    const after = sentAtMs.filter((atMs) => atMs > 1_010);
    expect(after.length).toBeGreaterThan(0);
    expect(Math.min(...after)).toBeGreaterThanOrEqual(11_010);
  });

  it('of unanswered requests does not make an interactive call wait', async () => {
    const time = new VirtualTime();
    const rateLimiter = new RateLimiter({ clock: time });
    const hang = () => new Promise<AttemptResult<string>>(() => undefined);
    for (let call = 0; call < 40; call++) void rateLimiter.run(hang, PATIENCE);
    const service = new VirtualService(time);
    const clicked = rateLimiter.run(() => service.attempt(), { urgent: true, queueTimeoutMs: 30_000 });
    expect(await time.until(clicked)).toBe('accepted');
    expect(time.now()).toBeLessThan(1_000 + 100);
  });

  it('that is long over does not affect later calls', async () => {
    const time = new VirtualTime();
    const rateLimiter = new RateLimiter({ clock: time });
    const refused = { type: 'throttled', waitMs: 0 } as const;
    let verdict: RateVerdict = refused;
    const attempt = () => Promise.resolve({ value: verdict.type, verdict, retry: verdict.type === 'throttled' });
    expect(await time.until(rateLimiter.run(attempt, { urgent: true, queueTimeoutMs: 30_000 }))).toBe('throttled');
    time.skip(3_600_000);
    const asked = rateLimiter.run(attempt, { urgent: true, queueTimeoutMs: 30_000 });
    time.after(5_000, () => {
      verdict = { type: 'accepted' };
    });
    expect(await time.until(asked)).toBe('accepted');
  });
});

describe('an attempt that throws', () => {
  it('ends its call only, and frees its slot', async () => {
    const time = new VirtualTime();
    const rateLimiter = new RateLimiter({ clock: time, maxInFlight: 1 });
    const broken = rateLimiter.run(() => Promise.reject(new Error('broken')), PATIENCE);
    const service = new VirtualService(time);
    const next = rateLimiter.run(() => service.attempt(), PATIENCE);
    await expect(broken).rejects.toThrow('broken');
    expect(await time.until(next)).toBe('accepted');
  });
});
