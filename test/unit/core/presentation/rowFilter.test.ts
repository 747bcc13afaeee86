import { describe, expect, it } from 'vitest';
import { createRowFilter } from '../../../../src/core/presentation/rowFilter';
import {
  aFailure,
  aProvider,
  aReading,
  mappedTo,
  notMapped,
  SERVICE_PROVIDER,
  SKILL,
  skillsNamed,
} from '../../../support/builders';

const skills = skillsNamed({ [SKILL]: 'Zimmerruf Gäste' });
const hotel = aProvider(SERVICE_PROVIDER, { name: 'Grand Hôtel' });
const mapped = { lastKnown: aReading(mappedTo(SKILL)) };

describe('a filter', () => {
  it.each(['', 'grand', 'D HÔT', SERVICE_PROVIDER, '5A2B6C1E', SKILL, '7d9ef6a0', 'zimmerruf', 'F GÄ'])(
    'matches a row with “%s”',
    (text) => {
      expect(createRowFilter(text, skills)(hotel, mapped)).toBe(true);
    },
  );

  it.each(['villa', '93c1e2d4', '.*'])('does not match a row without “%s”', (text) => {
    expect(createRowFilter(text, skills)(hotel, mapped)).toBe(false);
  });

  it('matches the last known skill while the current one is unknown', () => {
    expect(createRowFilter('7d9ef6a0', skills)(hotel, { ...mapped, readError: aFailure('network') })).toBe(true);
    expect(createRowFilter('7d9ef6a0', skills)(hotel, { lastKnown: aReading(notMapped) })).toBe(false);
    expect(createRowFilter('7d9ef6a0', skills)(aProvider(), {})).toBe(false);
  });
});
