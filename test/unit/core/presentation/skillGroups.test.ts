import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowState, type ProviderStatus } from '../../../../src/core/mappings/providerStatus';
import { groupKeyOf, SkillGroups, type GroupKey } from '../../../../src/core/presentation/skillGroups';
import {
  aFailure,
  aReading,
  mappedTo,
  notMapped,
  OTHER_SKILL,
  SKILL,
  skillsNamed,
  THIRD_SKILL,
} from '../../../support/builders';

const known = aReading(mappedTo(SKILL));
const readError = aFailure('network');

describe('the group of a row', () => {
  it.each<[string, ProviderStatus, boolean | undefined, GroupKey]>([
    ['its skill', { lastKnown: known }, true, mappedTo(SKILL)],
    ['not mapped', { lastKnown: aReading(notMapped) }, true, notMapped],
    [
      'not read before it is known what a 404 means',
      { lastKnown: aReading(notMapped), existence: { type: 'pending' } },
      true,
      { type: 'notRead' },
    ],
    [
      'unknown',
      { lastKnown: aReading(notMapped), existence: { type: 'unknown', failure: readError } },
      true,
      { type: 'unknownProvider' },
    ],
    ['its skill during a re-read', { lastKnown: known, inFlight: 'get' }, true, mappedTo(SKILL)],
    ['its skill while it is remapped', { lastKnown: known, inFlight: 'update' }, true, mappedTo(SKILL)],
    ['its skill while it is queued', { lastKnown: known, queued: 'update' }, true, mappedTo(SKILL)],
    ['its skill until another session has read it', { lastKnown: known, stale: true }, true, mappedTo(SKILL)],
    ['could not be read, whatever was known before', { lastKnown: known, readError }, true, { type: 'unreadable' }],
    ['could not be read while that is tried again', { readError, inFlight: 'get' }, true, { type: 'unreadable' }],
    ['signed out', { lastKnown: known, readError }, false, { type: 'signedOut' }],
    ['not read yet', {}, true, { type: 'notRead' }],
    ['not read yet while the session is unknown', {}, undefined, { type: 'notRead' }],
    ['not read yet while it is read', { inFlight: 'get' }, true, { type: 'notRead' }],
  ])('is: %s', (_, status, signedIn, place) => {
    expect(groupKeyOf(status, rowState(status, signedIn))).toEqual(place);
  });
});

/** The groups with their members, from top to bottom. */
function contents(groups: SkillGroups): [string, ...string[]][] {
  return groups.groups.map(({ place, ids }) => [place.type === 'mapped' ? place.skillId : place.type, ...ids]);
}

