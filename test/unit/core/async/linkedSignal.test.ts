import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LinkedSignal } from '../../../../src/core/async/linkedSignal';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('a linked signal', () => {
  it.each([0, 1])('is aborted with source %i, for the same reason', (index) => {
    const sources = [new AbortController(), new AbortController()];
    const linked = new LinkedSignal(sources.map(({ signal }) => signal));
    expect(linked.signal.aborted).toBe(false);
    sources[index]?.abort('reason');
    expect(linked.signal.aborted).toBe(true);
    expect(linked.signal.reason).toBe('reason');
    expect(linked.isTimedOut).toBe(false);
  });

  it('is aborted from the start if a source is', () => {
    const linked = new LinkedSignal([undefined, AbortSignal.abort('before')], 1000);
    expect(linked.signal.reason).toBe('before');
    linked.end();
  });

  it('is aborted after its time', () => {
    const linked = new LinkedSignal([undefined], 1000);
    vi.advanceTimersByTime(999);
    expect(linked.signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(linked.signal.aborted).toBe(true);
    expect(linked.isTimedOut).toBe(true);
  });

  it('leaves nothing behind when its task has ended', () => {
    const source = new AbortController();
    const linked = new LinkedSignal([source.signal], 1000);
    expect(getEventListeners(source.signal, 'abort')).toHaveLength(1);
    linked.end();
    expect(getEventListeners(source.signal, 'abort')).toHaveLength(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('has no time limit unless one is given', () => {
    const linked = new LinkedSignal([]);
    expect(vi.getTimerCount()).toBe(0);
    expect(linked.signal.aborted).toBe(false);
  });
});
