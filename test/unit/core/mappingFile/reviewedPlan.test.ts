import { describe, expect, it } from 'vitest';
import { formatReviewedPlan, parseReviewedPlan, planHash } from '../../../../src/core/mappingFile/reviewedPlan';
import type { PlannedChange } from '../../../../src/core/operations/plan';
import { ACCESS_TOKEN, mappedTo, notMapped, OTHER_SKILL, SKILL } from '../../../support/builders';

const SCOPE = { endpoint: 'https://api.example.com', account: 'staging' };
const sender = { ...SCOPE, session: 'session' };

const CHANGES: readonly PlannedChange[] = [
  { change: { operation: 'create', serviceProviderId: 'b', skillId: SKILL }, replaces: notMapped, sender, name: 'B' },
  {
    change: { operation: 'update', serviceProviderId: 'a', skillId: SKILL },
    replaces: mappedTo(OTHER_SKILL),
    sender,
    name: 'a',
  },
  { change: { operation: 'delete', serviceProviderId: 'c' }, replaces: mappedTo(SKILL), sender, name: 'C' },
];

const text = formatReviewedPlan(CHANGES, SCOPE);
/** The file after a part of it was replaced. */
const edited = (search: string, replacement: string) => parseReviewedPlan(text.replace(search, replacement));

describe('a reviewed plan', () => {
  it('is read as it was written', () => {
    expect(parseReviewedPlan(text)).toEqual({
      hash: planHash(CHANGES, SCOPE),
      ...SCOPE,
      changes: CHANGES.map(({ change, replaces, name }) => ({
        change,
        replaces,
        ...(name !== change.serviceProviderId && { name }),
      })),
    });
  });

  it.each([
    ['a skill', SKILL, OTHER_SKILL],
    ['a service provider', '"serviceProviderId": "a"', '"serviceProviderId": "d"'],
    ['the endpoint', 'api.example.com', 'api.example.org'],
    ['the account', '"staging"', '"production"'],
    ['what is replaced', 'notMapped', 'mapped", "skillId": "x'],
    ['a change that is none', OTHER_SKILL, SKILL],
  ])('is refused after an edit of %s', (_, search, replacement) => {
    expect(edited(search, replacement)).toEqual({ problem: 'The plan was edited after it was made. Make a new one.' });
  });

  it.each([
    ['no JSON', '{', 'The plan is not valid JSON.'],
    [
      'another version',
      text.replace('"version": 1', '"version": 2'),
      'This is not a plan of this version. Make a new one.',
    ],
    [
      'a secret',
      text.replace('"B"', JSON.stringify(ACCESS_TOKEN)),
      'This is not a plan of this version. Make a new one.',
    ],
    ['an endpoint without TLS', text.replace('https:', 'http:'), 'This is not a plan of this version. Make a new one.'],
  ])('is refused if it is or has %s', (_, plan, problem) => {
    expect(parseReviewedPlan(plan)).toEqual({ problem });
  });
});

describe('the hash of a plan', () => {
  it('depends on what is sent, not on the order, the names or the form of the replaced ID', () => {
    const otherForm = mappedTo(OTHER_SKILL.replace('amzn1.ask.skill.', 'amzn1.alexa.skill.did.'));
    const same = CHANGES.map((each) => ({
      ...each,
      name: 'another',
      ...(each.name === 'a' && { replaces: otherForm }),
    }));
    expect(planHash(same.reverse(), SCOPE)).toBe(planHash(CHANGES, SCOPE));
  });

  it('differs for fewer changes, and for another endpoint or account', () => {
    const hashes = [
      planHash(CHANGES, SCOPE),
      planHash(CHANGES.slice(1), SCOPE),
      planHash(CHANGES, { ...SCOPE, endpoint: 'https://api.eu.example.com' }),
      planHash(CHANGES, { endpoint: SCOPE.endpoint }),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
    expect(hashes[0]).toMatch(/^[\da-f]{64}$/);
  });
});
