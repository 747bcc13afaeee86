import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MappingChange } from '../../../../src/core/model/networkMapping';
import type { ChangeOutcome } from '../../../../src/core/mappings/sendChange';
import { MappingStore } from '../../../../src/core/mappings/mappingStore';
import type { PlannedWrite } from '../../../../src/core/mappings/plannedWrite';
import { expectImmediate } from '../../../support/expectImmediate';
import { OTHER_SKILL, SKILL, THIRD_SKILL, aProvider, mappedTo, notMapped, signedInTo } from '../../../support/builders';
import { RecordedChangeLog } from '../../../support/recordedChangeLog';
import { FakeClient } from '../../../support/fakeClient';

const A = 'provider-a';
const B = 'provider-b';
const ACT = { operationId: 'act' };
const URL = 'https://api.example.com';

let client: FakeClient;
let notes: RecordedChangeLog;
let states: MappingStore;
let endpoint: string;

beforeEach(() => {
  endpoint = URL;
  client = new FakeClient();
  notes = new RecordedChangeLog();
  states = new MappingStore(client, notes, { endpoint: () => endpoint, settleMs: 0, checksMs: [] });
  states.setEntries([aProvider(A, { name: 'Hotel' }), aProvider(B)]);
  states.setSessions(signedInTo('hotels'));
});
afterEach(() => client.expectNoMore());

async function readAs(id: string, skillId: string): Promise<void> {
  const refreshed = states.refresh([id]);
  (await client.next('get', id)).succeed(mappedTo(skillId));
  await refreshed;
}

function remap(serviceProviderId: string, skillId = OTHER_SKILL): MappingChange {
  return { operation: 'update', serviceProviderId, skillId };
}

describe('a change', () => {
  it('is recorded with all details and the earlier mapping before it is sent', async () => {
    await readAs(A, SKILL);
    let note: (id: string) => void = () => undefined;
    notes.begin = (started) => {
      notes.all.push({ started });
      return new Promise((resolve) => (note = resolve));
    };
    const changed = states.change(remap(A), { ...ACT, selected: 3 }, { revertsChangeId: 'earlier' });
    await client.expectNoMore();
    expect(notes.all).toEqual([
      {
        started: {
          operationId: 'act',
          selected: 3,
          revertsChangeId: 'earlier',
          serviceProviderId: A,
          name: 'Hotel',
          account: 'hotels',
          endpoint: URL,
          operation: 'update',
          before: mappedTo(SKILL),
          target: mappedTo(OTHER_SKILL),
        },
      },
    ]);
    note('0');
    (await client.next('update', A)).succeed(mappedTo(OTHER_SKILL));
    await changed;
    expect(notes.all[0]?.closing).toEqual({ result: 'succeeded', actual: mappedTo(OTHER_SKILL) });
  });

  it('is recorded without an earlier mapping when none was certain', async () => {
    await readAs(A, SKILL);
    const refreshed = states.refresh([A]);
    (await client.next('get', A)).fail('timeout');
    await refreshed;
    const changed = states.change(remap(A), ACT);
    (await client.next('update', A)).succeed(mappedTo(OTHER_SKILL));
    await changed;
    expect(notes.all[0]?.started).not.toHaveProperty('before');
  });

  it('is not sent when it cannot be recorded, and the row is unchanged', async () => {
    await readAs(A, SKILL);
    notes.problem = new Error('no space left');
    await expect(states.change(remap(A), ACT)).rejects.toThrow('no space left');
    await client.expectNoMore();
    expect(states.row(A)).toEqual(mappedTo(SKILL));
  });

  it('still succeeds when its outcome cannot be recorded, which is reported', async () => {
    const told: unknown[] = [];
    states.events.on('journalWriteFailed', (error) => told.push(error));
    const changed = states.change(remap(A), ACT);
    const request = await client.next('update', A);
    notes.problem = new Error('no space left');
    request.succeed(mappedTo(OTHER_SKILL));
    expect(await changed).toMatchObject({ type: 'succeeded' });
    expect(told).toEqual([notes.problem]);
    expect(notes.unended).toEqual([A]);
  });

  it.each([
    [
      'failed and was read',
      { status: 500, effect: 'unknown', requestId: 'request-1' } as const,
      SKILL,
      { result: 'failed', actual: mappedTo(SKILL), failure: 'serverError', status: 500, requestId: 'request-1' },
    ],
    [
      'turned out to have succeeded',
      { status: 500, effect: 'unknown', requestId: 'request-1' } as const,
      OTHER_SKILL,
      {
        result: 'succeeded',
        actual: mappedTo(OTHER_SKILL),
        failure: 'serverError',
        status: 500,
        requestId: 'request-1',
      },
    ],
    [
      'is unconfirmed',
      { status: 500, effect: 'unknown' } as const,
      undefined,
      { result: 'unconfirmed', failure: 'serverError', status: 500 },
    ],
    [
      'was rejected',
      { status: 500, effect: 'none' } as const,
      undefined,
      { result: 'failed', failure: 'serverError', status: 500 },
    ],
  ])('that %s is recorded as such', async (_, failure, actual, closing) => {
    const changed = states.change(remap(A), ACT);
    (await client.next('update', A)).fail('serverError', failure);
    const read = await client.next('get', A);
    if (actual === undefined) read.fail('unavailable');
    else read.succeed(mappedTo(actual));
    await changed;
    expect(notes.all[0]?.closing).toEqual(closing);
  });

  it('that could not be sent is recorded as such', async () => {
    const changed = states.change(remap(A), ACT);
    (await client.next('update', A)).fail('signedOut', { attempts: [] });
    await changed;
    expect(notes.all[0]?.closing).toEqual({ result: 'notSent', failure: 'signedOut' });
  });

  it.each([
    ['took effect', OTHER_SKILL, 'succeeded'],
    ['has not taken effect yet', SKILL, 'unconfirmed'],
  ])('that was canceled in flight and %s is recorded as such when its mapping was read', async (_, actual, result) => {
    const stop = new AbortController();
    const changed = states.change(remap(A), { ...ACT, abortSignal: stop.signal });
    await client.next('update', A);
    stop.abort();
    await expectImmediate(changed);
    expect(notes.all[0]?.closing).toEqual({ result: 'unconfirmed', failure: 'canceled' });
    (await client.next('get', A)).succeed(mappedTo(actual));
    await client.settle();
    expect(notes.all[0]?.closing).toEqual({ result, actual: mappedTo(actual), failure: 'canceled' });
  });

  it('that was canceled in flight and cannot be read is unconfirmed', async () => {
    const stop = new AbortController();
    const changed = states.change(remap(A), { ...ACT, abortSignal: stop.signal });
    await client.next('update', A);
    stop.abort();
    await expectImmediate(changed);
    (await client.next('get', A)).fail('timeout');
    await client.settle();
    expect(notes.all[0]?.closing).toEqual({ result: 'unconfirmed', failure: 'canceled' });
  });
});

