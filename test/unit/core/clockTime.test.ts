import { describe, expect, it } from 'vitest';
import { clockTime } from '../../../src/core/clockTime';

const noon = new Date(2026, 4, 17, 12, 5).getTime();

describe('when a mapping was last read', () => {
  it('is a time of day while it is the same day', () => {
    expect(clockTime(noon, noon + 3_600_000, 'en')).toMatch(/^12:05\sPM$/u);
  });

  it('has its date on any other day, since a time alone would look recent', () => {
    expect(clockTime(noon, noon + 86_400_000, 'en')).toMatch(/^5\/17\/26, 12:05\sPM$/u);
  });

  it('follows the language of the editor', () => {
    expect(clockTime(noon, noon, 'de')).toBe('12:05');
  });
});
