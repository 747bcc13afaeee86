import { describe, expect, it } from 'vitest';
import type { RecordedChange } from '../../../../src/core/history/changeRecord';
import { changesToUndo, undoStep } from '../../../../src/core/history/undo';
import { mappedTo, notMapped, OTHER_SKILL, SKILL, THIRD_SKILL } from '../../../support/builders';

const ENDPOINT = 'https://api.amazonalexa.com';
let made = 0;

function aChange(some: Partial<RecordedChange> = {}, result: 'done' | 'failed' | 'notSent' | 'inDoubt' = 'done') {
  const id = some.id ?? `change-${made++}`;
  const change: RecordedChange = {
    id,
    actId: 'act',
    openedAtMs: 1_700_000_000_000,
    serviceProviderId: id,
    endpoint: ENDPOINT,
    operation: 'update',
    before: mappedTo(SKILL),
    wished: mappedTo(OTHER_SKILL),
    closed: { id, closedAtMs: 1_700_000_000_100, result },
    ...some,
  };
  return change;
}

async function* each(changes: readonly RecordedChange[]): AsyncGenerator<RecordedChange> {
  for (const change of changes) yield await Promise.resolve(change);
}

async function found(changes: readonly RecordedChange[], actId?: string): Promise<string[]> {
  return (await changesToUndo(each(changes), ENDPOINT, actId)).map(({ id }) => id);
}

describe('the changes that an undo takes back', () => {
  it('are all of the last act, also where those of another one stand between them', async () => {
    const changes = [
      aChange({ id: 'a', actId: 'late' }),
      aChange({ id: 'b', actId: 'early' }),
      aChange({ id: 'c', actId: 'late' }),
      aChange({ id: 'd', actId: 'early' }),
    ];
    expect(await found(changes)).toEqual(['a', 'c']);
  });

  it('are none where nothing was changed', async () => {
    expect(await found([])).toEqual([]);
  });

  it('are those that were made, or may have been', async () => {
    const open = aChange({ id: 'open' });
    const { closed, ...stillOpen } = open;
    const changes = [
      aChange({ id: 'failed' }, 'failed'),
      aChange({ id: 'notSent' }, 'notSent'),
      aChange({ id: 'inDoubt' }, 'inDoubt'),
      aChange({ id: 'done' }),
      stillOpen,
    ];
    expect(await found(changes)).toEqual(['inDoubt', 'done', 'open']);
  });

  it('are of the act before, when nothing of the last one was made', async () => {
    expect(await found([aChange({ actId: 'late' }, 'failed'), aChange({ id: 'a', actId: 'early' })])).toEqual(['a']);
  });

  it('are those that were not taken back already, so that one undo after the other goes back in time', async () => {
    const { closed, ...openUndo } = aChange({ id: 'undo-c-again', actId: 'undo', undoes: 'c' });
    const changes = [
      aChange({ id: 'undo-b', actId: 'undo', undoes: 'b' }),
      aChange({ id: 'undo-c', actId: 'undo', undoes: 'c' }, 'failed'),
      openUndo,
      aChange({ id: 'b', actId: 'late' }),
      aChange({ id: 'c', actId: 'late' }),
      aChange({ id: 'd', actId: 'early' }),
    ];
    expect(await found(changes)).toEqual(['c']);
    expect(await found(changes.filter(({ id }) => id !== 'c'))).toEqual(['d']);
  });

  it('are those of the act that was asked for', async () => {
    const changes = [aChange({ id: 'a', actId: 'late' }), aChange({ id: 'b', actId: 'early' })];
    expect(await found(changes, 'early')).toEqual(['b']);
    expect(await found(changes, 'other')).toEqual([]);
  });

  it('are of the act before those that are passed over', async () => {
    const changes = [aChange({ id: 'a', actId: 'late' }), aChange({ id: 'b', actId: 'early' })];
    const found = await changesToUndo(each(changes), ENDPOINT, undefined, new Set(['late']));
    expect(found.map(({ id }) => id)).toEqual(['b']);
  });

  it('are of the service of now', async () => {
    const changes = [
      aChange({ id: 'a', actId: 'late', endpoint: 'http://127.0.0.1:8080' }),
      aChange({ id: 'b', actId: 'early' }),
    ];
    expect(await found(changes)).toEqual(['b']);
  });

  it('are looked for no further than an act can last', async () => {
    const day = 24 * 60 * 60 * 1000;
    let read = 0;
    const changes = [aChange({ id: 'a', openedAtMs: 2 * day }), aChange({ openedAtMs: day - 1 }), aChange()];
    async function* counted(): AsyncGenerator<RecordedChange> {
      for (const change of changes) {
        read++;
        yield await Promise.resolve(change);
      }
    }
    expect(await changesToUndo(counted(), ENDPOINT)).toEqual([changes[0]]);
    expect(read).toBe(2);
    expect(await found([aChange({ id: 'a', openedAtMs: 2 * day }), aChange({ id: 'b', openedAtMs: day })])).toEqual([
      'a',
      'b',
    ]);
  });
});

describe('taking back one change', () => {
  const serviceProviderId = 'provider';
  const closed = { id: '1', closedAtMs: 1, result: 'done' as const };
  const remap = { serviceProviderId, before: mappedTo(SKILL), wished: mappedTo(OTHER_SKILL), closed };
  const create = { serviceProviderId, before: notMapped, wished: mappedTo(SKILL), closed };
  const remove = { serviceProviderId, before: mappedTo(SKILL), wished: notMapped, closed };

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
    expect(undoStep(change, now)).toEqual({ type: 'restore', change: expected });
  });

  it('has nothing to do where it was made and is as it was before', () => {
    expect(undoStep(remap, mappedTo(SKILL.toUpperCase().replace('AMZN1.ASK.SKILL', 'amzn1.ask.skill')))).toEqual({
      type: 'nothing',
    });
    expect(undoStep(create, notMapped)).toEqual({ type: 'nothing' });
  });

  it.each([
    ['is unconfirmed', { id: '1', closedAtMs: 1, result: 'inDoubt' as const }],
    ['has not ended', undefined],
  ])('may still be taken over by a change that %s and is not seen yet', (_, ended) => {
    const { closed, ...change } = remap;
    const unconfirmed = { ...change, ...(ended && { closed: ended }) };
    expect(undoStep(unconfirmed, mappedTo(SKILL))).toEqual({ type: 'unconfirmed' });
    expect(undoStep(unconfirmed, mappedTo(OTHER_SKILL))).toMatchObject({ type: 'restore' });
    expect(undoStep(unconfirmed, mappedTo(THIRD_SKILL))).toMatchObject({ type: 'changedSince' });
  });

  it.each([
    ['to another skill', remap, mappedTo(THIRD_SKILL), { operation: 'update', serviceProviderId, skillId: SKILL }],
    ['to nothing', remap, notMapped, { operation: 'create', serviceProviderId, skillId: SKILL }],
    ['from nothing', remove, mappedTo(THIRD_SKILL), { operation: 'update', serviceProviderId, skillId: SKILL }],
    ['after it was created', create, mappedTo(THIRD_SKILL), { operation: 'delete', serviceProviderId }],
  ])('says that somebody has changed it since: %s', (_, change, now, expected) => {
    expect(undoStep(change, now)).toEqual({ type: 'changedSince', change: expected });
  });

  it('is impossible where nobody knows what was before', () => {
    const { before, ...unknown } = remap;
    expect(undoStep(unknown, mappedTo(OTHER_SKILL))).toEqual({ type: 'unknownBefore' });
  });
});
