import { describe, expect, it } from 'vitest';
import { Outage } from '../../../../src/core/rateLimit/outage';

describe('an outage', () => {
  it('is detected when several attempts failed for long enough, and none passed', () => {
    const outage = new Outage(7_000);
    outage.failed(1_000, 1_000);
    expect(outage.outageAtMs).toBe(8_000);
    outage.failed(2_000, 2_000);
    expect(outage.check(8_000, 10)).toBe(false);
    outage.failed(3_000, 3_000);
    expect(outage.check(7_999, 10)).toBe(false);
    expect(outage.check(8_000, 10)).toBe(true);
    expect(outage.learnedAtMs).toBe(3_000);
    expect(outage.outageAtMs).toBeUndefined();
  });

  it.each([1, 2])('of %d calls is detected when each of them has failed', (calls) => {
    const outage = new Outage(7_000);
    for (let call = 1; call < calls; call++) outage.failed(0, 0);
    expect(outage.check(7_000, calls)).toBe(false);
    outage.failed(0, 0);
    expect(outage.check(7_000, calls)).toBe(true);
  });

  it('starts when the unanswered attempt was sent, or at the last one that passed after that', () => {
    const silent = new Outage(7_000);
    silent.failed(1_000, 16_000);
    expect(silent.outageAtMs).toBe(8_000);
    const late = new Outage(7_000);
    late.passed(12_000);
    late.failed(1_000, 16_000);
    expect(late.outageAtMs).toBe(19_000);
  });

  it('ends when one passes, and then has to be detected again', () => {
    const outage = new Outage(7_000);
    for (let call = 0; call < 3; call++) outage.failed(0, 0);
    expect(outage.check(7_000, 3)).toBe(true);
    outage.passed(7_100);
    expect([outage.isKnown, outage.outageAtMs]).toEqual([false, undefined]);
    outage.failed(7_200, 7_200);
    expect(outage.check(14_200, 3)).toBe(false);
  });

  it('does not count the wait that the service has asked for', () => {
    const outage = new Outage(7_000);
    outage.silent(20_000);
    outage.silent(10_000);
    for (let call = 0; call < 3; call++) outage.failed(0, 0);
    expect(outage.check(26_999, 3)).toBe(false);
    expect(outage.check(27_000, 3)).toBe(true);
  });

  it('is detected when all calls failed after several attempts, and not before', () => {
    const known = new Outage(7_000);
    for (let attempt = 0; attempt < 3; attempt++) known.failed(attempt, attempt);
    known.idle();
    expect(known.isKnown).toBe(true);
    known.idle();
    expect(known.isKnown).toBe(true);
    const forgotten = new Outage(7_000);
    for (let attempt = 0; attempt < 2; attempt++) forgotten.failed(attempt, attempt);
    forgotten.idle();
    expect([forgotten.isKnown, forgotten.outageAtMs]).toEqual([false, undefined]);
  });
});
