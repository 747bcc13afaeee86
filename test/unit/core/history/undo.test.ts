import { describe, expect, it } from 'vitest';
import type { ChangeRecord, MappingChangeRecord } from '../../../../src/core/history/changeRecord';
import {
  canBeUndone,
  changesToUndo,
  planUndoStep,
  providerChangeOf,
  undoOfProviderChange,
} from '../../../../src/core/history/undo';
import { aCreation, aProviderDeletion, aProviderRename } from '../../../support/recordedChanges';
import {
  mappedTo,
  notMapped,
  OTHER_SERVICE_PROVIDER,
  OTHER_SKILL,
  SERVICE_PROVIDER,
  SKILL,
  THIRD_SKILL,
} from '../../../support/builders';

const ENDPOINT = 'https://api.amazonalexa.com';
let made = 0;

function aChange(
  some: Partial<MappingChangeRecord> = {},
  result: 'succeeded' | 'failed' | 'notSent' | 'unconfirmed' = 'succeeded',
) {
  const id = some.id ?? `change-${made++}`;
  const change: MappingChangeRecord = {
    id,
    operationId: 'act',
    startedAtMs: 1_700_000_000_000,
    serviceProviderId: id,
    endpoint: ENDPOINT,
    operation: 'update',
    before: mappedTo(SKILL),
    target: mappedTo(OTHER_SKILL),
    completed: { id, completedAtMs: 1_700_000_000_100, result },
    ...some,
  };
  return change;
}

async function* each(changes: readonly ChangeRecord[]): AsyncGenerator<ChangeRecord> {
  for (const change of changes) yield await Promise.resolve(change);
}

async function found(changes: readonly ChangeRecord[], operationId?: string): Promise<string[]> {
  return (await changesToUndo(each(changes), () => ENDPOINT, operationId)).map(({ id }) => id);
}

describe('the changes to undo', () => {
  it('are all of the last operation, even with another one in between', async () => {
    const changes = [
      aChange({ id: 'a', operationId: 'late' }),
      aChange({ id: 'b', operationId: 'early' }),
      aChange({ id: 'c', operationId: 'late' }),
      aChange({ id: 'd', operationId: 'early' }),
    ];
    expect(await found(changes)).toEqual(['a', 'c']);
  });

  it('are none when nothing was changed', async () => {
    expect(await found([])).toEqual([]);
  });

  it('are those that succeeded or may have', async () => {
    const open = aChange({ id: 'open' });
    const { completed, ...stillOpen } = open;
    const changes = [
      aChange({ id: 'failed' }, 'failed'),
      aChange({ id: 'notSent' }, 'notSent'),
      aChange({ id: 'unconfirmed' }, 'unconfirmed'),
      aChange({ id: 'succeeded' }),
      stillOpen,
    ];
    expect(await found(changes)).toEqual(['unconfirmed', 'succeeded', 'open']);
  });

  it('are of the operation before when nothing of the last one succeeded', async () => {
    expect(
      await found([aChange({ operationId: 'late' }, 'failed'), aChange({ id: 'a', operationId: 'early' })]),
    ).toEqual(['a']);
  });

  it('are those not undone yet, so that repeated undo goes back in time', async () => {
    const { completed, ...openUndo } = aChange({ id: 'undo-c-again', operationId: 'undo', revertsChangeId: 'c' });
    const changes = [
      aChange({ id: 'undo-b', operationId: 'undo', revertsChangeId: 'b' }),
      aChange({ id: 'undo-c', operationId: 'undo', revertsChangeId: 'c' }, 'failed'),
      openUndo,
      aChange({ id: 'b', operationId: 'late' }),
      aChange({ id: 'c', operationId: 'late' }),
      aChange({ id: 'd', operationId: 'early' }),
    ];
    expect(await found(changes)).toEqual(['c']);
    expect(await found(changes.filter(({ id }) => id !== 'c'))).toEqual(['d']);
  });

  it('are none of a service provider that was deleted since, and none of a service provider itself', async () => {
    const change = aChange({ id: 'a', serviceProviderId: SERVICE_PROVIDER });
    const older = aChange({ id: 'b', operationId: 'early' });
    expect(await found([aProviderDeletion(), change, older])).toEqual(['b']);
    const notDeleted = aProviderDeletion({ completed: { result: 'failed' } });
    expect(await found([notDeleted, aProviderRename(), aCreation(), change, older])).toEqual(['a']);
  });

  it('are those of the requested operation', async () => {
    const changes = [aChange({ id: 'a', operationId: 'late' }), aChange({ id: 'b', operationId: 'early' })];
    expect(await found(changes, 'early')).toEqual(['b']);
    expect(await found(changes, 'other')).toEqual([]);
  });

  it('are of the operation before the skipped ones', async () => {
    const changes = [aChange({ id: 'a', operationId: 'late' }), aChange({ id: 'b', operationId: 'early' })];
    const found = await changesToUndo(each(changes), () => ENDPOINT, undefined, new Set(['late']));
    expect(found.map(({ id }) => id)).toEqual(['b']);
  });

  it('are those of the current endpoint', async () => {
    const changes = [
      aChange({ id: 'a', operationId: 'late', endpoint: 'http://127.0.0.1:8080' }),
      aChange({ id: 'b', operationId: 'early' }),
    ];
    expect(await found(changes)).toEqual(['b']);
  });

  it('are searched for no longer than an operation can last', async () => {
    const day = 24 * 60 * 60 * 1000;
    let read = 0;
    const changes = [aChange({ id: 'a', startedAtMs: 2 * day }), aChange({ startedAtMs: day - 1 }), aChange()];
    async function* counted(): AsyncGenerator<ChangeRecord> {
      for (const change of changes) {
        read++;
        yield await Promise.resolve(change);
      }
    }
    expect(await changesToUndo(counted(), () => ENDPOINT)).toEqual([changes[0]]);
    expect(read).toBe(2);
    expect(await found([aChange({ id: 'a', startedAtMs: 2 * day }), aChange({ id: 'b', startedAtMs: day })])).toEqual([
      'a',
      'b',
    ]);
  });
});

