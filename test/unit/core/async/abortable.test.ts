import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { abortable } from '../../../../src/core/async/abortable';

const FAILURE = new Error('failed by itself');
const REASON = new Error('given up');

describe('abortable', () => {
  it.each([undefined, new AbortController().signal])('settles like the promise (%s)', async (signal) => {
    await expect(abortable(Promise.resolve('value'), signal)).resolves.toBe('value');
    await expect(abortable(Promise.reject(FAILURE), signal)).rejects.toBe(FAILURE);
  });

  it('rejects with the reason immediately when aborted', async () => {
    const controller = new AbortController();
    const waiting = abortable(new Promise(() => undefined), controller.signal);
    controller.abort(REASON);
    await expect(waiting).rejects.toBe(REASON);
  });

  it('rejects without waiting when already aborted', async () => {
    await expect(abortable(new Promise(() => undefined), AbortSignal.abort(REASON))).rejects.toBe(REASON);
    await expect(abortable(Promise.resolve('value'), AbortSignal.abort(REASON))).rejects.toBe(REASON);
  });

  it.each(['before', 'while it waits'])('leaves no unhandled rejection when aborted %s', async (when) => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    onTestFinished(() => {
      process.off('unhandledRejection', unhandled);
    });
    const controller = new AbortController();
    if (when === 'before') controller.abort(REASON);
    let reject: ((reason: Error) => void) | undefined;
    const late = new Promise<never>((_resolve, rejected) => {
      reject = rejected;
    });
    const waiting = abortable(late, controller.signal);
    controller.abort(REASON);
    await expect(waiting).rejects.toBe(REASON);
    reject?.(FAILURE);
    await setImmediate();
    expect(unhandled).not.toHaveBeenCalled();
  });

  it('leaves no listener on the signal, which may be long-lived', async () => {
    const { signal } = new AbortController();
    const listened = new Map<unknown, string>();
    vi.spyOn(signal, 'addEventListener').mockImplementation((type, listener) => void listened.set(listener, type));
    vi.spyOn(signal, 'removeEventListener').mockImplementation((type, listener) => {
      if (listened.get(listener) === type) listened.delete(listener);
    });
    const waiting = abortable(setImmediate('value'), signal);
    expect([...listened.values()]).toEqual(['abort']);
    await expect(waiting).resolves.toBe('value');
    expect(listened).toEqual(new Map());
  });
});
