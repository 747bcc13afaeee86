import { expect, it } from 'vitest';
import { idealMs, type Limit } from '../../bench/pacing/limit';

const steady: Limit = { burst: 20, stages: [{ fromS: 0, perSecond: 50 }] };
const falling: Limit = {
  burst: 20,
  stages: [
    { fromS: 0, perSecond: 50 },
    { fromS: 10, perSecond: 10 },
    { fromS: 20, perSecond: 50 },
  ],
};

it.each([
  ['no more than the burst', steady, 20, 0],
  ['one call more than the burst', steady, 21, 20],
  ['many', steady, 1_000, 19_600],
  ['calls within the first stage', falling, 520, 10_000],
  ['calls that reach the second stage', falling, 570, 15_000],
  ['calls that reach the third stage', falling, 1_000, 27_600],
])('the minimum time for %s is as calculated', (_, limit, requests, expected) => {
  expect(idealMs(limit, requests)).toBe(expected);
});

it('rejects a limit that allows nothing in the end', () => {
  expect(() => idealMs({ burst: 1, stages: [{ fromS: 0, perSecond: 0 }] }, 2)).toThrow(
    'last stage of a limit must admit',
  );
});
