import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSameSkillId } from '../../../../src/core/model/identifiers';
import { suggestSkills, skillOffers } from '../../../../src/core/presentation/skillSuggestions';
import { anyText } from '../../../support/arbitraries';
import { OTHER_SKILL, SKILL, skillsNamed, THIRD_SKILL } from '../../../support/builders';

describe('the suggested skills for a mapping', () => {
  it('start with the most used and their providers, then recent ones, newest first', () => {
    const mapped = [
      { name: 'Seattle', skillId: SKILL },
      { name: 'Roma', skillId: OTHER_SKILL },
      { name: 'London', skillId: OTHER_SKILL },
    ];
    expect(suggestSkills(mapped, ['b', SKILL, 'a'], skillsNamed())).toEqual([
      { skillId: OTHER_SKILL, mappedBy: ['Roma', 'London'] },
      { skillId: SKILL, mappedBy: ['Seattle'] },
      { skillId: 'b', mappedBy: [], isRecent: true },
      { skillId: 'a', mappedBy: [], isRecent: true },
    ]);
  });

  it('omit the current skill, in either format', () => {
    const mapped = [{ name: 'Seattle', skillId: SKILL }];
    expect(suggestSkills(mapped, [OTHER_SKILL], skillsNamed(), SKILL)).toEqual([
      { skillId: OTHER_SKILL, mappedBy: [], isRecent: true },
    ]);
    const otherForm = SKILL.replace('amzn1.ask.skill.', 'amzn1.alexa.skill.did.');
    expect(suggestSkills(mapped, [], skillsNamed(), otherForm)).toEqual([]);
  });

  it('begin with those of the workspace, and end with those that the settings name', () => {
    const skills = skillsNamed({ [OTHER_SKILL]: 'Concierge', [SKILL]: 'Guest Calling' });
    const source = { folder: 'calling', profile: 'default' };
    skills.setWorkspaceSkills([{ id: THIRD_SKILL, source }]);
    const otherForm = THIRD_SKILL.replace('amzn1.ask.skill.', 'amzn1.alexa.skill.did.');
    const mapped = [
      { name: 'Seattle', skillId: SKILL },
      { name: 'Roma', skillId: otherForm },
    ];
    expect(suggestSkills(mapped, [], skills)).toEqual([
      { skillId: THIRD_SKILL, source, mappedBy: ['Roma'] },
      { skillId: SKILL, name: 'Guest Calling', mappedBy: ['Seattle'] },
      { skillId: OTHER_SKILL, name: 'Concierge', mappedBy: [] },
    ]);
  });

  it('contain each skill once', () => {
    const id = fc.constantFrom(SKILL, OTHER_SKILL, THIRD_SKILL, 'x', 'y');
    const mapped = fc.array(fc.record({ name: fc.string(), skillId: id }));
    fc.assert(
      fc.property(mapped, fc.uniqueArray(id), fc.option(id, { nil: undefined }), (uses, used, current) => {
        const offered = suggestSkills(uses, used, skillsNamed(), current).map(({ skillId }) => skillId);
        const wanted = new Set([...uses.map(({ skillId }) => skillId), ...used].filter((each) => each !== current));
        expect(offered).toHaveLength(wanted.size);
        expect(new Set(offered)).toEqual(wanted);
        if (current !== undefined) expect(offered.some((each) => isSameSkillId(each, current))).toBe(false);
      }),
    );
  });
});

