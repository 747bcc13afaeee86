import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { RecordedChange } from '../../../src/core/changeRecord';
import type { Result } from '../../../src/core/failure';
import type { NetworkMapping } from '../../../src/core/networkMapping';
import type { Closing } from '../../../src/state/changeNotes';
import { settleInterrupted } from '../../../src/state/interruptedChanges';
import { aFailure, mappedTo, OTHER_SKILL, SKILL, THIRD_SKILL } from '../../support/builders';
import { VirtualDelays } from '../../support/virtualDelays';

let delays = new VirtualDelays();
vi.mock('node:timers/promises', async (importActual) => ({
  ...(await importActual<object>()),
  setTimeout: (ms: number) => delays.wait(ms),
}));
beforeEach(() => {
  delays = new VirtualDelays();
  vi.spyOn(Date, 'now').mockImplementation(() => delays.nowMs);
});

const SETTLE_MS = 2_000;
const URL = 'https://api.example.com';

/** A remap from the one skill to the other. */
function aChange(id: string, some: Partial<RecordedChange> = {}): RecordedChange {
  return {
    id,
    actId: 'act',
    openedAtMs: 0,
    serviceProviderId: 'hotel',
    endpoint: URL,
    operation: 'update',
    before: mappedTo(SKILL),
    wished: mappedTo(OTHER_SKILL),
    ...some,
  };
}

/** Settles the changes that are open; the service holds these mappings, one at each read. */
async function settle(all: readonly RecordedChange[], held: readonly (NetworkMapping | undefined)[]) {
  const ends = new Map<string, Closing | undefined>();
  const readAt: number[] = [];
  const notes = {
    async *newestFirst() {
      for (const change of all) yield await Promise.resolve(change);
    },
    async recover(end: (change: RecordedChange) => Promise<Closing | undefined>) {
      for (const change of all) if (!change.closed) ends.set(change.id, await end(change));
    },
  };
  const read = (): Promise<Result<NetworkMapping>> => {
    const value = held[readAt.push(delays.nowMs) - 1];
    return Promise.resolve(value ? { ok: true, value } : { ok: false, failure: aFailure('serverError') });
  };
  const settling = settleInterrupted(notes, read, () => ({ ok: true, url: URL }), SETTLE_MS);
  await delays.settle();
  const { made, unmade, unread } = await settling;
  const ids = (changes: readonly RecordedChange[]) => changes.map(({ id }) => id);
  return { made: ids(made), unmade: ids(unmade), unread, ends: [...ends.values()], readAt };
}

describe('a change that a window has left open', () => {
  it('is made when the service holds what was wished for, and is read once then', async () => {
    const { readAt, ...told } = await settle([aChange('one')], [mappedTo(OTHER_SKILL)]);
    expect(told).toEqual({
      made: ['one'],
      unmade: [],
      unread: 0,
      ends: [{ result: 'done', holds: mappedTo(OTHER_SKILL) }],
    });
    expect(readAt).toEqual([0]);
  });

  it('may still be on its way, so it is read again after a while before it is called not made', async () => {
    const { made, readAt } = await settle([aChange('one')], [mappedTo(SKILL), mappedTo(OTHER_SKILL)]);
    expect(made).toEqual(['one']);
    expect(readAt).toEqual([0, SETTLE_MS]);
    const late = await settle([aChange('one')], [mappedTo(SKILL), mappedTo(SKILL)]);
    expect(late).toMatchObject({ unmade: ['one'], ends: [{ result: 'failed', holds: mappedTo(SKILL) }] });
  });

  it('waits no longer for what has waited with others already', async () => {
    const both = [aChange('one'), aChange('two', { serviceProviderId: 'clinic' })];
    const { unmade, readAt } = await settle(both, Array<NetworkMapping>(4).fill(mappedTo(SKILL)));
    expect(unmade).toEqual(['one', 'two']);
    expect(readAt).toEqual([0, SETTLE_MS, SETTLE_MS, SETTLE_MS]);
  });

  it('was made when the next change of the service provider has found what it wished for', async () => {
    const next = aChange('next', {
      before: mappedTo(OTHER_SKILL),
      wished: mappedTo(THIRD_SKILL),
      closed: { id: 'next', closedAtMs: 1, result: 'done' },
    });
    const other = aChange('other', { ...next, id: 'other', serviceProviderId: 'clinic', before: mappedTo(SKILL) });
    const held = [mappedTo(THIRD_SKILL), mappedTo(THIRD_SKILL)];
    expect(await settle([next, other, aChange('one')], held)).toMatchObject({ made: ['one'], unmade: [] });
    const unrelated = { ...next, before: mappedTo(SKILL) };
    expect(await settle([unrelated, aChange('one')], held)).toMatchObject({ made: [], unmade: ['one'] });
    const older = { ...next, id: 'older' };
    expect(await settle([aChange('one'), older], held)).toMatchObject({ made: [], unmade: ['one'] });
  });

  it('stays open when it cannot be read, also at the second time', async () => {
    expect(await settle([aChange('one')], [undefined])).toMatchObject({ unread: 1, ends: [undefined] });
    expect(await settle([aChange('one')], [mappedTo(SKILL), undefined])).toMatchObject({
      unread: 1,
      ends: [undefined],
    });
  });

  it('stays open and is not read when it was sent to another service', async () => {
    const elsewhere = aChange('one', { endpoint: 'https://elsewhere.example' });
    expect(await settle([elsewhere], [])).toEqual({ made: [], unmade: [], unread: 0, ends: [undefined], readAt: [] });
  });
});
