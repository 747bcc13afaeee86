import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MappingChange, NetworkMapping } from '../../../../src/core/model/networkMapping';
import type { ChangeOutcome } from '../../../../src/core/mappings/sendChange';
import { MappingStore } from '../../../../src/core/mappings/mappingStore';
import type { PlannedWrite } from '../../../../src/core/mappings/plannedWrite';
import {
  aProvider,
  mappedTo,
  notMapped,
  OTHER_SKILL,
  signedInTo,
  signedOut,
  SKILL,
  THIRD_SKILL,
} from '../../../support/builders';
import { RecordedChangeLog } from '../../../support/recordedChangeLog';
import { FakeClient } from '../../../support/fakeClient';

const ID = 'hotel';
const ACT = { operationId: 'act' };
const A = mappedTo(SKILL);
const C = mappedTo(THIRD_SKILL);
const FRESH_MS = 10_000;

const CHANGES: readonly (readonly [MappingChange, NetworkMapping])[] = [
  [{ operation: 'create', serviceProviderId: ID, skillId: OTHER_SKILL }, notMapped],
  [{ operation: 'update', serviceProviderId: ID, skillId: OTHER_SKILL }, A],
  [{ operation: 'delete', serviceProviderId: ID }, A],
];
const [, [REMAP]] = CHANGES as [unknown, readonly [MappingChange, NetworkMapping]];

let client: FakeClient;
let notes: RecordedChangeLog;
let states: MappingStore;
let endpoint: string;
let nowMs: number;

beforeEach(() => {
  nowMs = 1_700_000_000_000;
  vi.spyOn(Date, 'now').mockImplementation(() => nowMs);
  client = new FakeClient();
  notes = new RecordedChangeLog();
  endpoint = 'https://staging.example.com';
  states = new MappingStore(client, notes, { endpoint: () => endpoint, settleMs: 0, checksMs: [] });
  states.setEntries([aProvider(ID), aProvider('other')]);
  states.setSessions(signedInTo());
});
afterEach(() => client.expectNoMore());

async function readAs(mapping: NetworkMapping, id = ID): Promise<void> {
  const refreshed = states.refresh([id]);
  (await client.next('get', id)).succeed(mapping);
  await refreshed;
}

/** What a confirmation currently shows of a change. */
function shown(change: MappingChange): PlannedWrite {
  const { lastKnown } = states.status(change.serviceProviderId);
  return { change, sender: states.sender(change.serviceProviderId), ...(lastKnown && { replaces: lastKnown.mapping }) };
}

/** Confirms a change, alone or as part of a bulk operation. */
const METHODS: Record<string, (planned: PlannedWrite) => Promise<ChangeOutcome | undefined>> = {
  alone: ({ change, ...expected }) => states.change(change, ACT, expected),
  'as one of many': async (planned) => {
    const [outcome] = await states.changeAll(
      [planned],
      { ...ACT, stopSignal: new AbortController().signal },
      () => undefined,
    );
    return outcome;
  },
};

function expectNothingSent(outcome: ChangeOutcome | undefined, expected: Partial<ChangeOutcome>): void {
  expect(outcome).toMatchObject(expected);
  expect(notes.all).toEqual([]);
}

