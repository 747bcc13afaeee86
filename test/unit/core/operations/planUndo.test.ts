import { describe, expect, it } from 'vitest';
import type { MappingChangeRecord } from '../../../../src/core/history/changeRecord';
import type { NetworkMapping } from '../../../../src/core/model/networkMapping';
import type { CurrentMapping } from '../../../../src/core/operations/currentMappings';
import { planUndo } from '../../../../src/core/operations/planUndo';
import { mappedTo, notMapped, OTHER_SKILL, SKILL, THIRD_SKILL } from '../../../support/builders';

const HOTEL = 'amzn1.comms.csp.id.hotel';
const SENDER = { endpoint: 'https://api.example.com', account: 'default', session: 'session' };

function aRecord(id: string, target: NetworkMapping, more: Partial<MappingChangeRecord> = {}): MappingChangeRecord {
  return {
    id,
    operationId: 'operation',
    startedAtMs: 0,
    serviceProviderId: HOTEL,
    name: 'Hotel in the journal',
    endpoint: SENDER.endpoint,
    operation: 'update',
    target,
    completed: { id, completedAtMs: 1, result: 'succeeded', actual: target },
    ...more,
  };
}

const now = (mapping: NetworkMapping): CurrentMapping => ({
  type: 'read',
  serviceProviderId: HOTEL,
  name: 'Hotel',
  mapping,
  sender: SENDER,
});

describe('an undo', () => {
  it('restores the mapping from before the change', () => {
    const plan = planUndo([aRecord('1', mappedTo(SKILL), { before: mappedTo(OTHER_SKILL) })], [now(mappedTo(SKILL))]);
    expect(plan).toMatchObject({ kind: 'undo', skipped: [], unreadable: [] });
    expect(plan.changes).toMatchObject([
      {
        change: { operation: 'update', serviceProviderId: HOTEL, skillId: OTHER_SKILL },
        revertsChangeId: '1',
        replaces: mappedTo(SKILL),
        name: 'Hotel',
      },
    ]);
    expect(plan.changes[0]).not.toHaveProperty('changedSince');
  });

  it('of several changes of one service provider restores the mapping from before all of them', () => {
    const plan = planUndo(
      [
        aRecord('2', mappedTo(SKILL), { before: mappedTo(THIRD_SKILL) }),
        aRecord('1', mappedTo(THIRD_SKILL), { before: notMapped, operation: 'create' }),
      ],
      [now(mappedTo(SKILL))],
    );
    expect(plan.changes).toMatchObject([{ change: { operation: 'delete' }, revertsChangeId: '1' }]);
  });

  it('restores nothing at another endpoint than that of the change', () => {
    const record = aRecord('1', mappedTo(SKILL), {
      before: mappedTo(OTHER_SKILL),
      endpoint: 'https://api.other.example',
    });
    const { changes, skipped } = planUndo([record], [now(mappedTo(SKILL))]);
    expect(changes).toEqual([]);
    expect(skipped).toMatchObject([{ serviceProviderId: HOTEL, reason: 'otherEndpoint' }]);
  });

  it('shows what was changed again since', () => {
    const plan = planUndo([aRecord('1', mappedTo(SKILL), { before: notMapped })], [now(mappedTo(THIRD_SKILL))]);
    expect(plan.changes).toMatchObject([
      { revertsChangeId: '1', changedSince: { before: notMapped, target: mappedTo(SKILL) } },
    ]);
  });

  it.each<readonly [string, Partial<MappingChangeRecord>, NetworkMapping]>([
    ['restoredAlready', { before: notMapped }, notMapped],
    ['unknownBefore', {}, mappedTo(SKILL)],
    [
      'unconfirmed',
      { before: notMapped, completed: { id: '1', completedAtMs: 1, result: 'unconfirmed', actual: notMapped } },
      notMapped,
    ],
  ])('skips a change and says why: %s', (reason, more, mapping) => {
    const plan = planUndo([aRecord('1', mappedTo(SKILL), more)], [now(mapping)]);
    expect(plan).toMatchObject({ changes: [], skipped: [{ serviceProviderId: HOTEL, reason }] });
  });

  it('names a service provider that is no longer listed as the journal does', () => {
    const unlisted: CurrentMapping = { type: 'notListed', serviceProviderId: HOTEL, name: HOTEL };
    const nameIn = (record: MappingChangeRecord) => planUndo([record], [unlisted]).skipped[0]?.name;
    expect(nameIn(aRecord('1', mappedTo(SKILL)))).toBe('Hotel in the journal');
    const { name, ...nameless } = aRecord('1', mappedTo(SKILL));
    expect(nameIn(nameless)).toBe(HOTEL);
  });

  it('skips a service provider that its records do not mention', () => {
    expect(planUndo([], [now(mappedTo(SKILL))]).skipped).toMatchObject([{ reason: 'unknownBefore' }]);
  });
});
