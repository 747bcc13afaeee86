import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSameSkill } from '../../../src/core/identifiers';
import { rememberSkill, skillChoices, skillOnEnter } from '../../../src/core/skillChoices';
import { OTHER_SKILL, SKILL, THIRD_SKILL } from '../../support/builders';

describe('the skills offered for a mapping', () => {
  it('start with the most used and name who uses them, then those used before, newest first', () => {
    const mapped = [
      { name: 'Seattle', skillId: SKILL },
      { name: 'Roma', skillId: OTHER_SKILL },
      { name: 'London', skillId: OTHER_SKILL },
    ];
    expect(skillChoices(mapped, ['b', SKILL, 'a'])).toEqual([
      { skillId: OTHER_SKILL, mappedBy: ['Roma', 'London'] },
      { skillId: SKILL, mappedBy: ['Seattle'] },
      { skillId: 'b', mappedBy: [] },
      { skillId: 'a', mappedBy: [] },
    ]);
  });

  it('leave out the skill that is mapped now, in either form', () => {
    const mapped = [{ name: 'Seattle', skillId: SKILL }];
    expect(skillChoices(mapped, [OTHER_SKILL], SKILL)).toEqual([{ skillId: OTHER_SKILL, mappedBy: [] }]);
    const otherForm = SKILL.replace('amzn1.ask.skill.', 'amzn1.alexa.skill.did.');
    expect(skillChoices(mapped, [], otherForm)).toEqual([]);
  });

  it('are each offered once, whatever was mapped and used', () => {
    const id = fc.constantFrom(SKILL, OTHER_SKILL, THIRD_SKILL, 'x', 'y');
    const mapped = fc.array(fc.record({ name: fc.string(), skillId: id }));
    fc.assert(
      fc.property(mapped, fc.uniqueArray(id), fc.option(id, { nil: undefined }), (uses, used, current) => {
        const offered = skillChoices(uses, used, current).map(({ skillId }) => skillId);
        const wanted = new Set([...uses.map(({ skillId }) => skillId), ...used].filter((each) => each !== current));
        expect(offered).toHaveLength(wanted.size);
        expect(new Set(offered)).toEqual(wanted);
        if (current !== undefined) expect(offered.some((each) => isSameSkill(each, current))).toBe(false);
      }),
    );
  });
});

describe('the skill that Enter takes', () => {
  const LONGER = 'amzn1.ask.skill.12';
  const known = [LONGER, 'my-skill-12', 'my-skill-1'];

  it('is what is typed when that is an id itself, also where a known id contains it', () => {
    expect(skillOnEnter('amzn1.ask.skill.1', known)).toBe('amzn1.ask.skill.1');
    expect(skillOnEnter(LONGER, known)).toBe(LONGER);
    expect(skillOnEnter('my-skill-1', known)).toBe('my-skill-1');
  });

  it('is the first known one that holds what is typed, when that is no id of a known form', () => {
    expect(skillOnEnter('skill.1', known)).toBe(LONGER);
    expect(skillOnEnter('amzn1.ask.skill.', known)).toBe(LONGER);
    expect(skillOnEnter('my-', known)).toBe('my-skill-12');
  });

  it('is what is typed when nothing known holds it and it is usable, else none', () => {
    expect(skillOnEnter('other', known)).toBe('other');
    expect(skillOnEnter('with space', known)).toBeUndefined();
  });
});

describe('the skills used before', () => {
  it('begin with the one used last, hold each once, and are not kept for ever', () => {
    expect(rememberSkill(['a', 'b', 'c'], 'b')).toEqual(['b', 'a', 'c']);
    expect(rememberSkill([], 'a')).toEqual(['a']);
    const many = Array.from({ length: 30 }, (_, index) => `skill-${index}`);
    expect(rememberSkill(many, 'new')).toEqual(['new', ...many.slice(0, 19)]);
    expect(rememberSkill(['a', 'b'], 'c', 2)).toEqual(['c', 'a']);
  });
});