describe.each(Object.entries(METHODS))('a change that was shown and confirmed, %s,', (_way, confirm) => {
  describe.each(CHANGES)('$operation', (change, before) => {
    it('is sent without another read when everything shown still holds and was just read', async () => {
      await readAs(before);
      nowMs += FRESH_MS - 1;
      const changed = confirm(shown(change));
      const request = await client.next(change.operation, ID);
      expect(request.context.expected).toEqual(states.sender(ID));
      request.succeed(mappedTo(OTHER_SKILL));
      expect(await changed).toMatchObject({ type: 'succeeded' });
    });

    it('is not sent when the operation reads first, and another client has changed it three seconds ago', async () => {
      await readAs(before);
      nowMs += 3_000;
      const changed = states.change(change, { ...ACT, readsFirst: true }, shown(change));
      (await client.next('get', ID)).succeed(C);
      expectNothingSent(await changed, { type: 'changedMeanwhile' });
      expect(states.row(ID)).toEqual(C);
    });

    it('is not sent when the row shows another mapping by now', async () => {
      await readAs(before);
      const planned = shown(change);
      await readAs(C);
      expectNothingSent(await confirm(planned), { type: 'changedMeanwhile' });
      expect(states.row(ID)).toEqual(C);
      expect(states.status(ID)).toEqual({ lastKnown: { mapping: C, readAtMs: nowMs } });
    });

    it.each([
      ['was read too long ago', () => (nowMs += FRESH_MS)],
      ['was read by a clock that was set back', () => (nowMs -= FRESH_MS)],
      [
        'has changed in another window',
        () => {
          states.markChangedInOtherWindow([ID]);
        },
      ],
    ])('is verified first when its mapping %s', async (_what, happens) => {
      for (const [mapping, type] of [
        [before, 'succeeded'],
        [C, 'changedMeanwhile'],
      ] as const) {
        notes.all.length = 0;
        await readAs(before);
        const planned = shown(change);
        happens();
        const changed = confirm(planned);
        const read = await client.next('get', ID);
        expect(states.row(ID)).toEqual({ type: 'checking' });
        expect(read.context.interactive).toBe(false);
        read.succeed(mapping);
        if (type === 'succeeded') (await client.next(change.operation, ID)).succeed(mappedTo(OTHER_SKILL));
        expect(await changed).toMatchObject({ type });
        expect(notes.all.length).toBe(type === 'succeeded' ? 1 : 0);
      }
    });
  });

  it('is not sent when its mapping cannot be verified; the row shows why', async () => {
    await readAs(A);
    states.markChangedInOtherWindow([ID]);
    const changed = confirm({ ...shown(REMAP), replaces: A });
    const failure = (await client.next('get', ID)).fail('timeout');
    expectNothingSent(await changed, { type: 'failed', failure });
    expect(states.row(ID)).toMatchObject({ type: 'unreadable', readError: { kind: 'timeout' } });
  });

  it.each<[string, ChangeOutcome, () => void]>([
    [
      'its service provider has left the list',
      { type: 'notSent', reason: 'notListed' },
      () => {
        states.setEntries([]);
      },
    ],
    [
      'the endpoint is another one',
      { type: 'notSent', reason: 'endpointChanged' },
      () => {
        endpoint = 'https://production.example.com';
        states.followEndpoints();
      },
    ],
    [
      'another account serves the service provider',
      { type: 'notSent', reason: 'sessionChanged' },
      () => {
        states.setSessions(signedInTo('default', 'second'));
        states.setEntries([aProvider(ID, { account: 'second' })]);
      },
    ],
    [
      'another user has signed in under the same name',
      { type: 'notSent', reason: 'sessionChanged' },
      () => {
        states.setSessions(new Map([['default', 'another session']]));
      },
    ],
    [
      'the session has ended',
      { type: 'notSent', reason: 'sessionChanged' },
      () => {
        states.setSessions(new Map([['default', undefined]]));
      },
    ],
    [
      'all accounts are signed out',
      { type: 'notSent', reason: 'sessionChanged' },
      () => {
        states.setSessions(signedOut);
      },
    ],
  ])('is not sent when %s, before or during its verification', async (_what, expected, happens) => {
    await readAs(A);
    const planned = shown(REMAP);
    happens();
    expectNothingSent(await confirm(planned), expected);

    endpoint = 'https://staging.example.com';
    states.followEndpoints();
    states.setEntries([aProvider(ID)]);
    states.setSessions(signedInTo());
    await readAs(A);
    const again = shown(REMAP);
    states.markChangedInOtherWindow([ID]);
    const changed = confirm(again);
    const read = await client.next('get', ID);
    happens();
    read.succeed(A);
    expectNothingSent(await changed, expected);
    expect(states.status(ID)).not.toHaveProperty('inFlight');
  });

  it.each<[string, ChangeOutcome, () => void]>([
    [
      'its service provider leaves the list',
      { type: 'notSent', reason: 'notListed' },
      () => {
        states.setEntries([]);
      },
    ],
    [
      'another endpoint is set',
      { type: 'notSent', reason: 'endpointChanged' },
      () => {
        endpoint = 'https://production.example.com';
        states.followEndpoints();
      },
    ],
  ])('is withdrawn when %s while it waits in the client', async (_what, expected, happens) => {
    await readAs(A);
    const changed = confirm(shown(REMAP));
    const request = await client.next('update', ID);
    happens();
    expect(request.context.stopSignal?.aborted).toBe(true);
    request.fail('canceled', { attempts: [], effect: 'none' });
    expect(await changed).toEqual(expected);
    expect(notes.all.map(({ closing }) => closing)).toEqual([{ result: 'notSent' }]);
  });

  it('is withdrawn when another window changes its mapping while it waits, and sent if that is as shown', async () => {
    for (const [mapping, type, result] of [
      [A, 'succeeded', 'succeeded'],
      [C, 'changedMeanwhile', 'notSent'],
    ] as const) {
      await readAs(A);
      const changed = confirm(shown(REMAP));
      const waiting = await client.next('update', ID);
      states.markChangedInOtherWindow([ID]);
      expect(waiting.context.stopSignal?.aborted).toBe(true);
      waiting.fail('canceled', { attempts: [], effect: 'none' });
      (await client.next('get', ID)).succeed(mapping);
      if (type === 'succeeded') (await client.next('update', ID)).succeed(mappedTo(OTHER_SKILL));
      expect(await changed).toMatchObject({ type });
      expect(notes.all.at(-1)?.closing).toMatchObject({ result });
      await client.settle();
    }
    expect(notes.all.length).toBe(2);
  });

  it('is recorded as not sent when it was withdrawn and cannot be verified again', async () => {
    await readAs(A);
    const changed = confirm(shown(REMAP));
    const waiting = await client.next('update', ID);
    states.markChangedInOtherWindow([ID]);
    waiting.fail('canceled', { attempts: [], effect: 'none' });
    (await client.next('get', ID)).fail('timeout');
    expect(await changed).toMatchObject({ type: 'failed', failure: { kind: 'timeout' } });
    expect(notes.all.map(({ closing }) => closing)).toEqual([{ result: 'notSent', failure: 'timeout' }]);
  });

  it('completes when another window changes its mapping after it was sent', async () => {
    await readAs(A);
    const changed = confirm(shown(REMAP));
    const sent = await client.next('update', ID);
    states.markChangedInOtherWindow([ID]);
    sent.succeed(mappedTo(OTHER_SKILL));
    expect(await changed).toMatchObject({ type: 'succeeded' });
    await client.settle();
    expect(states.needingRefresh).toContain(ID);
  });

  it('is verified once more when another window changes its mapping during the verification', async () => {
    await readAs(A);
    states.markChangedInOtherWindow([ID]);
    const changed = confirm({ ...shown(REMAP), replaces: A });
    const read = await client.next('get', ID);
    states.markChangedInOtherWindow([ID]);
    read.succeed(A);
    (await client.next('get', ID)).succeed(C);
    expectNothingSent(await changed, { type: 'changedMeanwhile' });
  });

  it('is verified when another window has changed its mapping during the read', async () => {
    await readAs(A);
    const refreshed = states.refresh([ID]);
    await client.next('get', ID);
    states.markChangedInOtherWindow([ID]);
    await client.next('get', ID);
    const changed = confirm({ ...shown(REMAP), replaces: A });
    (await client.next('get', ID)).succeed(C);
    expectNothingSent(await changed, { type: 'changedMeanwhile' });
    await refreshed;
  });

  it('behind another change is compared with the result of that one', async () => {
    await readAs(A);
    const planned = shown(REMAP);
    const earlier = states.change({ operation: 'update', serviceProviderId: ID, skillId: THIRD_SKILL }, ACT);
    const request = await client.next('update', ID);
    const changed = confirm(planned);
    request.succeed(C);
    await earlier;
    expect(await changed).toMatchObject({ type: 'changedMeanwhile', reading: { mapping: C } });
  });

  it('behind a failed change is verified when another window has changed the mapping meanwhile', async () => {
    await readAs(A);
    const planned = shown(REMAP);
    const earlier = states.change({ operation: 'delete', serviceProviderId: ID }, ACT);
    const request = await client.next('delete', ID);
    const changed = confirm(planned);
    states.markChangedInOtherWindow([ID]);
    request.fail('signedOut', { attempts: [] });
    await earlier;
    (await client.next('get', ID)).succeed(C);
    expect(await changed).toMatchObject({ type: 'changedMeanwhile' });
  });
});