describe('groups of service providers', () => {
  it('are the skills ordered by ID, followed by unmapped providers', () => {
    const groups = new SkillGroups(['a', 'b', 'c', 'd', 'e', 'f', 'g'], skillsNamed());
    groups.assign('a', { type: 'notRead' });
    groups.assign('b', { type: 'signedOut' });
    groups.assign('c', { type: 'unreadable' });
    groups.assign('d', notMapped);
    groups.assign('e', mappedTo(OTHER_SKILL));
    groups.assign('f', mappedTo(OTHER_SKILL));
    groups.assign('g', mappedTo(SKILL));
    expect(contents(groups)).toEqual([
      [SKILL, 'g'],
      [OTHER_SKILL, 'e', 'f'],
      ['notMapped', 'd'],
      ['unreadable', 'c'],
      ['signedOut', 'b'],
      ['notRead', 'a'],
    ]);
    expect(groups.size).toBe(7);
  });

  it('keep the order of the list, in whatever order their members are added', () => {
    const groups = new SkillGroups(['a', 'b', 'c'], skillsNamed());
    for (const id of ['c', 'a']) groups.assign(id, notMapped);
    expect(contents(groups)).toEqual([['notMapped', 'a', 'c']]);
    groups.assign('b', notMapped);
    expect(contents(groups)).toEqual([['notMapped', 'a', 'b', 'c']]);
  });

  it('have the index of each member, with unlisted ones first', () => {
    const groups = new SkillGroups(['a', 'b'], skillsNamed());
    for (const id of ['b', 'a', 'new']) groups.assign(id, notMapped);
    expect(groups.groupOf('new')).toBe(groups.groups[0]);
    expect(groups.groupOf('other')).toBeUndefined();
    expect(groups.groups[0]).toMatchObject({ type: 'group', ids: ['new', 'a', 'b'], size: 3 });
  });

  it('contain a skill once, in any format and letter case of its ID', () => {
    const groups = new SkillGroups(['a', 'b', 'c'], skillsNamed());
    const uuid = SKILL.slice('amzn1.ask.skill.'.length);
    groups.assign('a', mappedTo(SKILL));
    expect(groups.assign('b', mappedTo(`amzn1.alexa.skill.did.${uuid.toUpperCase()}`)).groupsChanged).toBe(false);
    // In an unknown format, so not known to be the same skill.
    groups.assign('c', mappedTo(`another.form.${uuid}`));
    expect(contents(groups)).toEqual([
      [SKILL, 'a', 'b'],
      [`another.form.${uuid}`, 'c'],
    ]);
  });

  it('return the difference after each move', () => {
    const groups = new SkillGroups(['a', 'b', 'c'], skillsNamed());
    for (const id of ['a', 'b']) groups.assign(id, mappedTo(SKILL));
    groups.assign('c', mappedTo(OTHER_SKILL));
    const [skill, other] = groups.groups;
    expect(groups.assign('a', mappedTo(SKILL))).toEqual({ from: skill, to: skill, groupsChanged: false });
    expect(groups.assign('a', mappedTo(OTHER_SKILL))).toEqual({ from: skill, to: other, groupsChanged: false });
    expect(groups.assign('b', mappedTo(OTHER_SKILL)), 'the last one leaves').toMatchObject({ groupsChanged: true });
    expect(groups.assign('b', mappedTo(THIRD_SKILL)), 'a new one').toMatchObject({ from: other, groupsChanged: true });
    expect(groups.assign('b', undefined), 'filtered out').toMatchObject({ to: undefined, groupsChanged: true });
    expect(groups.assign('b', undefined)).toEqual({ from: undefined, to: undefined, groupsChanged: false });
    expect(contents(groups)).toEqual([[OTHER_SKILL, 'a', 'c']]);
    expect([...groups.ids].sort()).toEqual(['a', 'c']);
  });

  it('count their members by state, also in a single group for all', () => {
    const groups = new SkillGroups(['a', 'b', 'c'], skillsNamed());
    groups.assign('a', { type: 'list' }, 'mapped');
    groups.assign('b', { type: 'list' }, 'mapped');
    groups.assign('b', { type: 'list' }, 'unreadable');
    groups.assign('c', { type: 'list' }, 'notMapped');
    groups.assign('c', undefined, 'notMapped');
    expect(
      ['mapped', 'unreadable', 'notMapped', 'list'].map((state) => groups.count(state as GroupKey['type'])),
    ).toEqual([1, 1, 0, 0]);
  });

  it('are the same after any moves as if everything had been added at once', () => {
    const ids = ['a', 'b', 'c', 'd', 'e'];
    const place = fc.constantFrom<GroupKey | undefined>(
      undefined,
      mappedTo(SKILL),
      mappedTo(OTHER_SKILL),
      notMapped,
      { type: 'unreadable' },
      { type: 'list' },
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...ids), place)), (moves) => {
        const moved = new SkillGroups(ids, skillsNamed());
        for (const [id, to] of moves) {
          const before = moved.groups;
          const { from, groupsChanged } = moved.assign(id, to);
          expect(groupsChanged).toBe(
            String(before.map(({ key }) => key)) !== String(moved.groups.map(({ key }) => key)),
          );
          expect(before.includes(from as never)).toBe(from !== undefined);
        }
        const last = new Map(moves);
        const atOnce = new SkillGroups(ids, skillsNamed());
        for (const id of ids) atOnce.assign(id, last.get(id));
        expect(contents(moved)).toEqual(contents(atOnce));
        expect(moved.size).toBe([...last.values()].filter(Boolean).length);
        for (const state of ['mapped', 'notMapped', 'unreadable', 'list'] as const) {
          expect(moved.count(state)).toBe([...last.values()].filter((to) => to?.type === state).length);
        }
      }),
    );
  });
});

describe('groups with another key prefix', () => {
  it('have other keys, so that a collapsed group is expanded while the list is filtered', () => {
    const keys = ['', 'filtered '].map((prefix) => {
      const groups = new SkillGroups(['a', 'b'], skillsNamed(), prefix);
      groups.assign('a', mappedTo(SKILL));
      groups.assign('b', notMapped);
      return groups.groups.map(({ key }) => key);
    });
    expect(new Set(keys.flat()).size).toBe(4);
  });

  it('recognize their own keys', () => {
    const groups = new SkillGroups(['a'], skillsNamed(), 'filtered ');
    const { to } = groups.assign('a', mappedTo(SKILL));
    expect(to && groups.isIn(to, mappedTo(SKILL))).toBe(true);
    expect(to && groups.isIn(to, mappedTo(OTHER_SKILL))).toBe(false);
    expect(to && groups.isIn(to, notMapped)).toBe(false);
  });
});

it.each([
  ['de', [SKILL, OTHER_SKILL]],
  ['sv', [OTHER_SKILL, SKILL]],
])(
  'orders the groups of skills by name as in the language %s, those without a name after them by ID',
  (language, named) => {
    const names = { [SKILL]: 'Öffnungszeiten', [OTHER_SKILL]: 'Zimmerruf' };
    const groups = new SkillGroups(['a', 'b', 'c', 'd', 'e'], skillsNamed(names), '', language);
    const skills = [`${THIRD_SKILL}2`, OTHER_SKILL, THIRD_SKILL, SKILL];
    for (const [index, skillId] of skills.entries()) groups.assign('abcd'[index] ?? '', mappedTo(skillId));
    groups.assign('e', notMapped);
    const places = groups.groups.map(({ place }) => (place.type === 'mapped' ? place.skillId : place.type));
    expect(places).toEqual([...named, THIRD_SKILL, `${THIRD_SKILL}2`, 'notMapped']);
  },
);
