import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ProviderReading } from '../../../../src/core/api/onboardingClient';
import type {
  ChangeCompleted,
  ChangeRecord,
  MappingChangeRecord,
  ProviderChangeRecord,
} from '../../../../src/core/history/changeRecord';
import type { Result } from '../../../../src/core/failures/apiFailure';
import type { NetworkMapping } from '../../../../src/core/model/networkMapping';
import type { ChangeCompletion } from '../../../../src/core/mappings/changeLog';
import { recoverInterrupted } from '../../../../src/core/mappings/interruptedChanges';
import { aFailure, mappedTo, notMapped, OTHER_SKILL, SKILL, THIRD_SKILL } from '../../../support/builders';
import { aCreation, aProviderDeletion, aProviderRename } from '../../../support/recordedChanges';
import { unexpected } from '../../../support/unexpected';

const A = mappedTo(SKILL);
const B = mappedTo(OTHER_SKILL);
const C = mappedTo(THIRD_SKILL);
const MINUTE = 60_000;

let nowMs: number;
beforeEach(() => {
  nowMs = 10 * MINUTE;
  vi.spyOn(Date, 'now').mockImplementation(() => nowMs);
});

/** A remap from A to B that was recorded ten minutes ago and has no outcome. */
function aChange(id: string, some: Partial<MappingChangeRecord> = {}): MappingChangeRecord {
  return {
    id,
    operationId: 'act',
    startedAtMs: 0,
    serviceProviderId: 'hotel',
    endpoint: 'https://api.example.com',
    operation: 'update',
    before: A,
    target: B,
    ...some,
  };
}

function closedAs(
  result: ChangeCompleted['result'],
  some: Partial<ChangeCompleted> = {},
): { completed: ChangeCompleted } {
  return { completed: { id: 'of the change', completedAtMs: 1, result, ...some } };
}

type Held = NetworkMapping | 'unreadable' | 'of another account';

/** Recovers the open or unconfirmed changes, given newest first; each reads the given mapping. */
async function settle(all: readonly ChangeRecord[], held: Held | Record<string, Held>) {
  const ends = new Map<string, ChangeCompletion | undefined>();
  const reads: string[] = [];
  const notes = {
    async *newestFirst() {
      for (const change of all) yield await Promise.resolve(change);
    },
    async recover(end: (change: ChangeRecord) => Promise<ChangeCompletion | undefined>) {
      for (const change of all)
        if (!change.completed || change.completed.result === 'unconfirmed') ends.set(change.id, await end(change));
    },
  };
  const read = ({ id }: ChangeRecord): Promise<Result<NetworkMapping> | undefined> => {
    reads.push(id);
    const value = typeof held === 'string' || 'type' in held ? (held as Held) : held[id];
    if (value === undefined || value === 'of another account') return Promise.resolve(undefined);
    return Promise.resolve(
      value === 'unreadable' ? { ok: false, failure: aFailure('serverError') } : { ok: true, value },
    );
  };
  const provider = () => unexpected('a read of a service provider');
  const settled = await recoverInterrupted(notes, { mapping: read, provider });
  const told = Object.entries(settled).flatMap(([what, changes]) =>
    (changes as readonly ChangeRecord[]).map(({ id }) => `${id} ${what}`),
  );
  return { told, ends: Object.fromEntries(ends), reads };
}

