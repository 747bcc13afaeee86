import { describe, expect, it, vi } from 'vitest';
import { OUTAGE, QueuedCall, type AttemptResult, type MakeAttempt } from '../../../../src/core/rateLimit/queuedCall';
import { CallQueue } from '../../../../src/core/rateLimit/callQueue';

const REASON = new Error('given up');
const refused: AttemptResult<string> = { value: 'throttled', verdict: { type: 'throttled', waitMs: 0 }, retry: true };

function calls(...signals: readonly (AbortSignal | undefined)[]) {
  const queue = new CallQueue<QueuedCall<unknown>>();
  const attempt = vi.fn<MakeAttempt<string>>(() => Promise.resolve(refused));
  const made = signals.map((signal) => new QueuedCall(attempt, queue, { signal, queueTimeoutMs: 1, sinceMs: 0 }));
  return { queue, attempt, made };
}

describe('a queued call', () => {
  it('waits behind all others, or before them', () => {
    const { queue, made } = calls(undefined, undefined, undefined);
    const [one, two, three] = made;
    one?.wait('last');
    two?.wait('last');
    three?.wait('first');
    expect([queue.take(), queue.take(), queue.take()]).toEqual([three, one, two]);
  });

  it('loses its slot when it is canceled, and no other does', async () => {
    const controller = new AbortController();
    const { queue, made } = calls(controller.signal, undefined, undefined);
    const [one, two, three] = made;
    for (const call of made) call.wait('last');
    controller.abort(REASON);
    await expect(one?.result).rejects.toBe(REASON);
    expect(queue.size).toBe(2);
    expect([queue.take(), queue.take(), queue.take()]).toEqual([two, three, undefined]);
  });

  it('takes no other call’s slot when it is canceled while not queued', async () => {
    const controller = new AbortController();
    const { queue, made } = calls(controller.signal, undefined);
    const [one, two] = made;
    two?.wait('last');
    controller.abort(REASON);
    await expect(one?.result).rejects.toBe(REASON);
    expect([queue.size, queue.take()]).toEqual([1, two]);
  });

  it.each(['waits', 'rests', 'is in flight as a read'])('is ended in an outage while it %s', async (where) => {
    const queue = new CallQueue<QueuedCall<unknown>>();
    const onOver = vi.fn();
    let end: (ended: AttemptResult<string>) => void = () => undefined;
    const attempt = () => new Promise<AttemptResult<string>>((resolve) => (end = resolve));
    const call = new QueuedCall(attempt, queue, { queueTimeoutMs: 1, sinceMs: 0, isRead: true, onOver });
    if (where === 'waits') call.wait('last');
    const read = where === 'is in flight as a read' ? call.attempt() : undefined;
    call.endInOutage();
    expect(await call.result).toBe(OUTAGE);
    expect([queue.size, call.isOver]).toEqual([0, true]);
    // What the attempt returns after that changes nothing.
    end(refused);
    await read;
    call.end('late');
    expect(call.isOver).toBe(true);
    expect(onOver).toHaveBeenCalledTimes(1);
  });

  it('is not ended in an outage while a change is in flight, since only its response has the outcome', async () => {
    const queue = new CallQueue<QueuedCall<unknown>>();
    const call = new QueuedCall(() => Promise.resolve(refused), queue, { queueTimeoutMs: 1, sinceMs: 0 });
    const read = call.attempt();
    call.endInOutage();
    expect(call.isOver).toBe(false);
    call.end((await read).value);
    expect(await call.result).toBe('throttled');
  });

  it('lets its attempts know whether it has waited; an attempt counts as a wait', async () => {
    const { attempt, made } = calls(undefined, undefined);
    const [atOnce, later] = made;
    atOnce?.markQueued();
    await atOnce?.attempt();
    await atOnce?.attempt();
    later?.wait('last');
    later?.markQueued();
    await later?.attempt();
    expect(attempt.mock.calls).toEqual([[false], [true], [true]]);
  });
});