describe('undoing one change', () => {
  const serviceProviderId = 'provider';
  const completed = { id: '1', completedAtMs: 1, result: 'succeeded' as const };
  const remap = { serviceProviderId, before: mappedTo(SKILL), target: mappedTo(OTHER_SKILL), completed };
  const create = { serviceProviderId, before: notMapped, target: mappedTo(SKILL), completed };
  const remove = { serviceProviderId, before: mappedTo(SKILL), target: notMapped, completed };

  it.each([
    [
      'remaps what was remapped',
      remap,
      mappedTo(OTHER_SKILL),
      { operation: 'update', serviceProviderId, skillId: SKILL },
    ],
    ['deletes what was created', create, mappedTo(SKILL), { operation: 'delete', serviceProviderId }],
    ['creates what was deleted', remove, notMapped, { operation: 'create', serviceProviderId, skillId: SKILL }],
  ])('%s', (_, change, now, expected) => {
    expect(planUndoStep(change, now)).toEqual({ type: 'restore', change: expected });
  });

  it('has nothing to do when the earlier mapping is already back', () => {
    expect(planUndoStep(remap, mappedTo(SKILL.toUpperCase().replace('AMZN1.ASK.SKILL', 'amzn1.ask.skill')))).toEqual({
      type: 'nothing',
    });
    expect(planUndoStep(create, notMapped)).toEqual({ type: 'nothing' });
  });

  it.each([
    ['is unconfirmed', { id: '1', completedAtMs: 1, result: 'unconfirmed' as const }],
    ['is in progress', undefined],
  ])('may still be overwritten by a change that %s and has not been seen yet', (_, ended) => {
    const { completed, ...change } = remap;
    const unconfirmed = { ...change, ...(ended && { completed: ended }) };
    expect(planUndoStep(unconfirmed, mappedTo(SKILL))).toEqual({ type: 'unconfirmed' });
    expect(planUndoStep(unconfirmed, mappedTo(OTHER_SKILL))).toMatchObject({ type: 'restore' });
    expect(planUndoStep(unconfirmed, mappedTo(THIRD_SKILL))).toMatchObject({ type: 'changedSince' });
  });

  it.each([
    ['to another skill', remap, mappedTo(THIRD_SKILL), { operation: 'update', serviceProviderId, skillId: SKILL }],
    ['to nothing', remap, notMapped, { operation: 'create', serviceProviderId, skillId: SKILL }],
    ['from nothing', remove, mappedTo(THIRD_SKILL), { operation: 'update', serviceProviderId, skillId: SKILL }],
    ['after it was created', create, mappedTo(THIRD_SKILL), { operation: 'delete', serviceProviderId }],
  ])('reports a conflict when it was changed since: %s', (_, change, now, expected) => {
    expect(planUndoStep(change, now)).toEqual({ type: 'changedSince', change: expected });
  });

  it('is impossible when the earlier mapping is unknown', () => {
    const { before, ...unknown } = remap;
    expect(planUndoStep(unknown, mappedTo(OTHER_SKILL))).toEqual({ type: 'unknownBefore' });
  });
});

describe('the undo of a change of a service provider', () => {
  it('deletes what was created, and restores an earlier name', () => {
    expect(undoOfProviderChange(aCreation())).toEqual({ type: 'delete', serviceProviderId: OTHER_SERVICE_PROVIDER });
    expect(undoOfProviderChange(aProviderRename())).toEqual({ type: 'rename', displayName: 'Grand' });
  });

  it('does not exist where the ID or the earlier name is unknown, for a deletion, and for an undo', () => {
    const unconfirmed = aCreation({ completed: { result: 'unconfirmed' } });
    const { displayNameBefore, ...unknownBefore } = aProviderRename();
    expect([unconfirmed, unknownBefore, aProviderDeletion()].map((each) => undoOfProviderChange(each).type)).toEqual([
      'unknownId',
      'unknownBefore',
      'deleted',
    ]);
    const undo = aProviderRename({ revertsChangeId: 'change 0' });
    expect([unconfirmed, unknownBefore, aProviderDeletion(), undo].some(canBeUndone)).toBe(false);
    expect([aCreation(), aProviderRename(), aChange()].every(canBeUndone)).toBe(true);
  });

  it('is of the requested operation', async () => {
    const creation = aCreation({ operationId: 'creation' });
    const changes = [aChange({ operationId: 'remap' }), creation];
    expect(await providerChangeOf(each(changes), 'creation')).toBe(creation);
    expect(await providerChangeOf(each(changes), 'remap')).toBeUndefined();
    expect(await providerChangeOf(each(changes), 'other')).toBeUndefined();
  });
});
