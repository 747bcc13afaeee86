import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Coalescer } from '../../../../src/core/async/coalescer';

const REST_MS = 250;

describe('an act that is wished for again and again', () => {
  let ranAtMs: number[];
  let coalescer: Coalescer;

  beforeEach(() => {
    vi.useFakeTimers({ now: 0 });
    ranAtMs = [];
    coalescer = new Coalescer(() => {
      ranAtMs.push(Date.now());
      return REST_MS;
    });
  });
  afterEach(() => {
    coalescer.dispose();
    vi.useRealTimers();
  });

  /** Wishes for it each few milliseconds for some time. */
  function keepWishing(everyMs: number, forMs: number): void {
    for (let ms = 0; ms < forMs; ms += everyMs) {
      coalescer.request();
      vi.advanceTimersByTime(everyMs);
    }
  }

  it('follows on the first wish at once, for all of one turn together', () => {
    for (let requestCase = 0; requestCase < 100; requestCase++) coalescer.request();
    expect(ranAtMs).toEqual([]);
    vi.advanceTimersByTime(0);
    vi.advanceTimersByTime(1_000);
    expect(ranAtMs).toEqual([0]);
  });

  it('comes no more often than its rest allows, and goes on while it is wished for without an end', () => {
    keepWishing(5, 10_000);
    expect(ranAtMs.length).toBeGreaterThanOrEqual(39);
    for (const [index, atMs] of ranAtMs.entries()) {
      if (index > 0) expect(atMs - (ranAtMs[index - 1] ?? 0)).toBeGreaterThanOrEqual(REST_MS);
    }
  });

  it.each([1, 100, 249, 250, 251])('comes once more for a wish %d ms after the last time', (afterMs) => {
    coalescer.request();
    vi.advanceTimersByTime(afterMs);
    coalescer.request();
    vi.advanceTimersByTime(1_000);
    expect(ranAtMs).toHaveLength(2);
    expect(ranAtMs[1]).toBeGreaterThanOrEqual(REST_MS);
    expect(ranAtMs[1]).toBeLessThanOrEqual(REST_MS + 1);
  });

  it('comes again for a wish that is made while it runs', () => {
    let runs = 0;
    const again: Coalescer = new Coalescer(() => {
      if (++runs < 3) again.request();
      return REST_MS;
    });
    again.request();
    vi.advanceTimersByTime(2_000);
    expect(runs).toBe(3);
  });

  it('rests as long as it says itself, and not at all when it had nothing to do', () => {
    const rests = [1_000, 0, 0];
    const atMs: number[] = [];
    const changing = new Coalescer(() => {
      atMs.push(Date.now());
      return rests.shift() ?? 0;
    });
    for (let requestCase = 0; requestCase < 3; requestCase++) {
      changing.request();
      vi.advanceTimersByTime(requestCase === 0 ? 400 : 700);
    }
    expect(atMs).toEqual([0, 1_000, 1_100]);
  });

  it('is not done again for wishes before it was done by other means, and rests after that', () => {
    coalescer.request();
    coalescer.done(REST_MS);
    vi.advanceTimersByTime(100);
    expect(ranAtMs).toEqual([]);
    coalescer.request();
    vi.advanceTimersByTime(149);
    expect(ranAtMs).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(ranAtMs).toEqual([250]);
  });

  it('comes never again after the end', () => {
    coalescer.request();
    vi.advanceTimersByTime(10);
    coalescer.request();
    coalescer.dispose();
    vi.advanceTimersByTime(10_000);
    expect(ranAtMs).toEqual([0]);
  });
});
