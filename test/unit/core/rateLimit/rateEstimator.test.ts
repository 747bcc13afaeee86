import { describe, expect, it } from 'vitest';
import { RateEstimator } from '../../../../src/core/rateLimit/rateEstimator';

/** Calls per second. */
const perSecond = (estimate: RateEstimator) => estimate.rate * 1_000;

/** Lets calls pass at equal intervals with others waiting, then rejects one. */
function passThenRefuse(estimate: RateEstimator, fromMs: number, calls: number, ms: number, waitMs = 0): number {
  pass(estimate, fromMs, calls, ms);
  estimate.refused(fromMs + ms, waitMs);
  return fromMs + ms;
}

function pass(estimate: RateEstimator, fromMs: number, calls: number, ms: number, heldBack = true): void {
  for (let call = 1; call <= calls; call++) estimate.passed(fromMs + (call * ms) / (calls + 1), heldBack);
}

/** An estimator that has measured 50 a second several times, and the time by then. */
function settled(): { estimate: RateEstimator; nowMs: number } {
  const estimate = new RateEstimator(0);
  let nowMs = passThenRefuse(estimate, 0, 40, 1_000);
  for (let round = 0; round < 5; round++) nowMs = passThenRefuse(estimate, nowMs, 100, 2_000);
  return { estimate, nowMs };
}

/** How many more calls than at the current rate are sent in an interval, with others waiting. */
function excess(estimate: RateEstimator, beganMs: number, intervalMs: number): number {
  const floor = estimate.rate;
  let sum = 0;
  for (let ms = 10; ms <= intervalMs; ms += 10) {
    estimate.passed(beganMs + ms, true);
    sum += (estimate.rate - floor) * 10;
  }
  return sum;
}