describe('a bulk operation', () => {
  const ids = Array.from({ length: 20 }, (_, index) => `provider-${index}`);
  const remaps = ids.map((id) => ({ change: remap(id) }));
  let stop: AbortController;
  let settled: [string, ChangeOutcome['type']][];

  beforeEach(() => {
    states.setEntries(ids.map((id) => aProvider(id)));
    stop = new AbortController();
    settled = [];
  });

  function start(changes: readonly PlannedWrite[] = remaps) {
    return states.changeAll(changes, { ...ACT, stopSignal: stop.signal }, ({ serviceProviderId }, { type }) => {
      settled.push([serviceProviderId, type]);
    });
  }

  async function nextRequests(count: number) {
    const requests = [];
    for (let index = 0; index < count; index++) requests.push(await client.next('update'));
    return requests;
  }

  it('sends sixteen at a time; the rows of the others show that they wait, and their mapping', async () => {
    await readAs('provider-19', SKILL);
    const acted = start();
    const requests = await nextRequests(16);
    await client.expectNoMore();
    expect(states.status('provider-0')).toEqual({ inFlight: 'update' });
    expect(states.status('provider-19').queued).toBe('update');
    expect(states.row('provider-19')).toEqual(mappedTo(SKILL));
    for (const request of requests) request.succeed(mappedTo(OTHER_SKILL));
    for (const request of await nextRequests(4)) request.succeed(mappedTo(OTHER_SKILL));
    const outcomes = await acted;
    expect(outcomes.map((outcome) => outcome?.type)).toEqual(ids.map(() => 'succeeded'));
    expect(settled.map(([id]) => id)).toEqual(ids);
    expect(ids.map((id) => states.status(id).queued)).toEqual(ids.map(() => undefined));
    expect(notes.all.map(({ started }) => started.operationId)).toEqual(ids.map(() => 'act'));
  });

  it('completes what is in flight when it is stopped, and sends nothing more', async () => {
    const acted = start();
    const requests = await nextRequests(16);
    stop.abort();
    expect(requests.filter(({ givenUp }) => givenUp)).toEqual([]);
    for (const request of requests) request.succeed(mappedTo(OTHER_SKILL));
    const outcomes = await acted;
    expect(outcomes.map((outcome) => outcome?.type)).toEqual(
      ids.map((_, index) => (index < 16 ? 'succeeded' : undefined)),
    );
    expect(ids.map((id) => states.status(id).queued)).toEqual(ids.map(() => undefined));
    expect(notes.all.length).toBe(16);
    expect(notes.unended).toEqual([]);
  });

  it('has the client send nothing more once it is stopped', async () => {
    const acted = start(remaps.slice(0, 1));
    const [request] = await nextRequests(1);
    stop.abort();
    expect(request?.context.stopSignal?.aborted).toBe(true);
    expect(request?.context.abortSignal?.aborted).not.toBe(true);
    request?.fail('canceled', { attempts: [], effect: 'none' });
    const [outcome] = await acted;
    expect(outcome).toMatchObject({ type: 'failed', failure: { kind: 'canceled' } });
    expect(notes.all[0]?.closing).toEqual({ result: 'notSent', failure: 'canceled' });
  });

  it('still reads the result of an unclear response after it is stopped', async () => {
    const acted = start(remaps.slice(0, 1));
    const [request] = await nextRequests(1);
    stop.abort();
    request?.fail('serverError', { effect: 'unknown', status: 500 });
    const read = await client.next('get', 'provider-0');
    expect([read.context.stopSignal, read.context.abortSignal]).toEqual([undefined, undefined]);
    read.succeed(mappedTo(SKILL));
    expect(await acted).toMatchObject([{ type: 'failed', reading: { mapping: mappedTo(SKILL) } }]);
  });

  it('does not record a change that is stopped while queued behind an earlier one', async () => {
    const earlier = states.change(remap('provider-0', THIRD_SKILL), ACT);
    const request = await client.next('update', 'provider-0');
    const acted = start(remaps.slice(0, 1));
    await client.settle();
    stop.abort();
    request.succeed(mappedTo(THIRD_SKILL));
    await earlier;
    // The client is called, and reports that it sent nothing.
    (await client.next('update', 'provider-0')).fail('canceled', { attempts: [], effect: 'none' });
    expect(await acted).toMatchObject([{ type: 'failed', failure: { kind: 'canceled' } }]);
    expect(notes.all.length).toBe(1);
  });

  it('continues when a change fails, and returns the outcomes in order', async () => {
    const acted = start(remaps.slice(0, 3));
    const [first, second, third] = await nextRequests(3);
    first?.succeed(mappedTo(OTHER_SKILL));
    second?.fail('forbidden');
    third?.succeed(mappedTo(OTHER_SKILL));
    (await client.next('get', 'provider-1')).succeed(mappedTo(SKILL));
    expect((await acted).map((outcome) => outcome?.type)).toEqual(['succeeded', 'failed', 'succeeded']);
  });

  it('ends when changes can no longer be recorded: completes what is in flight, then throws', async () => {
    const acted = start();
    const requests = await nextRequests(16);
    notes.problem = new Error('no space left');
    for (const request of requests) request.succeed(mappedTo(OTHER_SKILL));
    await expect(acted).rejects.toThrow('no space left');
    await client.expectNoMore();
    expect(settled.length).toBe(16);
    expect(ids.map((id) => states.status(id).queued)).toEqual(ids.map(() => undefined));
  });

  describe('with previewed changes', () => {
    const shown = remaps.map(({ change }) => ({ change, replaces: mappedTo(SKILL) }));

    it('does not send a change whose mapping is known to have changed, and reports the current mapping', async () => {
      await readAs('provider-0', THIRD_SKILL);
      await readAs('provider-1', SKILL);
      const acted = start(shown.slice(0, 2));
      (await client.next('update', 'provider-1')).succeed(mappedTo(OTHER_SKILL));
      expect(await acted).toMatchObject([
        { type: 'changedMeanwhile', reading: { mapping: mappedTo(THIRD_SKILL) } },
        { type: 'succeeded' },
      ]);
      expect(notes.all.map(({ started }) => started.serviceProviderId)).toEqual(['provider-1']);
      expect(states.row('provider-0')).toEqual(mappedTo(THIRD_SKILL));
    });

    it.each([
      ['is sent when the mapping is as shown', SKILL, 'succeeded'],
      ['is not sent when the mapping differs', THIRD_SKILL, 'changedMeanwhile'],
    ])('re-reads a mapping that another window has changed; the change %s', async (_, actual, type) => {
      await readAs('provider-0', SKILL);
      states.markChangedInOtherWindow(['provider-0']);
      const acted = start(shown.slice(0, 1));
      (await client.next('get', 'provider-0')).succeed(mappedTo(actual));
      if (type === 'succeeded') (await client.next('update', 'provider-0')).succeed(mappedTo(OTHER_SKILL));
      expect(await acted).toMatchObject([{ type }]);
    });
  });

  it('ends when another endpoint is set, because the rest was meant for the earlier service', async () => {
    const acted = start();
    const requests = await nextRequests(16);
    expect(states.isBulkRunning).toBe(true);
    endpoint = 'https://api.eu.example.com';
    states.followEndpoints();
    for (const request of requests) request.succeed(mappedTo(OTHER_SKILL));
    expect((await acted).filter((outcome) => outcome === undefined).length).toBe(4);
    expect(states.isBulkRunning).toBe(false);
  });

  it('sends nothing for providers that were removed from the list, and reports them', async () => {
    const acted = start();
    const requests = await nextRequests(16);
    states.setEntries(ids.slice(0, 18).map((id) => aProvider(id)));
    for (const request of requests) request.succeed(mappedTo(OTHER_SKILL));
    for (const request of await nextRequests(2)) request.succeed(mappedTo(OTHER_SKILL));
    expect((await acted).slice(18)).toEqual([
      { type: 'notSent', reason: 'notListed' },
      { type: 'notSent', reason: 'notListed' },
    ]);
  });

  it('emits idle once', async () => {
    let over = 0;
    states.events.on('idle', () => over++);
    const acted = start(remaps.slice(0, 3));
    for (const request of await nextRequests(3)) request.succeed(mappedTo(OTHER_SKILL));
    await acted;
    expect(over).toBe(1);
  });

  it('leaves the row unchanged when a change is stopped before it was sent', async () => {
    await readAs('provider-0', SKILL);
    const acted = start(remaps.slice(0, 1));
    const [request] = await nextRequests(1);
    stop.abort();
    request?.fail('canceled', { attempts: [], effect: 'none' });
    await acted;
    expect(states.status('provider-0')).toEqual({ lastKnown: states.status('provider-0').lastKnown });
  });

  it('keeps a row queued when it is read meanwhile', async () => {
    const acted = start();
    const requests = await nextRequests(16);
    const refreshed = states.refresh(['provider-19']);
    (await client.next('get', 'provider-19')).succeed(mappedTo(SKILL));
    await refreshed;
    expect(states.status('provider-19')).toMatchObject({ queued: 'update', lastKnown: { mapping: mappedTo(SKILL) } });
    stop.abort();
    for (const request of requests) request.succeed(mappedTo(OTHER_SKILL));
    await acted;
    expect(states.status('provider-19')).not.toHaveProperty('queued');
  });
});

