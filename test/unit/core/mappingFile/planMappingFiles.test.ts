import { describe, expect, it } from 'vitest';
import {
  countPlan,
  DEFAULT_MAX_CHANGES_PERCENT,
  excessOf,
  planMappingFiles,
  planReviewed,
} from '../../../../src/core/mappingFile/planMappingFiles';
import type { DesiredMapping } from '../../../../src/core/mappingFile/resolveMappingFiles';
import type { NetworkMapping } from '../../../../src/core/model/networkMapping';
import type { CurrentMapping } from '../../../../src/core/operations/currentMappings';
import { aFailure, mappedTo, notMapped, OTHER_SKILL, SKILL, THIRD_SKILL } from '../../../support/builders';

const OTHER_FORM = SKILL.replace('amzn1.ask.skill.', 'amzn1.alexa.skill.did.');
const SENDER = { endpoint: 'https://api.example.com', account: 'default', session: 'session' };

const want = (serviceProviderId: string, target: NetworkMapping): DesiredMapping => ({
  serviceProviderId,
  target,
  places: [],
});
const read = (serviceProviderId: string, mapping: NetworkMapping): CurrentMapping => ({
  serviceProviderId,
  name: serviceProviderId,
  type: 'read',
  mapping,
  sender: SENDER,
});

describe('the plan of mapping files', () => {
  it('creates, remaps, and deletes only what is absent', () => {
    const plan = planMappingFiles(
      [
        want('create', mappedTo(SKILL)),
        want('remap', mappedTo(SKILL)),
        want('same', mappedTo(SKILL)),
        want('otherForm', mappedTo(SKILL)),
        want('delete', notMapped),
        want('gone', notMapped),
        want('unread', mappedTo(SKILL)),
      ],
      [
        read('create', notMapped),
        read('remap', mappedTo(OTHER_SKILL)),
        read('same', mappedTo(SKILL)),
        read('otherForm', mappedTo(OTHER_FORM)),
        read('delete', mappedTo(OTHER_SKILL)),
        read('gone', notMapped),
        { serviceProviderId: 'unread', name: 'unread', type: 'failed', failure: aFailure('timeout') },
      ],
    );
    expect(plan.changes.map(({ change, replaces }) => [change, replaces])).toEqual([
      [{ operation: 'create', serviceProviderId: 'create', skillId: SKILL }, notMapped],
      [{ operation: 'update', serviceProviderId: 'remap', skillId: SKILL }, mappedTo(OTHER_SKILL)],
      [{ operation: 'delete', serviceProviderId: 'delete' }, mappedTo(OTHER_SKILL)],
    ]);
    expect(plan.skipped.map(({ serviceProviderId, reason }) => [serviceProviderId, reason])).toEqual([
      ['same', 'sameSkill'],
      ['otherForm', 'sameSkill'],
      ['gone', 'notMapped'],
    ]);
    expect(plan.unreadable).toHaveLength(1);
    expect(countPlan(plan)).toEqual({ create: 1, remap: 1, delete: 1, unchanged: 3, mapped: 4 });
  });
});

describe('a reviewed plan', () => {
  it('leaves alone what was changed since, unless it is as wanted already', () => {
    const change = (serviceProviderId: string) => ({ operation: 'update', serviceProviderId, skillId: SKILL }) as const;
    const reviewed = ['asReviewed', 'otherwise', 'done'].map((id) => ({
      change: change(id),
      replaces: mappedTo(OTHER_SKILL),
    }));
    const plan = planReviewed(reviewed, [
      read('asReviewed', mappedTo(OTHER_SKILL)),
      read('otherwise', mappedTo(THIRD_SKILL)),
      read('done', mappedTo(OTHER_FORM)),
      read('not in it', mappedTo(SKILL)),
    ]);
    expect(plan.changes.map((each) => each.change)).toEqual([change('asReviewed')]);
    expect(plan.skipped.map(({ serviceProviderId, reason }) => [serviceProviderId, reason])).toEqual([
      ['otherwise', 'changedMeanwhile'],
      ['done', 'sameSkill'],
      ['not in it', 'changedMeanwhile'],
    ]);
  });
});

describe('the threshold', () => {
  const counts = (remap: number, deleted: number, mapped: number) => ({
    create: 100,
    remap,
    delete: deleted,
    unchanged: 0,
    mapped,
  });

  it.each([
    [0, 0, 0, undefined],
    [9, 0, 9, undefined],
    [3, 0, 10, undefined],
    [2, 2, 10, 40],
    [0, 31, 100, 31],
    [0, 301, 1000, 31],
  ])('%i remaps and %i deletes of %i mapped ones exceed it by %s', (remap, deleted, mapped, percent) => {
    expect(excessOf(counts(remap, deleted, mapped), DEFAULT_MAX_CHANGES_PERCENT)).toBe(percent);
  });

  it('can be another one', () => {
    expect(excessOf(counts(4, 0, 10), 40)).toBeUndefined();
    expect(excessOf(counts(1, 0, 10), 0)).toBe(10);
  });
});
