import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CallQueue } from '../../../../src/core/rateLimit/callQueue';

interface Item {
  readonly number: number;
  isOver: boolean;
}

describe('the queue of a rate limiter', () => {
  const act = fc.oneof(
    { weight: 3, arbitrary: fc.constant({ type: 'push' } as const) },
    { weight: 1, arbitrary: fc.constant({ type: 'putFirst' } as const) },
    { weight: 2, arbitrary: fc.constant({ type: 'take' } as const) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('giveUp' as const), which: fc.nat() }) },
  );

  it('returns what a list would, with any calls canceled in between', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
        const queue = new CallQueue<Item>();
        const list: Item[] = [];
        let count = 0;
        for (const each of acts) {
          const item = { number: count++, isOver: false };
          switch (each.type) {
            case 'push':
              queue.push(item);
              list.push(item);
              break;
            case 'putFirst':
              queue.unshift(item);
              list.unshift(item);
              break;
            case 'take':
              expect(queue.take()).toBe(list.shift());
              break;
            case 'giveUp': {
              const [given] = list.splice(each.which % Math.max(1, list.length), 1);
              if (!given) break;
              given.isOver = true;
              queue.discard();
            }
          }
          expect(queue.size).toBe(list.length);
        }
        for (const item of list) expect(queue.take()).toBe(item);
        expect(queue.take()).toBeUndefined();
      }),
    );
  });

  it('keeps its order when it drops the entries that were taken', () => {
    const queue = new CallQueue<Item>();
    for (let number = 0; number < 5_000; number++) queue.push({ number, isOver: false });
    const taken = Array.from({ length: 5_000 }, () => queue.take()?.number);
    expect(taken).toEqual(Array.from({ length: 5_000 }, (_, number) => number));
  });
});
