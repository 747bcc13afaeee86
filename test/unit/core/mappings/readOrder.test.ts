import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReadOrder } from '../../../../src/core/mappings/readOrder';

const take = (order: ReadOrder, count: number) => Array.from({ length: count }, () => order.next().value);

describe('the order of reads', () => {
  it('is that of the list, and then what is preferred, once each', () => {
    const order = new ReadOrder(['1', '2', '3', '4', '5', '6', '7']);
    expect(take(order, 2)).toEqual(['1', '2']);
    order.prefer(['5', '2', '6', 'not in the list']);
    expect(take(order, 1)).toEqual(['5']);
    expect(order.size).toBe(4);
    order.prefer(['7', '6']);
    expect([...order]).toEqual(['7', '6', '3', '4']);
    expect([order.size, order.next().done]).toEqual([0, true]);
  });

  it('returns one again after those that are preferred, and before the rest', () => {
    const order = new ReadOrder(['1', '2', '3', '4']);
    order.prefer(['1', '2']);
    expect(take(order, 1)).toEqual(['1']);
    order.repeat('1');
    expect(order.size).toBe(4);
    expect(take(order, 2)).toEqual(['2', '1']);
    order.prefer(['4']);
    order.repeat('2');
    expect([...order]).toEqual(['4', '2', '3']);
    order.repeat('3');
    expect([order.size, ...take(order, 2)]).toEqual([1, '3', undefined]);
  });

  it('contains each service provider once, whatever is preferred', () => {
    const ids = fc.uniqueArray(fc.nat(20).map(String), { minLength: 1 });
    fc.assert(
      fc.property(ids, fc.array(fc.tuple(fc.nat(3), ids), { maxLength: 5 }), (all, preferences) => {
        const order = new ReadOrder(all);
        const read: (string | undefined)[] = [];
        for (const [count, preferred] of preferences) {
          read.push(...take(order, Math.min(count, order.size)));
          order.prefer(preferred);
        }
        expect([...read, ...order].sort()).toEqual([...all].sort());
      }),
    );
  });
});