describe('a bulk operation with changes that no longer apply', () => {
  it('sends the others, and stops only for another endpoint', async () => {
    states.setEntries(['a', 'b', 'c'].map((id) => aProvider(id)));
    for (const id of ['a', 'b', 'c']) await readAs(A, id);
    const planned = ['a', 'b', 'c'].map((id) => shown({ ...REMAP, serviceProviderId: id }));
    await readAs(C, 'a');
    states.setEntries(['a', 'c'].map((id) => aProvider(id)));
    const acted = states.changeAll(planned, { ...ACT, stopSignal: new AbortController().signal }, () => undefined);
    (await client.next('update', 'c')).succeed(mappedTo(OTHER_SKILL));
    expect(await acted).toMatchObject([
      { type: 'changedMeanwhile' },
      { type: 'notSent', reason: 'notListed' },
      { type: 'succeeded' },
    ]);
    endpoint = 'https://production.example.com';
    const again = await states.changeAll(
      planned,
      { ...ACT, stopSignal: new AbortController().signal },
      () => undefined,
    );
    expect(again).toEqual([
      { type: 'notSent', reason: 'endpointChanged' },
      { type: 'notSent', reason: 'notListed' },
      { type: 'notSent', reason: 'endpointChanged' },
    ]);
  });

  it('that is stopped during a verification sends and records nothing', async () => {
    await readAs(A);
    nowMs += FRESH_MS;
    const stop = new AbortController();
    const acted = states.changeAll([shown(REMAP)], { ...ACT, stopSignal: stop.signal }, () => undefined);
    const read = await client.next('get', ID);
    stop.abort();
    expect(read.context.stopSignal?.aborted).toBe(true);
    read.fail('canceled', { attempts: [] });
    (await client.next('update', ID)).fail('canceled', { attempts: [], effect: 'none' });
    expect(await acted).toMatchObject([{ type: 'failed', failure: { kind: 'canceled' } }]);
    expect(states.row(ID)).toEqual(A);
    expect(notes.all).toEqual([]);
  });
});

