import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MappingChange } from '../../../../src/core/model/networkMapping';
import type { ChangeOutcome } from '../../../../src/core/mappings/sendChange';
import { MappingStore, type PlannedWrite } from '../../../../src/core/mappings/mappingStore';
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

beforeEach(() => {
  client = new FakeClient();
  notes = new RecordedChangeLog();
  states = new MappingStore(client, notes, { endpoint: () => URL, settleMs: 0, checksMs: [] });
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
  it('is noted with who, what and what was before, and only then sent', async () => {
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
    expect(notes.all[0]?.closing).toEqual({ result: 'done', actual: mappedTo(OTHER_SKILL) });
  });

  it('of which nothing certain was known before says nothing of that', async () => {
    await readAs(A, SKILL);
    const refreshed = states.refresh([A]);
    (await client.next('get', A)).fail('timeout');
    await refreshed;
    const changed = states.change(remap(A), ACT);
    (await client.next('update', A)).succeed(mappedTo(OTHER_SKILL));
    await changed;
    expect(notes.all[0]?.started).not.toHaveProperty('before');
  });

  it('that cannot be noted is not sent, and the row is as before', async () => {
    await readAs(A, SKILL);
    notes.problem = new Error('no space left');
    await expect(states.change(remap(A), ACT)).rejects.toThrow('no space left');
    await client.expectNoMore();
    expect(states.row(A)).toEqual(mappedTo(SKILL));
  });

  it('whose end cannot be noted has ended all the same, and that is told', async () => {
    const told: unknown[] = [];
    states.events.on('journalWriteFailed', (error) => told.push(error));
    const changed = states.change(remap(A), ACT);
    const request = await client.next('update', A);
    notes.problem = new Error('no space left');
    request.succeed(mappedTo(OTHER_SKILL));
    expect(await changed).toMatchObject({ type: 'done' });
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
      'turned out to be done',
      { status: 500, effect: 'unknown', requestId: 'request-1' } as const,
      OTHER_SKILL,
      { result: 'done', actual: mappedTo(OTHER_SKILL), failure: 'serverError', status: 500, requestId: 'request-1' },
    ],
    [
      'is in doubt',
      { status: 500, effect: 'unknown' } as const,
      undefined,
      { result: 'inDoubt', failure: 'serverError', status: 500 },
    ],
    [
      'was refused',
      { status: 500, effect: 'none' } as const,
      undefined,
      { result: 'failed', failure: 'serverError', status: 500 },
    ],
  ])('that %s is noted so', async (_, failure, actual, closing) => {
    const changed = states.change(remap(A), ACT);
    (await client.next('update', A)).fail('serverError', failure);
    const read = await client.next('get', A);
    if (actual === undefined) read.fail('unavailable');
    else read.succeed(mappedTo(actual));
    await changed;
    expect(notes.all[0]?.closing).toEqual(closing);
  });

  it('that nobody could send is noted so', async () => {
    const changed = states.change(remap(A), ACT);
    (await client.next('update', A)).fail('signedOut', { attempts: [] });
    await changed;
    expect(notes.all[0]?.closing).toEqual({ result: 'notSent', failure: 'signedOut' });
  });

  it.each([
    ['that took effect', OTHER_SKILL, 'done'],
    ['that has not yet', SKILL, 'inDoubt'],
  ])('that was cancelled on the way and %s is noted so when it was read', async (_, actual, result) => {
    const stop = new AbortController();
    const changed = states.change(remap(A), { ...ACT, abortSignal: stop.signal });
    await client.next('update', A);
    stop.abort();
    await expectImmediate(changed);
    expect(notes.all[0]?.closing).toEqual({ result: 'inDoubt', failure: 'cancelled' });
    (await client.next('get', A)).succeed(mappedTo(actual));
    await client.settle();
    expect(notes.all[0]?.closing).toEqual({ result, actual: mappedTo(actual), failure: 'cancelled' });
  });

  it('that was cancelled on the way and cannot be read is in doubt', async () => {
    const stop = new AbortController();
    const changed = states.change(remap(A), { ...ACT, abortSignal: stop.signal });
    await client.next('update', A);
    stop.abort();
    await expectImmediate(changed);
    (await client.next('get', A)).fail('timeout');
    await client.settle();
    expect(notes.all[0]?.closing).toEqual({ result: 'inDoubt', failure: 'cancelled' });
  });
});

