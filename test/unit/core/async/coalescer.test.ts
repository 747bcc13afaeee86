import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Coalescer } from '../../../../src/core/async/coalescer';

const REST_MS = 250;

describe('a coalesced task', () => {
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

  /** Requests the task at an interval for some time. */
  function keepWishing(everyMs: number, forMs: number): void {
    for (let ms = 0; ms < forMs; ms += everyMs) {
      coalescer.request();
      vi.advanceTimersByTime(everyMs);
    }
  }

  it('runs immediately after the first request, once for all requests in the same event loop turn', () => {
    for (let requestCase = 0; requestCase < 100; requestCase++) coalescer.request();
    expect(ranAtMs).toEqual([]);
    vi.advanceTimersByTime(0);
    vi.advanceTimersByTime(1_000);
    expect(ranAtMs).toEqual([0]);
  });

  it('runs no more often than its interval allows, and keeps running under constant requests', () => {
    keepWishing(5, 10_000);
    expect(ranAtMs.length).toBeGreaterThanOrEqual(39);
    for (const [index, atMs] of ranAtMs.entries()) {
      if (index > 0) expect(atMs - (ranAtMs[index - 1] ?? 0)).toBeGreaterThanOrEqual(REST_MS);
    }
  });

  it.each([1, 100, 249, 250, 251])('runs once more for a request %d ms after the last run', (afterMs) => {
    coalescer.request();
    vi.advanceTimersByTime(afterMs);
    coalescer.request();
    vi.advanceTimersByTime(1_000);
    expect(ranAtMs).toHaveLength(2);
    expect(ranAtMs[1]).toBeGreaterThanOrEqual(REST_MS);
    expect(ranAtMs[1]).toBeLessThanOrEqual(REST_MS + 1);
  });

  it('runs again for a request made during its run', () => {
    let runs = 0;
    const again: Coalescer = new Coalescer(() => {
      if (++runs < 3) again.request();
      return REST_MS;
    });
    again.request();
    vi.advanceTimersByTime(2_000);
    expect(runs).toBe(3);
  });

  it('waits as long as it returns, and not at all when it returns 0', () => {
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

  it('does not run for requests before a call to done, and waits after that', () => {
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

  it('never runs again after dispose', () => {
    coalescer.request();
    vi.advanceTimersByTime(10);
    coalescer.request();
    coalescer.dispose();
    vi.advanceTimersByTime(10_000);
    expect(ranAtMs).toEqual([0]);
  });
});