describe('the estimated rate', () => {
  it('is unlimited until a call is rejected', () => {
    const estimate = new RateEstimator(0);
    pass(estimate, 0, 100, 100);
    expect([estimate.rate, estimate.isUnlimited]).toEqual([Infinity, true]);
  });

  it('is a guess after the first rejection, far below the initial burst, and doubles in half a second', () => {
    const estimate = new RateEstimator(0);
    const nowMs = passThenRefuse(estimate, 0, 29, 1_000);
    expect(perSecond(estimate)).toBeCloseTo(7.5, 5);
    estimate.passed(nowMs + 500, true);
    expect(perSecond(estimate)).toBeCloseTo(15, 5);
  });

  it('is what passed between two rejections, to within half a call', () => {
    expect(perSecond(settled().estimate)).toBeCloseTo(50, 0);
  });

  it('rises by one call per interval, of two seconds at first and of four when measurements agree', () => {
    const estimate = new RateEstimator(0);
    let nowMs = passThenRefuse(estimate, 0, 40, 1_000);
    nowMs = passThenRefuse(estimate, nowMs, 100, 2_000);
    // More was sent than passed; that amount is approached too.
    expect(excess(estimate, nowMs, 2_000)).toBeGreaterThan(1);
    const calm = settled();
    expect(excess(calm.estimate, calm.nowMs, 2_000)).toBeLessThan(0.5);
    expect(excess(calm.estimate, calm.nowMs + 2_000, 2_000)).toBeGreaterThan(0.5);
  });

  it.each([
    ['a different limit', [120]],
    ['a limit that has fallen and may rise again, each time it is measured', [20, 20, 20]],
  ])('is probed at the first interval again after %s', (_what, rounds) => {
    const { estimate, nowMs } = settled();
    const laterMs = rounds.reduce((ms, calls) => passThenRefuse(estimate, ms, calls, 2_000), nowMs);
    expect(excess(estimate, laterMs, 2_000)).toBeGreaterThan(0.9);
  });

  it('is probed after some calls when two seconds let hardly any pass, and rarely when measurements agree', () => {
    const estimate = new RateEstimator(0);
    let nowMs = passThenRefuse(estimate, 0, 3, 1_000);
    nowMs = passThenRefuse(estimate, nowMs, 3, 900);
    for (let round = 0; round < 2; round++) nowMs = passThenRefuse(estimate, nowMs, 12, 4_000);
    // Twenty calls take nearly seven seconds, and twice as long when both agree, but ten at most.
    expect(excess(estimate, nowMs, 4_500)).toBeLessThan(0.9);
    expect(excess(estimate, nowMs + 4_500, 4_500)).toBeGreaterThan(0.5);
  });

  it('never jumps while calls pass', () => {
    const { estimate, nowMs } = settled();
    for (let ms = 10; ms <= 12_000; ms += 10) {
      const before = estimate.rate;
      estimate.passed(nowMs + ms, true);
      expect(estimate.rate / before).toBeGreaterThanOrEqual(1);
      expect(estimate.rate / before).toBeLessThan(1.05);
    }
  });

  it('is the same at any time of day', () => {
    const estimate = new RateEstimator(1_700_000_000_000);
    passThenRefuse(estimate, 1_700_000_000_000, 29, 1_000);
    expect(perSecond(estimate)).toBeCloseTo(7.5, 5);
  });

  it('is not raised by calls that something else held back', () => {
    const { estimate, nowMs } = settled();
    const before = estimate.rate;
    pass(estimate, nowMs, 500, 60_000, false);
    expect(estimate.rate).toBe(before);
  });

  it('doubles repeatedly when more calls pass than by chance, until one is rejected and it is measured again', () => {
    const { estimate, nowMs } = settled();
    pass(estimate, nowMs, 1_000, 12_000);
    expect(perSecond(estimate)).toBeGreaterThan(400);
    const sent = estimate.rate;
    estimate.refused(nowMs + 12_000, 0);
    expect(estimate.rate / sent).toBeCloseTo(0.5, 1);
  });

  it('is not lowered by rejections with nothing passed in between', () => {
    const { estimate, nowMs } = settled();
    const before = estimate.rate;
    for (let refusal = 1; refusal <= 20; refusal++) expect(estimate.refused(nowMs + refusal * 50, 0)).toBeUndefined();
    expect(estimate.rate).toBe(before);
    // What passes then is measured from the last rejection that measured anything.
    passThenRefuse(estimate, nowMs + 1_000, 50, 500);
    expect(perSecond(estimate)).toBeLessThan(40);
  });

  it('falls with the limit, and returns to its value within seconds', () => {
    const { estimate, nowMs } = settled();
    const fallenMs = passThenRefuse(estimate, nowMs, 20, 2_000);
    expect(perSecond(estimate)).toBeLessThan(13);
    pass(estimate, fallenMs, 100, 2_000);
    expect(perSecond(estimate)).toBeGreaterThan(45);
  });

  it('changes little by a measurement of a few calls', () => {
    const { estimate, nowMs } = settled();
    passThenRefuse(estimate, nowMs, 1, 300);
    expect(perSecond(estimate)).toBeGreaterThan(9);
    const slow = new RateEstimator(0);
    const slowMs = passThenRefuse(slow, passThenRefuse(slow, 0, 5, 1_000), 20, 4_000);
    // 1.5 calls in half a second would be 3 a second.
    passThenRefuse(slow, slowMs, 1, 500);
    expect(perSecond(slow)).toBeGreaterThan(3.5);
  });

  it('is measured without the time in which no call was waiting', () => {
    const { estimate, nowMs } = settled();
    pass(estimate, nowMs, 50, 1_000);
    const lastMs = nowMs + (1_000 * 50) / 51;
    estimate.idle(lastMs + 3_600_000);
    passThenRefuse(estimate, lastMs + 3_600_000, 50, 1_000);
    expect(perSecond(estimate)).toBeCloseTo(50, -1);
  });

  it('counts half of a wait that the service has asked for', () => {
    const { estimate, nowMs } = settled();
    const silentMs = passThenRefuse(estimate, nowMs, 100, 2_000, 1_000);
    // A wait of one second, then one second in which 75 pass: the arrivals meanwhile, and half of the saved burst.
    passThenRefuse(estimate, silentMs + 1_000, 75, 1_000, 1_000);
    expect(perSecond(estimate)).toBeCloseTo(50, -1);
  });
});

describe('a rejection', () => {
  it('pauses for one and a half calls', () => {
    const { estimate, nowMs } = settled();
    pass(estimate, nowMs, 100, 2_000);
    expect(estimate.refused(nowMs + 2_000, 0)).toBeCloseTo(30, 0);
  });
});