describe('an act on many', () => {
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

  it('sends sixteen at a time; the others say that they wait, and what they hold', async () => {
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
    expect(outcomes.map((outcome) => outcome?.type)).toEqual(ids.map(() => 'done'));
    expect(settled.map(([id]) => id)).toEqual(ids);
    expect(ids.map((id) => states.status(id).queued)).toEqual(ids.map(() => undefined));
    expect(notes.all.map(({ started }) => started.operationId)).toEqual(ids.map(() => 'act'));
  });

  it('that is stopped lets what is under way come to its end, and sends nothing more', async () => {
    const acted = start();
    const requests = await nextRequests(16);
    stop.abort();
    expect(requests.filter(({ givenUp }) => givenUp)).toEqual([]);
    for (const request of requests) request.succeed(mappedTo(OTHER_SKILL));
    const outcomes = await acted;
    expect(outcomes.map((outcome) => outcome?.type)).toEqual(ids.map((_, index) => (index < 16 ? 'done' : undefined)));
    expect(ids.map((id) => states.status(id).queued)).toEqual(ids.map(() => undefined));
    expect(notes.all.length).toBe(16);
    expect(notes.unended).toEqual([]);
  });

  it('tells the client to send nothing more once it is stopped', async () => {
    const acted = start(remaps.slice(0, 1));
    const [request] = await nextRequests(1);
    stop.abort();
    expect(request?.context.stopSignal?.aborted).toBe(true);
    expect(request?.context.abortSignal?.aborted).not.toBe(true);
    request?.fail('cancelled', { attempts: [], effect: 'none' });
    const [outcome] = await acted;
    expect(outcome).toMatchObject({ type: 'failed', failure: { kind: 'cancelled' } });
    expect(notes.all[0]?.closing).toEqual({ result: 'notSent', failure: 'cancelled' });
  });

  it('that is stopped still reads what became of a change without a clear answer', async () => {
    const acted = start(remaps.slice(0, 1));
    const [request] = await nextRequests(1);
    stop.abort();
    request?.fail('serverError', { effect: 'unknown', status: 500 });
    const read = await client.next('get', 'provider-0');
    expect([read.context.stopSignal, read.context.abortSignal]).toEqual([undefined, undefined]);
    read.succeed(mappedTo(SKILL));
    expect(await acted).toMatchObject([{ type: 'failed', reading: { mapping: mappedTo(SKILL) } }]);
  });

  it('whose change waits for an earlier one of that provider is not noted when it is stopped meanwhile', async () => {
    const earlier = states.change(remap('provider-0', THIRD_SKILL), ACT);
    const request = await client.next('update', 'provider-0');
    const acted = start(remaps.slice(0, 1));
    await client.settle();
    stop.abort();
    request.succeed(mappedTo(THIRD_SKILL));
    await earlier;
    // The client is asked, and says that it sent nothing.
    (await client.next('update', 'provider-0')).fail('cancelled', { attempts: [], effect: 'none' });
    expect(await acted).toMatchObject([{ type: 'failed', failure: { kind: 'cancelled' } }]);
    expect(notes.all.length).toBe(1);
  });

  it('goes on when one fails, and returns each outcome in its place', async () => {
    const acted = start(remaps.slice(0, 3));
    const [first, second, third] = await nextRequests(3);
    first?.succeed(mappedTo(OTHER_SKILL));
    second?.fail('forbidden');
    third?.succeed(mappedTo(OTHER_SKILL));
    (await client.next('get', 'provider-1')).succeed(mappedTo(SKILL));
    expect((await acted).map((outcome) => outcome?.type)).toEqual(['done', 'failed', 'done']);
  });

  it('ends when nothing can be noted any more: what is under way comes to its end, and then it throws', async () => {
    const acted = start();
    const requests = await nextRequests(16);
    notes.problem = new Error('no space left');
    for (const request of requests) request.succeed(mappedTo(OTHER_SKILL));
    await expect(acted).rejects.toThrow('no space left');
    await client.expectNoMore();
    expect(settled.length).toBe(16);
    expect(ids.map((id) => states.status(id).queued)).toEqual(ids.map(() => undefined));
  });

  describe('that a person has looked through', () => {
    const shown = remaps.map(({ change }) => ({ change, replaces: mappedTo(SKILL) }));

    it('sends no change of what is known to have changed since, and says what it is now', async () => {
      await readAs('provider-0', THIRD_SKILL);
      await readAs('provider-1', SKILL);
      const acted = start(shown.slice(0, 2));
      (await client.next('update', 'provider-1')).succeed(mappedTo(OTHER_SKILL));
      expect(await acted).toMatchObject([
        { type: 'changedMeanwhile', reading: { mapping: mappedTo(THIRD_SKILL) } },
        { type: 'done' },
      ]);
      expect(notes.all.map(({ started }) => started.serviceProviderId)).toEqual(['provider-1']);
      expect(states.row('provider-0')).toEqual(mappedTo(THIRD_SKILL));
    });

    it.each([
      ['is sent when it is as it was shown', SKILL, 'done'],
      ['is not sent when it is not', THIRD_SKILL, 'changedMeanwhile'],
    ])('reads what another window has changed since; the change %s', async (_, actual, type) => {
      await readAs('provider-0', SKILL);
      states.markChangedInOtherWindow(['provider-0']);
      const acted = start(shown.slice(0, 1));
      (await client.next('get', 'provider-0')).succeed(mappedTo(actual));
      if (type === 'done') (await client.next('update', 'provider-0')).succeed(mappedTo(OTHER_SKILL));
      expect(await acted).toMatchObject([{ type }]);
    });
  });

  it('ends when another endpoint is set: what is still to come was meant for the service before', async () => {
    const acted = start();
    const requests = await nextRequests(16);
    expect(states.isBulkRunning).toBe(true);
    states.reset();
    for (const request of requests) request.succeed(mappedTo(OTHER_SKILL));
    expect((await acted).filter((outcome) => outcome === undefined).length).toBe(4);
    expect(states.isBulkRunning).toBe(false);
  });

  it('sends nothing for what was taken off the list meanwhile, and says so', async () => {
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

  it('says once that it has ended', async () => {
    let over = 0;
    states.events.on('idle', () => over++);
    const acted = start(remaps.slice(0, 3));
    for (const request of await nextRequests(3)) request.succeed(mappedTo(OTHER_SKILL));
    await acted;
    expect(over).toBe(1);
  });

  it('leaves the row of a change that was stopped before it was sent as it was', async () => {
    await readAs('provider-0', SKILL);
    const acted = start(remaps.slice(0, 1));
    const [request] = await nextRequests(1);
    stop.abort();
    request?.fail('cancelled', { attempts: [], effect: 'none' });
    await acted;
    expect(states.status('provider-0')).toEqual({ lastKnown: states.status('provider-0').lastKnown });
  });

  it('keeps a row waiting that is read meanwhile', async () => {
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
  it('makes what is known outdated, so that it is read when somebody looks', async () => {
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

  it('lets a read that is under way begin again', async () => {
    const refreshed = states.refresh([A]);
    const stale = await client.next('get', A);
    states.markChangedInOtherWindow([A]);
    expect(stale.givenUp).toBe(true);
    (await client.next('get', A)).succeed(mappedTo(OTHER_SKILL));
    await refreshed;
    expect(states.row(A)).toEqual(mappedTo(OTHER_SKILL));
  });

  it('leaves nothing certain when the read that began again is cancelled', async () => {
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

  it('is looked at once a change of this window has ended', async () => {
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

  it('that deleted the mapping is told by the next read', async () => {
    await readAs(A, SKILL);
    states.markChangedInOtherWindow([A]);
    const refreshed = states.refresh([A]);
    (await client.next('get', A)).succeed(notMapped);
    await refreshed;
    expect(states.row(A)).toEqual(notMapped);
  });
});
