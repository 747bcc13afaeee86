import { describe, expect, it } from 'vitest';
import { formatAge, formatTime } from '../../../../src/core/text/relativeTime';

const noon = new Date(2026, 4, 17, 12, 5).getTime();

describe('when a mapping was last read', () => {
  it('is a time of day while it is the same day', () => {
    expect(formatTime(noon, noon + 3_600_000, 'en')).toMatch(/^12:05\sPM$/u);
  });

  it('has its date on any other day, since a time alone would seem recent', () => {
    expect(formatTime(noon, noon + 86_400_000, 'en')).toMatch(/^5\/17\/26, 12:05\sPM$/u);
  });

  it('follows the display language', () => {
    expect(formatTime(noon, noon, 'de')).toBe('12:05');
  });
});

describe('how long ago a mapping was read', () => {
  const MINUTE = 60_000;

  it.each([
    [MINUTE, '1 min. ago'],
    [59.9 * MINUTE, '59 min. ago'],
    [60 * MINUTE, '1 hr. ago'],
    [23.9 * 60 * MINUTE, '23 hr. ago'],
    [24 * 60 * MINUTE, '1 day ago'],
    [30 * 24 * 60 * MINUTE, '30 days ago'],
  ])('%d ms: %s', (past, text) => {
    expect(formatAge(noon, noon + past, 'en')).toBe(text);
  });

  it.each([0, MINUTE - 1, -MINUTE])('%d ms is not shown', (past) => {
    expect(formatAge(noon, noon + past, 'en')).toBeUndefined();
  });

  it('follows the display language', () => {
    expect(formatAge(noon, noon + 3 * MINUTE, 'de')).toBe('vor 3 Min.');
  });
});
