import { describe, expect, it } from 'vitest';
import { statesText } from '../../../../src/core/presentation/filterStates';
import { createRowFilter, type FilterState } from '../../../../src/core/presentation/rowFilter';
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
      expect(createRowFilter(text, skills)(hotel, mapped, 'mapped')).toBe(true);
    },
  );

  it.each(['villa', '93c1e2d4', '.*'])('does not match a row without “%s”', (text) => {
    expect(createRowFilter(text, skills)(hotel, mapped, 'mapped')).toBe(false);
  });

  it('matches the last known skill while the current one is unknown', () => {
    expect(
      createRowFilter('7d9ef6a0', skills)(hotel, { ...mapped, readError: aFailure('network') }, 'unreadable'),
    ).toBe(true);
    expect(createRowFilter('7d9ef6a0', skills)(hotel, { lastKnown: aReading(notMapped) }, 'notMapped')).toBe(false);
    expect(createRowFilter('7d9ef6a0', skills)(aProvider(), {}, 'notRead')).toBe(false);
  });

  it.each([
    ['mapped', ['mapped']],
    ['Not Mapped', ['notMapped']],
    ['unknown', ['unknownProvider']],
    ['error', ['unreadable']],
    ['signed out', ['signedOut']],
    ['map', []],
    ['apped', []],
  ] as const)('matches rows in the state “%s”', (text, states) => {
    const matches = createRowFilter(text, skills);
    const all = ['mapped', 'notMapped', 'unknownProvider', 'unreadable', 'signedOut', 'notRead'] as const;
    expect(all.filter((state) => matches(hotel, {}, state))).toEqual(states);
  });

  it('matches rows with the word of a state in their name, too', () => {
    const mapRoom = aProvider(SERVICE_PROVIDER, { name: 'The Mapped Room' });
    expect(createRowFilter('mapped', skills)(mapRoom, {}, 'notMapped')).toBe(true);
  });
});

describe('the states to filter by', () => {
  it('are those that rows have, with how many', () => {
    const counts = (...states: (readonly [FilterState | 'notRead', number])[]) => statesText(new Map(states), 'en');
    expect(counts(['notMapped', 1_234], ['mapped', 2], ['unreadable', 1], ['notRead', 5])).toBe(
      'Matches name, ID, skill, or one of these states: mapped (2), not mapped (1,234), error (1)',
    );
    expect(counts(['unknownProvider', 1], ['signedOut', 3])).toBe(
      'Matches name, ID, skill, or one of these states: unknown (1), signed out (3)',
    );
    expect(counts(['notRead', 5])).toBe('Matches name, ID, or skill.');
    expect(counts()).toBe('Matches name, ID, or skill.');
  });
});
