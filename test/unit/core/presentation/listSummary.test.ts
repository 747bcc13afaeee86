import { describe, expect, it } from 'vitest';
import { listSummary, type ListState } from '../../../../src/core/presentation/listSummary';
import { aFailure } from '../../../support/builders';

const NOW_MS = Date.UTC(2026, 0, 1);
const LIST: ListState = {
  unread: 0,
  limitedForMs: -1,
  failing: undefined,
  filter: '',
  shown: 14,
  all: 14,
  counts: { mapped: 9, notMapped: 4, unknownProvider: 0, unreadable: 1 },
  readAtMs: NOW_MS - 1_000,
};
const summary = (state: Partial<ListState> = {}) => listSummary({ ...LIST, ...state }, NOW_MS, 'en');

describe('the line above the rows', () => {
  it.each([
    [{ mapped: 9, notMapped: 4, unknownProvider: 0, unreadable: 1 }, '9 mapped, 4 not mapped, 1 error'],
    [{ mapped: 1, notMapped: 1, unknownProvider: 0, unreadable: 2 }, '1 mapped, 1 not mapped, 2 errors'],
    [{ mapped: 12_345, notMapped: 0, unknownProvider: 0, unreadable: 0 }, '12,345 mapped'],
    [{ mapped: 0, notMapped: 0, unknownProvider: 1, unreadable: 0 }, '1 unknown'],
    [{ mapped: 3, notMapped: 0, unknownProvider: 2, unreadable: 0 }, '3 mapped, 2 unknown'],
  ])('counts the rows by state: %o', (counts, text) => {
    expect(summary({ counts })).toBe(`${text} · Updated just now`);
  });

  it('counts no rows that are signed out or were not read', () => {
    expect(
      summary({ counts: { mapped: 0, notMapped: 0, unknownProvider: 0, unreadable: 0 }, readAtMs: Infinity }),
    ).toBe('');
  });

  it('calls nothing updated while no row shows a current mapping', () => {
    const counts = { mapped: 0, notMapped: 0, unknownProvider: 0, unreadable: 14 };
    expect(summary({ counts })).toBe('14 errors');
    expect(summary({ counts: { ...counts, unreadable: 0 } })).toBe('');
  });

  it('says how old the oldest mapping is', () => {
    expect(summary({ readAtMs: NOW_MS - 3 * 60_000 })).toBe('9 mapped, 4 not mapped, 1 error · Updated 3 min. ago');
  });

  it('says how much of a long list is left to read instead of counts that change all the time', () => {
    expect(summary({ unread: 1_234 })).toBe('Reading mappings: 1,234 left');
  });

  it('says what the filter shows, unless it hides all', () => {
    const counts = { mapped: 2, notMapped: 0, unknownProvider: 0, unreadable: 0 };
    expect(summary({ filter: 'H', shown: 2, counts })).toBe('“H”: 2 of 14 · 2 mapped · Updated just now');
    const none = { mapped: 0, notMapped: 0, unknownProvider: 0, unreadable: 0 };
    expect(summary({ filter: 'H', shown: 0, counts: none, readAtMs: Infinity })).toBe('');
  });

  it('says why rows cannot be read, and which part of the list', () => {
    const failure = aFailure('unavailable');
    const counts = { mapped: 0, notMapped: 0, unknownProvider: 0, unreadable: 14 };
    expect(summary({ failing: { failure, count: 14 }, counts, readAtMs: Infinity })).toBe(
      'The service is not available. Retrying automatically. · 14 errors',
    );
    expect(summary({ failing: { failure, count: 1 } })).toBe(
      'The service is not available (1 of 14). Retrying automatically. · 9 mapped, 4 not mapped, 1 error · Updated just now',
    );
  });

  it('counts down a rate limit, which explains the failures meanwhile', () => {
    const failing = { failure: aFailure('throttled'), count: 1 };
    expect(summary({ limitedForMs: 3_100, failing })).toMatch(/^Waiting 4 s: Amazon limits requests · 9 mapped/);
    expect(summary({ limitedForMs: 0 })).toMatch(/^9 mapped/);
  });
});