describe('a change in another window', () => {
  it('marks the known mapping as stale, so that it is read when the view is shown', async () => {
    await readAs(A, SKILL);
    let told = 0;
    states.events.on('becameStale', () => told++);
    states.markChangedInOtherWindow([A, 'not listed']);
    expect(states.row(A)).toEqual({ type: 'checking' });
    expect(states.needingRefresh).toContain(A);
    expect(told).toBe(1);
    await readAs(A, OTHER_SKILL);
    expect(states.row(A)).toEqual(mappedTo(OTHER_SKILL));
  });

  it('restarts a read in progress', async () => {
    const refreshed = states.refresh([A]);
    const stale = await client.next('get', A);
    states.markChangedInOtherWindow([A]);
    expect(stale.givenUp).toBe(true);
    (await client.next('get', A)).succeed(mappedTo(OTHER_SKILL));
    await refreshed;
    expect(states.row(A)).toEqual(mappedTo(OTHER_SKILL));
  });

  it('leaves the mapping stale when the restarted read is canceled', async () => {
    await readAs(A, SKILL);
    const cancel = new AbortController();
    const refreshed = states.refresh([A], { abortSignal: cancel.signal });
    await client.next('get', A);
    states.markChangedInOtherWindow([A]);
    await client.next('get', A);
    cancel.abort();
    await refreshed;
    expect(states.row(A)).not.toEqual(mappedTo(SKILL));
    expect(states.needingRefresh).toContain(A);
  });

  it('is read once a change of this window has ended', async () => {
    const changed = states.change(remap(A), ACT);
    const request = await client.next('update', A);
    states.markChangedInOtherWindow([A]);
    request.succeed(mappedTo(OTHER_SKILL));
    await changed;
    await client.settle();
    expect(states.needingRefresh).toContain(A);
  });

  it('of a provider that was never read changes nothing', () => {
    states.markChangedInOtherWindow([A]);
    expect(states.status(A)).toEqual({});
  });

  it('that deleted the mapping is found by the next read', async () => {
    await readAs(A, SKILL);
    states.markChangedInOtherWindow([A]);
    const refreshed = states.refresh([A]);
    (await client.next('get', A)).succeed(notMapped);
    await refreshed;
    expect(states.row(A)).toEqual(notMapped);
  });
});
