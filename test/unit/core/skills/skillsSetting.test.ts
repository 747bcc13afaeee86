import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseNamedSkills } from '../../../../src/core/skills/skillsSetting';
import { ACCESS_TOKEN, OTHER_SKILL, SKILL } from '../../../support/builders';

describe('the setting with the names of skills', () => {
  it('names the skills of its valid entries, in order', () => {
    const valid = [
      { id: OTHER_SKILL, name: 'Concierge' },
      { id: SKILL, name: 'Guest Calling' },
    ];
    const invalid = [
      null,
      SKILL,
      [SKILL, 'Calling'],
      { id: SKILL },
      { name: 'Calling' },
      { id: SKILL, name: 3 },
      { id: SKILL, name: ' \u200b ' },
      { id: '', name: 'Calling' },
      { id: 'a skill', name: 'Calling' },
      { id: SKILL, name: ACCESS_TOKEN },
      { id: ACCESS_TOKEN, name: 'Calling' },
    ];
    expect(parseNamedSkills([...invalid, ...valid])).toEqual(valid);
  });

  it('has names that are safe to display on one line', () => {
    const [skill] = parseNamedSkills([{ id: SKILL, name: `  Guest\n\u202eCalling ${'x'.repeat(200)}` }]);
    expect(skill?.name).toMatch(/^Guest Calling x{86}…$/);
  });

  it('may have any value', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(Array.isArray(parseNamedSkills(value))).toBe(true);
      }),
    );
    for (const value of [undefined, null, 'text', {}]) expect(parseNamedSkills(value)).toEqual([]);
  });
});