describe('a change left open by a window', () => {
  it.each<[string, Held, string[], ChangeCompletion | undefined]>([
    ['took effect when the requested mapping is read', B, ['one confirmed'], { result: 'succeeded', actual: B }],
    ['is unconfirmed when the earlier mapping is read', A, ['one unconfirmed'], { result: 'unconfirmed', actual: A }],
    ['is unconfirmed when another mapping is read', C, ['one unconfirmed'], { result: 'unconfirmed', actual: C }],
    [
      'is unconfirmed when others have deleted the mapping',
      notMapped,
      ['one unconfirmed'],
      { result: 'unconfirmed', actual: notMapped },
    ],
    ['stays open when it cannot be read', 'unreadable', ['one unread'], undefined],
    ['stays open when its account or endpoint is not the current one', 'of another account', [], undefined],
  ])('%s', async (_what, held, told, end) => {
    expect(await settle([aChange('one')], held)).toEqual({ told, ends: { one: end }, reads: ['one'] });
  });

  it.each([
    ['a deletion', { operation: 'delete', target: notMapped } as const, notMapped, 'succeeded'],
    ['a deletion', { operation: 'delete', target: notMapped } as const, C, 'unconfirmed'],
    ['a create', { operation: 'create', before: notMapped } as const, B, 'succeeded'],
    ['a create', { operation: 'create', before: notMapped } as const, C, 'unconfirmed'],
    ['a create', { operation: 'create', before: notMapped } as const, notMapped, 'unconfirmed'],
  ])('for %s (%o) with %o read ends as %s', async (_what, some, held, result) => {
    const { ends } = await settle([aChange('one', some)], held);
    expect(ends['one']).toEqual({ result, actual: held });
  });

  it('without a known earlier mapping is confirmed only by the requested one', async () => {
    const { before, ...unknown } = aChange('one');
    expect((await settle([unknown], C)).ends['one']).toEqual({ result: 'unconfirmed', actual: C });
    expect((await settle([unknown], B)).ends['one']).toEqual({ result: 'succeeded', actual: B });
  });

  it('stays open for its first minute if the earlier mapping is read, since it may still take effect', async () => {
    nowMs = MINUTE - 1;
    expect(await settle([aChange('one')], A)).toEqual({ told: [], ends: { one: undefined }, reads: ['one'] });
    expect((await settle([aChange('one')], B)).told).toEqual(['one confirmed']);
    expect((await settle([aChange('one')], C)).told).toEqual(['one unconfirmed']);
    nowMs = MINUTE;
    expect((await settle([aChange('one')], A)).told).toEqual(['one unconfirmed']);
  });
});

describe('a later change of the same provider', () => {
  const next = (some: Partial<MappingChangeRecord>) =>
    aChange('next', { target: C, ...closedAs('succeeded'), ...some });

  it('confirms an open change when it found its target', async () => {
    const other = aChange('other', { ...next({ before: A }), id: 'other', serviceProviderId: 'clinic' });
    expect((await settle([next({ before: B }), other, aChange('one')], C)).told).toEqual(['one confirmed']);
    expect((await settle([next({ before: A }), aChange('one')], C)).told).toEqual(['one unconfirmed']);
    expect((await settle([aChange('one'), next({ id: 'older', before: B })], C)).told).toEqual(['one unconfirmed']);
  });

  it('with the same target leaves it unconfirmed, unless the later one was not applied', async () => {
    const retry = (result: ChangeCompleted['result']) => next({ target: B, ...closedAs(result) });
    expect((await settle([retry('succeeded'), aChange('one')], B)).told).toEqual(['one unconfirmed']);
    expect((await settle([retry('failed'), aChange('one')], B)).told).toEqual(['one confirmed']);
    expect((await settle([retry('notSent'), aChange('one')], B)).told).toEqual(['one confirmed']);
  });
});

describe('a change that was unconfirmed when its window closed', () => {
  const unconfirmed = (some: Partial<ChangeCompleted> = {}) =>
    aChange('one', closedAs('unconfirmed', { failure: 'timeout', actual: A, ...some }));

  it('is completed and reported when it took effect late', async () => {
    expect(await settle([unconfirmed()], B)).toEqual({
      told: ['one late'],
      ends: { one: { result: 'succeeded', actual: B } },
      reads: ['one'],
    });
  });

  it('is completed without a report when others changed the mapping', async () => {
    const end = { result: 'unconfirmed', actual: C, failure: 'timeout' };
    expect(await settle([unconfirmed()], C)).toMatchObject({ told: [], ends: { one: end } });
  });

  it.each<[string, Held]>([
    ['the earlier mapping is read', A],
    ['it cannot be read', 'unreadable'],
    ['its account is not the current one', 'of another account'],
  ])('stays unconfirmed without a report when %s', async (_what, held) => {
    expect(await settle([unconfirmed()], held)).toMatchObject({ told: [], ends: { one: undefined } });
  });

  it('is not read again when others had changed the mapping', async () => {
    expect(await settle([unconfirmed({ actual: C })], B)).toEqual({ told: [], ends: { one: undefined }, reads: [] });
  });
});

