import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mayRepeat, RETRY_POLICY, waitBefore } from '../../../src/api/retry';
import { FAILURE_KINDS } from '../../../src/core/failure';

describe('a failed request', () => {
  it('is sent again when it was a read and the fault may pass', () => {
    expect(FAILURE_KINDS.filter((kind) => mayRepeat(kind, true))).toEqual([
      'throttled',
      'serverError',
      'unavailable',
      'timeout',
      'network',
      'nameResolution',
    ]);
  });

  it('is never sent again when it was a write, unless the service refused to look at it', () => {
    expect(FAILURE_KINDS.filter((kind) => mayRepeat(kind, false))).toEqual(['throttled']);
  });
});

describe('the wait before the next attempt', () => {
  it('is at most half a second at first, doubles each time, and stays below its limit', () => {
    const longest = [1, 2, 3, 4, 5, 6, 7, 50].map((attempt) => waitBefore(RETRY_POLICY, attempt, 1));
    expect(longest).toEqual([500, 1000, 2000, 4000, 8000, 8000, 8000, 8000]);
  });

  it('is anywhere between nothing and the longest, and never shorter than the service asked for', () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), random, fc.nat(100_000), (attempt, chance, asked) => {
        const wait = waitBefore(RETRY_POLICY, attempt, chance, asked);
        expect(wait).toBeGreaterThanOrEqual(asked);
        expect(wait).toBeLessThanOrEqual(asked + RETRY_POLICY.maxBackoffMs);
        expect(waitBefore(RETRY_POLICY, attempt, 0, asked)).toBe(asked);
      }),
    );
  });
});