describe.each(Object.entries(METHODS))('a change that waits for the rate limit, %s,', (_way, confirm) => {
  it.each([
    ['sent if its mapping is still the one shown', A, 'succeeded'],
    ['left alone if its mapping was changed meanwhile', C, 'changedMeanwhile'],
  ] as const)('is verified again once its reading is old, and %s', async (_what, mapping, type) => {
    await readAs(A);
    const changed = confirm(shown(REMAP));
    const request = await client.next('update', ID);
    expect(request.context.isOutdated?.()).toBe(false);
    nowMs += FRESH_MS;
    expect(request.context.isOutdated?.()).toBe(true);
    request.fail('canceled', { effect: 'none', attempts: [] });
    (await client.next('get', ID)).succeed(mapping);
    if (type === 'succeeded') {
      const again = await client.next('update', ID);
      nowMs += FRESH_MS;
      // Otherwise it might never be sent at a low limit.
      expect(again.context.isOutdated?.()).toBe(false);
      again.succeed(mappedTo(OTHER_SKILL));
    }
    expect(await changed).toMatchObject({ type });
    expect(notes.all.map(({ closing }) => closing?.result)).toEqual([type === 'succeeded' ? 'succeeded' : 'notSent']);
  });

  it('is read after it, however long it took', async () => {
    await readAs(A);
    const changed = confirm(shown(REMAP));
    const request = await client.next('update', ID);
    nowMs += FRESH_MS;
    request.fail('serverError', { effect: 'unknown', status: 500 });
    const read = await client.next('get', ID);
    expect(read.context.isOutdated).toBeUndefined();
    read.succeed(mappedTo(OTHER_SKILL));
    expect(await changed).toMatchObject({ type: 'succeeded' });
  });

  it('is sent however long it has waited if nothing was shown of its mapping', async () => {
    await readAs(A);
    const changed = confirm({ change: REMAP });
    const request = await client.next('update', ID);
    nowMs += FRESH_MS;
    expect(request.context.isOutdated?.()).toBe(false);
    request.succeed(mappedTo(OTHER_SKILL));
    expect(await changed).toMatchObject({ type: 'succeeded' });
  });
});