describe('a change of a service provider itself that a window left open', () => {
  type Found = ProviderReading | 'unreadable' | 'of another account';

  async function settleProvider(change: ProviderChangeRecord, found: Found) {
    let end: ChangeCompletion | undefined;
    const log = {
      newestFirst: () => unexpected('a look at other changes'),
      recover: async (settle: (each: ChangeRecord) => Promise<ChangeCompletion | undefined>) => {
        end = await settle(change);
      },
    };
    let reads = 0;
    const settled = await recoverInterrupted(log, {
      mapping: () => unexpected('a read of a mapping'),
      provider: () => {
        reads++;
        if (found === 'of another account') return Promise.resolve(undefined);
        return Promise.resolve(
          found === 'unreadable' ? { ok: false, failure: aFailure('serverError') } : { ok: true, value: found },
        );
      },
    });
    const told = Object.entries(settled).flatMap(([what, changes]) =>
      (changes as unknown[]).length > 0 ? [what] : [],
    );
    return { told, end, reads };
  }

  const EXISTS: ProviderReading = { type: 'exists', displayName: 'Grand' };
  const UNKNOWN: ProviderReading = { type: 'unknown', failure: aFailure('notFound') };
  const open = { startedAtMs: 0, completed: undefined };
  const unconfirmed = { startedAtMs: 0, completed: { result: 'unconfirmed' } } as const;

  it('is unconfirmed if it is a create, which nothing can show, and is not looked at again', async () => {
    expect(await settleProvider(aCreation(open), UNKNOWN)).toEqual({
      told: ['unconfirmed'],
      end: { result: 'unconfirmed' },
      reads: 0,
    });
    expect(await settleProvider(aCreation(unconfirmed), UNKNOWN)).toEqual({ told: [], end: undefined, reads: 0 });
  });

  it.each<[string, ProviderChangeRecord, Found, string[], ChangeCompletion | undefined]>([
    ['a deletion', aProviderDeletion(open), UNKNOWN, ['confirmed'], { result: 'succeeded' }],
    ['a deletion', aProviderDeletion(open), EXISTS, ['unconfirmed'], { result: 'unconfirmed' }],
    ['a deletion', aProviderDeletion(open), 'unreadable', ['unread'], undefined],
    ['a deletion', aProviderDeletion(open), 'of another account', [], undefined],
    ['an unconfirmed deletion', aProviderDeletion(unconfirmed), UNKNOWN, ['late'], { result: 'succeeded' }],
    ['an unconfirmed deletion', aProviderDeletion(unconfirmed), EXISTS, [], undefined],
    ['a rename', aProviderRename({ ...open, displayName: 'Grand' }), EXISTS, ['confirmed'], { result: 'succeeded' }],
    ['a rename', aProviderRename(open), EXISTS, ['unconfirmed'], { result: 'unconfirmed' }],
    ['a rename', aProviderRename(open), { type: 'exists' }, ['unconfirmed'], { result: 'unconfirmed' }],
  ])('is settled as %s by what is read of the service provider', async (_what, change, found, told, end) => {
    expect(await settleProvider(change, found)).toEqual({ told, end, reads: 1 });
  });

  it('stays open for its first minute, since it may still take effect', async () => {
    nowMs = MINUTE - 1;
    expect(await settleProvider(aProviderDeletion(open), EXISTS)).toMatchObject({ told: [], end: undefined });
    expect(await settleProvider(aProviderDeletion(open), UNKNOWN)).toMatchObject({ told: ['confirmed'] });
  });
});