describe('the suggestions for a text', () => {
  const SEATTLE = { skillId: SKILL, mappedBy: ['Hotel Aurora', 'Hotel Seattle', 'Zürich'] };
  const ROMA = { skillId: OTHER_SKILL, mappedBy: ['İstanbul', 'Roma'] };
  const ODD = { skillId: 'my-skill-12', mappedBy: [] };
  const choices = [SEATTLE, ROMA, ODD];
  const words = (text: string, known = choices) =>
    skillOffers(text, known).map((offer) => {
      switch (offer.type) {
        case 'known':
          return offer.choice.skillId;
        case 'inside':
          return `${offer.asks ? 'ask inside' : 'inside'} ${offer.skillId}`;
        case 'typed':
          return `${offer.asks ? 'ask' : 'use'} ${offer.skillId}`;
        case 'invalid':
          return 'invalid';
      }
    });

  it('are all known skills, in order, for an empty text', () => {
    expect(words(' ')).toEqual([SKILL, OTHER_SKILL, 'my-skill-12']);
    expect(words('', [])).toEqual([]);
  });

  it.each([
    ['seattle', SKILL],
    ['SEATTLE', SKILL],
    ['Zu\u0308rich', SKILL],
    ['istanbul', OTHER_SKILL],
    ['93c1e2d4', OTHER_SKILL],
    ['my-skill-1', 'my-skill-12'],
  ])('begin with what matches “%s”, which is used as an ID only last and after a confirmation', (typed, skillId) => {
    expect(words(typed)).toEqual([skillId, `ask ${typed}`]);
  });

  it('find a skill by its own name, and by its project', () => {
    const source = { folder: 'guests/calling', profile: 'live' };
    const known = [{ skillId: SKILL, name: 'Zimmerruf', source, mappedBy: [] }];
    for (const text of ['zimmer', 'guests/calling', 'live zimmerruf']) expect(words(text, known)[0]).toBe(SKILL);
  });

  it('show the name for which a skill was found', () => {
    expect(skillOffers('seattle', choices)[0]).toEqual({
      type: 'known',
      choice: { skillId: SKILL, mappedBy: ['Hotel Seattle', 'Hotel Aurora', 'Zürich'] },
    });
  });

  it('match several words', () => {
    expect(words('hotel aurora')).toEqual([SKILL]);
    expect(words('7d9ef6a0 zürich')).toEqual([SKILL]);
    expect(words('hotel nowhere')).toEqual(['invalid']);
  });

  it('are an ID in the known format immediately when nothing else contains it', () => {
    expect(words(THIRD_SKILL)).toEqual([`use ${THIRD_SKILL}`]);
    expect(words(` ${THIRD_SKILL} `)).toEqual([`use ${THIRD_SKILL}`]);
    expect(words('amzn1.ask.skill.1', [])).toEqual(['use amzn1.ask.skill.1']);
  });

  it('ask which one is meant when a known ID continues the text', () => {
    const LONGER = { skillId: 'amzn1.ask.skill.12', mappedBy: [] };
    expect(words('amzn1.ask.skill.1', [LONGER])).toEqual(['ask amzn1.ask.skill.1', 'amzn1.ask.skill.12']);
    expect(words('amzn1.ask.skill.12', [LONGER])).toEqual(['amzn1.ask.skill.12']);
    expect(words('amzn1.ask.skill.7d9ef6a0')).toEqual([SKILL, 'ask amzn1.ask.skill.7d9ef6a0']);
    expect(words('amzn1.ask.skill.')).toEqual([SKILL, OTHER_SKILL, 'ask amzn1.ask.skill.']);
  });

  it('are a known ID by itself, even when others contain it', () => {
    const SHORT = { skillId: 'my-skill-1', mappedBy: [] };
    expect(words('my-skill-1', [ODD, SHORT])).toEqual(['my-skill-1', 'my-skill-12']);
  });

  it('begin with the ID inside the text', () => {
    expect(words(`${THIRD_SKILL}",`)).toEqual([`inside ${THIRD_SKILL}`, `ask ${THIRD_SKILL}",`]);
    expect(words(`${SKILL}",`)).toEqual([SKILL, `ask ${SKILL}",`]);
    expect(words(`${THIRD_SKILL}\u200b`)).toEqual([`inside ${THIRD_SKILL}`, 'invalid']);
  });

  it('ask about an ID inside that may continue, and do not begin with it when it ends at a space', () => {
    expect(words('amzn1.ask.skill.aurora",')).toEqual([
      'ask inside amzn1.ask.skill.aurora',
      'ask amzn1.ask.skill.aurora",',
    ]);
    expect(words('amzn1.ask.skill.with space')).toEqual(['invalid', 'ask inside amzn1.ask.skill.with']);
    const SHORT = { skillId: 'amzn1.ask.skill.1', mappedBy: [] };
    expect(words('amzn1.ask.skill.1 2', [SHORT])).toEqual(['invalid', 'ask inside amzn1.ask.skill.1']);
  });

  it.each([
    ['a service provider', 'amzn1.comms.csp.id.aurora'],
    ['a service provider, cut off', 'amzn1.comms.csp.id.aur'],
    ['a Chime provider', 'amzn1.alexa.csp.id.aurora'],
    ['a security profile', 'amzn1.application-oa2-client.aurora'],
  ])('begin with the mistake when the text is the ID of %s, and never use it', (_what, typed) => {
    const AURORA = { skillId: SKILL, mappedBy: [`${typed}.1`, 'Hotel Aurora'] };
    expect(words(typed, [AURORA])).toEqual(['invalid', SKILL]);
    expect(words(typed, [])).toEqual(['invalid']);
    expect(words(`${typed}/${THIRD_SKILL}`, [])).toEqual([`inside ${THIRD_SKILL}`, 'invalid']);
    // A pick does not wrap a line.
    const [offer] = skillOffers(typed, []);
    expect(offer?.type === 'invalid' && offer.problem.length).toBeLessThan(75);
  });

  it('ask about an ID in an unknown format that nothing matches', () => {
    expect(words('portland')).toEqual(['ask portland']);
    expect(skillOffers('portland', choices)).toMatchObject([{ warning: /usually start/ }]);
  });

  it('never use a text in an unknown format without a confirmation, nor before a match', () => {
    fc.assert(
      fc.property(fc.oneof(anyText(20), fc.constantFrom(SKILL, THIRD_SKILL, `${SKILL}'`)), (typed) => {
        const offers = skillOffers(typed, choices);
        for (const [index, offer] of offers.entries()) {
          if (offer.type !== 'typed' || offer.warning === undefined) continue;
          expect(offer.asks).toBe(true);
          expect(index).toBe(offers.length - 1);
        }
      }),
    );
  });
});
