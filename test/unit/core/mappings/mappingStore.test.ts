import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ApiFailure } from '../../../../src/core/failures/apiFailure';
import type { MappingChange } from '../../../../src/core/model/networkMapping';
import type { Wait } from '../../../../src/core/failures/waitReason';
import { MappingStore } from '../../../../src/core/mappings/mappingStore';
import { expectImmediate } from '../../../support/expectImmediate';
import {
  OTHER_SKILL,
  SKILL,
  THIRD_SKILL,
  aFailure,
  aProvider,
  mappedTo,
  notMapped,
  signedInTo,
  signedOut,
} from '../../../support/builders';
import { RecordedChangeLog } from '../../../support/recordedChangeLog';
import { FakeClient } from '../../../support/fakeClient';

const A = 'provider-a';
const B = 'provider-b';

const ACT = { operationId: 'act' };

const create: MappingChange = { operation: 'create', serviceProviderId: A, skillId: SKILL };
const update: MappingChange = { operation: 'update', serviceProviderId: A, skillId: OTHER_SKILL };
const remove: MappingChange = { operation: 'delete', serviceProviderId: A };

let client: FakeClient;
let notes: RecordedChangeLog;
let states: MappingStore;
/** The endpoint of each account, or of all. */
let endpoints: Record<string, string>;

beforeEach(() => {
  client = new FakeClient();
  notes = new RecordedChangeLog();
  endpoints = {};
  const endpoint = (account: string) => endpoints[account] ?? 'https://api.example.com';
  states = new MappingStore(client, notes, { endpoint, settleMs: 0, checksMs: [] });
  states.setEntries([aProvider(A), aProvider(B)]);
  states.setSessions(signedInTo());
});
afterEach(() => client.expectNoMore());

async function readAs(id: string, skillId: string | undefined): Promise<void> {
  const refreshed = states.refresh([id]);
  (await client.next('get', id)).succeed(skillId === undefined ? notMapped : mappedTo(skillId));
  await refreshed;
}

describe('a refresh', () => {
  it('shows checking, then what the service returned', async () => {
    const refreshed = states.refresh([A]);
    const read = await client.next('get', A);
    expect(states.row(A)).toEqual({ type: 'checking' });
    read.succeed(mappedTo(SKILL));
    await refreshed;
    expect(states.row(A)).toEqual(mappedTo(SKILL));
  });

  it('shows what its requests wait for, but not for a request that was superseded', async () => {
    const told: Wait[] = [];
    states.events.on('waiting', (wait) => told.push(wait));
    const refreshed = states.refresh([A], { onWait: (wait) => told.push(wait) });
    const read = await client.next('get', A);
    const wait = { attempt: 2, attempts: 6, failure: aFailure('network') };
    read.context.onWait?.(wait);
    expect(states.status(A)).toEqual({ inFlight: 'get', wait });
    expect(told).toEqual([wait, wait]);
    read.succeed(notMapped);
    await refreshed;
    read.context.onWait?.(wait);
    expect(states.status(A).wait).toBeUndefined();
    expect(told).toHaveLength(2);
  });

  it('shows what the request of a change waits for', async () => {
    const told: Wait[] = [];
    states.events.on('waiting', (wait) => told.push(wait));
    const changed = states.change(update, { operationId: 'operation', onWait: (wait) => told.push(wait) });
    const request = await client.next('update', A);
    const wait = { attempt: 1, attempts: 6, failure: aFailure('throttled') };
    request.context.onWait?.(wait);
    expect(states.status(A)).toMatchObject({ inFlight: 'update', wait });
    expect(told).toEqual([wait, wait]);
    request.succeed(mappedTo(OTHER_SKILL));
    await changed;
    expect(states.status(A)).not.toHaveProperty('wait');
  });

  it('gives all its requests its start time, so that one failure may answer them all', async () => {
    const refreshed = states.refresh([A, B]);
    const [ofA, ofB] = [await client.next('get', A), await client.next('get', B)];
    expect(ofA.context.askedAtMs).toBeTypeOf('number');
    expect(ofB.context.askedAtMs).toBe(ofA.context.askedAtMs);
    for (const read of [ofA, ofB]) read.succeed(notMapped);
    await refreshed;
  });

  it('shows why a mapping could not be read, and keeps the last known one', async () => {
    await readAs(A, SKILL);
    const { lastKnown } = states.status(A);
    const refreshed = states.refresh([A]);
    const failure = (await client.next('get', A)).fail('timeout');
    await refreshed;
    expect(states.row(A)).toMatchObject({ type: 'unreadable', readError: { kind: 'timeout' } });
    expect(states.status(A)).toEqual({ lastKnown, readError: failure, lastFailure: failure });
  });

  it('reports each provider with its failure, then that it has ended', async () => {
    const told: [string, ApiFailure | undefined][] = [];
    let over = 0;
    states.events.on('idle', () => over++);
    const refreshed = states.refresh([A, B], {}, (id, failure) => told.push([id, failure]));
    (await client.next('get', A)).succeed(notMapped);
    const failure = (await client.next('get', B)).fail('forbidden');
    await refreshed;
    expect(told).toEqual([
      [A, undefined],
      [B, failure],
    ]);
    expect(over).toBe(1);
  });

  it('reads at most sixteen providers at a time, and all of them in the end', async () => {
    const ids = Array.from({ length: 40 }, (_, index) => `provider-${index}`);
    states.setEntries(ids.map((id) => aProvider(id)));
    const refreshed = states.refresh(ids);
    const first = [];
    for (const id of ids.slice(0, 16)) first.push(await client.next('get', id));
    await client.expectNoMore();
    for (const read of first) read.succeed(notMapped);
    for (const id of ids.slice(16)) (await client.next('get', id)).succeed(mappedTo(SKILL));
    await refreshed;
    expect(ids.map((id) => states.row(id).type)).toEqual(ids.map((_, index) => (index < 16 ? 'notMapped' : 'mapped')));
  });

  it.each([
    ['succeeds', undefined],
    ['fails', 'timeout'],
  ] as const)(
    'supersedes an older read of the same provider, which ends like the newer one: it %s',
    async (_, kind) => {
      const told: (string | undefined)[] = [];
      const older = states.refresh([A], {}, (_id, failure) => told.push(failure?.kind));
      const first = await client.next('get', A);
      const newer = states.refresh([A]);
      const second = await client.next('get', A);
      expect(first.givenUp).toBe(true);
      expect(told).toEqual([]);
      if (kind) second.fail(kind);
      else second.succeed(mappedTo(OTHER_SKILL));
      await Promise.all([older, newer]);
      expect(told).toEqual([kind]);
      expect(states.row(A).type).toBe(kind ? 'unreadable' : 'mapped');
    },
  );

  it('sends nothing when canceled while queued behind a change', async () => {
    await readAs(A, SKILL);
    const changed = states.change(update, ACT);
    const request = await client.next('update', A);
    const cancel = new AbortController();
    const refreshed = states.refresh([A], { abortSignal: cancel.signal });
    cancel.abort();
    await refreshed;
    expect(states.row(A)).toEqual({ type: 'checking' });
    request.succeed(mappedTo(OTHER_SKILL));
    await changed;
    expect(states.row(A)).toEqual(mappedTo(OTHER_SKILL));
  });

  it('passes on whether it is interactive', async () => {
    const refreshed = states.refresh([A], { interactive: true });
    const read = await client.next('get', A);
    expect(read.context.interactive).toBe(true);
    read.succeed(notMapped);
    await refreshed;
  });
});

describe('a canceled refresh', () => {
  it('leaves rows that were read before unchanged', async () => {
    await readAs(A, SKILL);
    const before = states.status(A);
    const stop = new AbortController();
    const refreshed = states.refresh([A], { abortSignal: stop.signal });
    await client.next('get', A);
    stop.abort();
    await expectImmediate(refreshed);
    expect(states.status(A)).toEqual(before);
  });

  it('says so on a row whose mapping is not certain, and keeps what was known', async () => {
    await readAs(A, SKILL);
    states.markChangedInOtherWindow([A]);
    const stop = new AbortController();
    stop.abort();
    await states.refresh([A], { abortSignal: stop.signal });
    expect(states.row(A)).toMatchObject({ type: 'unreadable', readError: { kind: 'canceled' } });
    expect(states.status(A).lastKnown?.mapping).toEqual(mappedTo(SKILL));
  });

  it('sends nothing more, and leaves no row in the checking state', async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `provider-${index}`);
    states.setEntries(ids.map((id) => aProvider(id)));
    const stop = new AbortController();
    const refreshed = states.refresh(ids, { abortSignal: stop.signal });
    for (const id of ids.slice(0, 16)) await client.next('get', id);
    stop.abort();
    await expectImmediate(refreshed);
    await client.expectNoMore();
    expect(ids.map((id) => states.row(id))).toMatchObject(
      ids.map(() => ({ type: 'unreadable', readError: { kind: 'canceled' } })),
    );
  });
});

describe('a change', () => {
  it('shows its progress and then what the service confirmed, without a re-read', async () => {
    await readAs(A, undefined);
    const changed = states.change(create, ACT);
    const write = await client.next('create', A);
    expect(states.row(A)).toEqual({ type: 'checking' });
    expect(states.status(A).inFlight).toBe('create');
    write.succeed(mappedTo(SKILL));
    expect(await changed).toMatchObject({ type: 'succeeded', reading: { mapping: mappedTo(SKILL) } });
    expect(states.row(A)).toEqual(mappedTo(SKILL));
  });

  it('supersedes a read of its provider, whose response would be stale', async () => {
    const refreshed = states.refresh([A]);
    const read = await client.next('get', A);
    const changed = states.change(create, ACT);
    expect(read.givenUp).toBe(true);
    (await client.next('create', A)).succeed(mappedTo(SKILL));
    await Promise.all([refreshed, changed]);
    expect(states.row(A)).toEqual(mappedTo(SKILL));
  });

  it('waits for the change before it, and a read waits for both', async () => {
    const first = states.change(create, ACT);
    const second = states.change(update, ACT);
    const refreshed = states.refresh([A]);
    const write = await client.next('create', A);
    await client.expectNoMore();
    write.succeed(mappedTo(SKILL));
    await first;
    const another = await client.next('update', A);
    expect(another.givenUp).toBe(false);
    await client.expectNoMore();
    another.succeed(mappedTo(OTHER_SKILL));
    await second;
    (await client.next('get', A)).succeed(mappedTo(THIRD_SKILL));
    await refreshed;
    expect(states.row(A)).toEqual(mappedTo(THIRD_SKILL));
  });

  it('waits for an earlier change that fails in the same way', async () => {
    const first = states.change(create, ACT);
    const second = states.change(update, ACT);
    (await client.next('create', A)).fail('signedOut', { attempts: [] });
    expect(await first).toMatchObject({ type: 'failed' });
    (await client.next('update', A)).succeed(mappedTo(OTHER_SKILL));
    expect(await second).toMatchObject({ type: 'succeeded' });
  });

  it('does not wait for those of other providers', async () => {
    const one = states.change(create, ACT);
    const other = states.change({ ...create, serviceProviderId: B }, ACT);
    const first = await client.next('create', A);
    (await client.next('create', B)).succeed(mappedTo(SKILL));
    await other;
    expect(states.row(A)).toEqual({ type: 'checking' });
    first.succeed(mappedTo(SKILL));
    await one;
  });

  it('is not sent for a provider that is not in the list, and no row appears', async () => {
    const changed = states.change({ ...create, serviceProviderId: 'elsewhere' }, ACT);
    expect(await changed).toEqual({ type: 'notSent', reason: 'notListed' });
    expect(states.status('elsewhere')).toEqual({});
    expect(notes.all).toEqual([]);
  });
});

describe('a change with an unclear response', () => {
  const effectUnknown = { effect: 'unknown' } as const;

  it('succeeded when the mapping turns out to be the requested one, in either format of the skill ID', async () => {
    const changed = states.change(create, ACT);
    (await client.next('create', A)).fail('timeout', effectUnknown);
    const otherForm = SKILL.replace('amzn1.ask.skill.', 'amzn1.alexa.skill.did.');
    (await client.next('get', A)).succeed(mappedTo(otherForm));
    expect(await changed).toMatchObject({ type: 'succeeded' });
    expect(states.row(A)).toEqual(mappedTo(otherForm));
    expect(states.status(A).lastFailure).toBeUndefined();
  });

  it('succeeded when nothing is mapped after a delete', async () => {
    const changed = states.change(remove, ACT);
    (await client.next('delete', A)).fail('network', effectUnknown);
    (await client.next('get', A)).succeed(notMapped);
    expect(await changed).toMatchObject({ type: 'succeeded' });
  });

  it('failed when nothing has changed; the row shows the actual mapping, the details the reason', async () => {
    const changed = states.change(remove, ACT);
    const failure = (await client.next('delete', A)).fail('serverError', { ...effectUnknown, status: 500 });
    (await client.next('get', A)).succeed(mappedTo(SKILL));
    expect(await changed).toMatchObject({ type: 'failed', failure, reading: { mapping: mappedTo(SKILL) } });
    expect(states.row(A)).toEqual(mappedTo(SKILL));
    expect(states.status(A).lastFailure).toEqual(failure);
  });

  it('reports another skill found by a create, so that Remap can be offered', async () => {
    const changed = states.change(create, ACT);
    const failure = (await client.next('create', A)).fail('conflict', effectUnknown);
    (await client.next('get', A)).succeed(mappedTo(OTHER_SKILL));
    expect(await changed).toMatchObject({ type: 'mappedToOther', skillId: OTHER_SKILL, failure });
    expect(states.row(A)).toEqual(mappedTo(OTHER_SKILL));
  });

  it('reports a missing mapping found by an update, so that Map can be offered', async () => {
    const changed = states.change(update, ACT);
    const failure = (await client.next('update', A)).fail('notFound');
    (await client.next('get', A)).succeed(notMapped);
    expect(await changed).toMatchObject({ type: 'notMapped', failure });
    expect(states.row(A)).toEqual(notMapped);
  });

  it('leaves the row unconfirmed when the mapping cannot be read either', async () => {
    await readAs(A, SKILL);
    const { lastKnown } = states.status(A);
    const changed = states.change(update, ACT);
    const failed = (await client.next('update', A)).fail('timeout', effectUnknown);
    const failure = { ...failed, replaced: mappedTo(SKILL) };
    const readError = (await client.next('get', A)).fail('unavailable');
    expect(await changed).toEqual({ type: 'unconfirmed', failure, verificationError: readError });
    expect(states.row(A)).toMatchObject({ type: 'unreadable', readError: { kind: 'unavailable' } });
    const unconfirmed = { change: update, before: mappedTo(SKILL), failure };
    expect(states.status(A)).toEqual({ lastKnown, readError, lastFailure: failure, unconfirmed });
  });

  it('is verified a second time when it may still be in flight to the service', async () => {
    states = new MappingStore(client, notes, { settleMs: 1, checksMs: [] });
    states.setEntries([aProvider(A)]);
    states.setSessions(signedInTo());
    const changed = states.change(create, ACT);
    (await client.next('create', A)).fail('timeout', effectUnknown);
    (await client.next('get', A)).succeed(notMapped);
    await expect
      .poll(() =>
        client.next('get', A).then(
          (read) => (read.succeed(mappedTo(SKILL)), true),
          () => false,
        ),
      )
      .toBe(true);
    expect(await changed).toMatchObject({ type: 'succeeded' });
    expect(states.row(A)).toEqual(mappedTo(SKILL));
  });

  it('is verified without a prompt for a token', async () => {
    const changed = states.change(create, { ...ACT, interactive: true });
    const write = await client.next('create', A);
    expect(write.context.interactive).toBe(true);
    write.fail('unauthorized');
    const read = await client.next('get', A);
    expect(read.context.interactive).toBe(false);
    read.fail('unauthorized');
    await changed;
  });

  it('is not verified when it was never sent, and the row is unchanged', async () => {
    await readAs(A, SKILL);
    const changed = states.change(remove, ACT);
    const failed = (await client.next('delete', A)).fail('signedOut', { attempts: [] });
    const failure = { ...failed, replaced: mappedTo(SKILL) };
    expect(await changed).toEqual({ type: 'failed', failure });
    expect(states.row(A)).toEqual(mappedTo(SKILL));
    expect(states.status(A).lastFailure).toEqual(failure);
  });

  it('shows the reason on an unread provider when it was never sent', async () => {
    const changed = states.change(remove, ACT);
    (await client.next('delete', A)).fail('signedOut', { attempts: [] });
    await changed;
    expect(states.row(A)).toMatchObject({ type: 'unreadable', readError: { kind: 'signedOut' } });
  });
});

describe('a canceled change', () => {
  it('ends immediately, and is verified in the background', async () => {
    await readAs(A, SKILL);
    const stop = new AbortController();
    const changed = states.change(remove, { ...ACT, abortSignal: stop.signal, interactive: true });
    await client.next('delete', A);
    stop.abort();
    expect(await expectImmediate(changed)).toMatchObject({
      type: 'unconfirmed',
      failure: { kind: 'canceled', effect: 'unknown' },
    });
    const read = await client.next('get', A);
    expect(states.row(A)).toEqual({ type: 'checking' });
    expect(read.context.interactive).not.toBe(true);
    expect(read.context.abortSignal?.aborted).not.toBe(true);
    read.succeed(notMapped);
    await client.settle();
    expect(states.row(A)).toEqual(notMapped);
  });

  it('is verified once more later when it had not taken effect, since it may still be in flight', async () => {
    states = new MappingStore(client, notes, { settleMs: 0, checksMs: [1] });
    states.setEntries([aProvider(A)]);
    states.setSessions(signedInTo());
    await readAs(A, SKILL);
    const stop = new AbortController();
    const changed = states.change(remove, { ...ACT, abortSignal: stop.signal });
    await client.next('delete', A);
    stop.abort();
    await expectImmediate(changed);
    (await client.next('get', A)).succeed(mappedTo(SKILL));
    await expect
      .poll(() =>
        client.next('get', A).then(
          (read) => (read.succeed(notMapped), true),
          () => false,
        ),
      )
      .toBe(true);
    await client.settle();
    expect(states.row(A)).toEqual(notMapped);
  });

  it('ends immediately during its verification too, and is verified in the background', async () => {
    const stop = new AbortController();
    const changed = states.change(create, { ...ACT, abortSignal: stop.signal });
    (await client.next('create', A)).fail('timeout', { effect: 'unknown' });
    await client.next('get', A);
    stop.abort();
    expect(await expectImmediate(changed)).toMatchObject({ type: 'unconfirmed', failure: { kind: 'timeout' } });
    (await client.next('get', A)).succeed(mappedTo(SKILL));
    await client.settle();
    expect(states.row(A)).toEqual(mappedTo(SKILL));
  });

  it('ends immediately in the wait before its second verification, and is verified in the background', async () => {
    states = new MappingStore(client, notes, { settleMs: 3_600_000, checksMs: [] });
    states.setEntries([aProvider(A)]);
    states.setSessions(signedInTo());
    const stop = new AbortController();
    const changed = states.change(create, { ...ACT, abortSignal: stop.signal });
    (await client.next('create', A)).fail('timeout', { effect: 'unknown' });
    (await client.next('get', A)).succeed(notMapped);
    await client.settle();
    stop.abort();
    expect(await expectImmediate(changed)).toMatchObject({ type: 'unconfirmed', reading: { mapping: notMapped } });
    (await client.next('get', A)).succeed(mappedTo(SKILL));
    await client.settle();
    expect(states.row(A)).toEqual(mappedTo(SKILL));
  });

  it('is never sent when it was still queued behind another one', async () => {
    const stop = new AbortController();
    const first = states.change(create, ACT);
    const second = states.change(update, { ...ACT, abortSignal: stop.signal });
    const write = await client.next('create', A);
    stop.abort();
    write.succeed(mappedTo(SKILL));
    await first;
    expect(await second).toMatchObject({ type: 'failed', failure: { kind: 'canceled', effect: 'none' } });
    expect(states.status(A).lastKnown?.mapping).toEqual(mappedTo(SKILL));
    await client.settle();
    expect(states.row(A)).toEqual(mappedTo(SKILL));
  });
});

describe('the list of providers', () => {
  it('keeps the known mappings of the providers that remain', async () => {
    await readAs(A, SKILL);
    const status = states.status(A);
    states.setEntries([aProvider(B), aProvider(A, { name: 'Renamed' })]);
    expect(states.status(A)).toBe(status);
    expect(states.provider(A)?.name).toBe('Renamed');
    expect(states.providers.map(({ id }) => id)).toEqual([B, A]);
    expect(states.needingRefresh).toEqual([B]);
  });

  it('drops the mappings of those that are removed: added again they are unread', async () => {
    await readAs(A, SKILL);
    states.setEntries([aProvider(B)]);
    expect(states.status(A)).toEqual({});
    states.setEntries([aProvider(A), aProvider(B)]);
    expect(states.needingRefresh).toEqual([A, B]);
  });

  it('cancels the read of a removed provider and ignores its late response', async () => {
    const refreshed = states.refresh([A]);
    const read = await client.next('get', A);
    const changes: string[] = [];
    states.events.on('providerChanged', (id) => changes.push(id));
    states.setEntries([aProvider(B)]);
    expect(read.givenUp).toBe(true);
    read.succeed(mappedTo(SKILL));
    await refreshed;
    expect(states.status(A)).toEqual({});
    expect(changes).toEqual([]);
  });

  it('ignores the response to a change of a removed provider', async () => {
    const changed = states.change(create, ACT);
    const write = await client.next('create', A);
    states.setEntries([aProvider(B)]);
    write.succeed(mappedTo(SKILL));
    expect(await changed).toMatchObject({ type: 'succeeded' });
    expect(states.status(A)).toEqual({});
  });

  it('does not read a provider that is removed while queued', async () => {
    const changed = states.change(create, ACT);
    const refreshed = states.refresh([A]);
    const write = await client.next('create', A);
    states.setEntries([]);
    write.succeed(mappedTo(SKILL));
    await Promise.all([changed, refreshed]);
    await client.expectNoMore();
  });

  it('keeps unusable entries in place, and sends no request for them', () => {
    const entries = [{ type: 'invalid', index: 0, problem: 'x' } as const, aProvider(A)];
    states.setEntries(entries);
    expect(states.entries).toEqual(entries);
    expect(states.providers.map(({ id }) => id)).toEqual([A]);
  });

  it('has those of open files after those of the setting, which has the last word', () => {
    const [ofFile, another] = [A, 'c'].map((id) => aProvider(id, { name: 'Other', file: 'hotels' }));
    states.setFileProviders([ofFile, another].flatMap((each) => each ?? []));
    expect(states.entries).toEqual([aProvider(A), aProvider(B), another]);
    states.setEntries([aProvider(B)]);
    expect(states.entries).toEqual([aProvider(B), ofFile, another]);
    states.setFileProviders([]);
    expect(states.entries).toEqual([aProvider(B)]);
  });

  it('emits entriesChanged only on a new configuration, a sign-in or a sign-out', () => {
    let told = 0;
    states.events.on('entriesChanged', () => told++);
    states.setEntries([aProvider(A)]);
    states.setSessions(signedInTo());
    states.setSessions(new Map([['default', 'another session']]));
    states.setSessions(signedOut);
    states.setSessions(signedOut);
    expect(told).toBe(3);
    expect(states.signedIn).toBe(false);
  });

  it('lists the providers that need a refresh: unread or unreadable, and not being read', async () => {
    await readAs(A, SKILL);
    expect(states.needingRefresh).toEqual([B]);
    const refreshed = states.refresh([A, B]);
    (await client.next('get', A)).fail('unauthorized');
    expect(states.needingRefresh).toEqual([]);
    (await client.next('get', B)).succeed(notMapped);
    await refreshed;
    expect(states.needingRefresh).toEqual([A]);
  });

  it('drops all mappings when another endpoint is set, and ignores late responses of the old one', async () => {
    await readAs(A, SKILL);
    const changed = states.change(update, ACT);
    const request = await client.next('update', A);
    endpoints['default'] = 'https://api.eu.example.com';
    states.followEndpoints();
    expect(states.row(A)).toEqual({ type: 'checking' });
    request.succeed(mappedTo(OTHER_SKILL));
    await changed;
    expect(states.status(A)).toEqual({});
    expect(states.needingRefresh).toEqual([A, B]);
  });

  it('restarts a read in progress when the endpoint changes', async () => {
    const refreshed = states.refresh([A]);
    const read = await client.next('get', A);
    endpoints['default'] = 'https://api.eu.example.com';
    states.followEndpoints();
    expect(read.givenUp).toBe(true);
    (await client.next('get', A)).succeed(mappedTo(OTHER_SKILL));
    await refreshed;
    expect(states.row(A)).toEqual(mappedTo(OTHER_SKILL));
  });

  describe('when the endpoint of one of two accounts changes', () => {
    beforeEach(async () => {
      states.setEntries([aProvider(A, { account: 'europe' }), aProvider(B)]);
      states.setSessions(new Map([...signedInTo('default'), ...signedInTo('europe')]));
      await readAs(A, SKILL);
      await readAs(B, OTHER_SKILL);
      endpoints['europe'] = 'https://api.eu.example.com';
    });

    it('drops only the mappings of that account', () => {
      expect(states.sender(A).endpoint).toBe('https://api.eu.example.com');
      expect(states.sender(B).endpoint).toBe('https://api.example.com');
      states.followEndpoints();
      expect(states.status(A)).toEqual({});
      expect(states.row(B)).toEqual(mappedTo(OTHER_SKILL));
      expect(states.needingRefresh).toEqual([A]);
    });

    it('leaves a bulk operation of the other account in progress', async () => {
      const { signal: stopSignal } = new AbortController();
      const remap: MappingChange = { operation: 'update', serviceProviderId: B, skillId: SKILL };
      const changing = states.changeAll([{ change: remap }], { ...ACT, stopSignal }, () => undefined);
      const request = await client.next('update', B);
      states.followEndpoints();
      expect(request.givenUp).toBe(false);
      request.succeed(mappedTo(SKILL));
      expect(await changing).toMatchObject([{ type: 'succeeded' }]);
      expect(states.row(B)).toEqual(mappedTo(SKILL));
    });

    it('drops the mapping of a service provider that moves there', () => {
      states.followEndpoints();
      states.setEntries([aProvider(A, { account: 'europe' }), aProvider(B, { account: 'europe' })]);
      expect(states.status(B)).toEqual({});
      expect(states.needingRefresh).toEqual([A, B]);
    });
  });

  it('emits only the ID of a renamed provider, and nothing when nothing has changed', () => {
    const told: (string | undefined)[] = [];
    states.events.on('providerChanged', (id) => told.push(id));
    states.events.on('entriesChanged', () => told.push(undefined));
    states.setEntries([aProvider(A), aProvider(B)]);
    expect(told).toEqual([]);
    states.setEntries([aProvider(A), aProvider(B, { name: 'Renamed' })]);
    expect(told).toEqual([B]);
    states.setEntries([aProvider(B, { name: 'Renamed' }), aProvider(A)]);
    expect(told).toEqual([B, undefined]);
  });

  it('emits only the ID of a changed row', async () => {
    const told: string[] = [];
    states.events.on('providerChanged', (id) => told.push(id));
    await readAs(B, SKILL);
    expect(new Set(told)).toEqual(new Set([B]));
  });

  it('shows signed out in every row without a session, and re-reads all of them with the next one', async () => {
    await readAs(A, SKILL);
    states.setSessions(signedOut);
    expect([states.row(A), states.row(B)]).toEqual([{ type: 'signedOut' }, { type: 'signedOut' }]);
    states.setSessions(signedInTo());
    expect(states.row(A)).toEqual({ type: 'checking' });
    expect(states.needingRefresh).toEqual([A, B]);
    await readAs(A, OTHER_SKILL);
    expect(states.row(A)).toEqual(mappedTo(OTHER_SKILL));
    expect(states.needingRefresh).toEqual([B]);
  });

  it('re-reads all rows when another user signs in over the session', async () => {
    await readAs(A, SKILL);
    states.setSessions(new Map([['default', 'another session']]));
    expect(states.row(A)).toEqual({ type: 'checking' });
    expect(states.needingRefresh).toEqual([A, B]);
  });

  it('does not show a response to an earlier session as the current mapping', async () => {
    await readAs(A, SKILL);
    const refreshed = states.refresh([A]);
    const read = await client.next('get', A);
    states.setSessions(signedOut);
    states.setSessions(signedInTo());
    expect(read.givenUp).toBe(true);
    const again = await client.next('get', A);
    expect(states.row(A)).toEqual({ type: 'checking' });
    again.succeed(mappedTo(OTHER_SKILL));
    await refreshed;
    expect(states.row(A)).toEqual(mappedTo(OTHER_SKILL));
  });

  it('does not show the result of a change by an earlier session as the current mapping', async () => {
    await readAs(A, SKILL);
    const changed = states.change(update, ACT);
    const request = await client.next('update', A);
    states.setSessions(new Map([['default', 'another session']]));
    request.succeed(mappedTo(OTHER_SKILL));
    await changed;
    await client.settle();
    expect(states.row(A)).toEqual({ type: 'checking' });
    expect(states.needingRefresh).toContain(A);
  });

  it('leaves no row in the checking state when a change is not sent because of another endpoint', async () => {
    const changing = states.changeAll(
      [{ change: update, replaces: mappedTo(SKILL) }],
      { ...ACT, stopSignal: new AbortController().signal },
      () => undefined,
    );
    const looked = await client.next('get', A);
    endpoints['default'] = 'https://api.eu.example.com';
    states.followEndpoints();
    looked.succeed(mappedTo(SKILL));
    // The client sends nothing any more and reports that.
    (await client.next('update', A)).fail('canceled', { attempts: [] });
    await changing;
    expect(states.status(A)).toEqual({});
  });

  it('leaves the rows unchanged when it is notified of the same session again', async () => {
    await readAs(A, SKILL);
    states.setSessions(signedInTo());
    expect(states.row(A)).toEqual(mappedTo(SKILL));
  });
});

describe('several accounts', () => {
  beforeEach(() => {
    states.setEntries([aProvider(A, { account: 'eu' }), aProvider(B)]);
    states.setSessions(signedInTo('eu', 'default'));
  });

  it('have separate providers: a new session of one re-reads only its own', async () => {
    await readAs(A, SKILL);
    await readAs(B, OTHER_SKILL);
    states.setSessions(new Map([...signedInTo('default'), ['eu', 'another session']]));
    expect([states.row(A), states.row(B)]).toEqual([{ type: 'checking' }, mappedTo(OTHER_SKILL)]);
    expect(states.needingRefresh).toEqual([A]);
  });

  it('are signed out one by one', async () => {
    await readAs(A, SKILL);
    await readAs(B, OTHER_SKILL);
    states.setSessions(new Map([...signedInTo('default'), ['eu', undefined]]));
    expect([states.row(A), states.row(B)]).toEqual([{ type: 'signedOut' }, mappedTo(OTHER_SKILL)]);
    expect(states.needingRefresh).toEqual([]);
    expect(states.signedIn).toBe(true);
  });

  it('leave a provider whose account is missing to the client, which reports it', async () => {
    await readAs(A, SKILL);
    states.setSessions(signedInTo('default'));
    expect(states.needingRefresh).toEqual([A, B]);
    const refreshed = states.refresh([A]);
    (await client.next('get', A)).fail('accountMissing');
    await refreshed;
    expect(states.row(A)).toMatchObject({ type: 'unreadable', readError: { kind: 'accountMissing' } });
  });

  it('are all signed out without any session, even for a provider whose account is missing', () => {
    states.setSessions(new Map([['default', undefined]]));
    expect([states.row(A), states.row(B)]).toEqual([{ type: 'signedOut' }, { type: 'signedOut' }]);
    expect(states.signedIn).toBe(false);
    expect(states.needingRefresh).toEqual([]);
  });

  it('re-read only the provider whose configured account changes', async () => {
    await readAs(A, SKILL);
    await readAs(B, OTHER_SKILL);
    let told = 0;
    states.events.on('entriesChanged', () => told++);
    states.setEntries([aProvider(A), aProvider(B)]);
    expect([states.row(A), states.row(B)]).toEqual([{ type: 'checking' }, mappedTo(OTHER_SKILL)]);
    expect(states.needingRefresh).toEqual([A]);
    expect(told).toBe(1);
  });

  it('restart the reads of an earlier session', async () => {
    const refreshed = states.refresh([A, B]);
    const [ofA, ofB] = [await client.next('get', A), await client.next('get', B)];
    states.setSessions(new Map([...signedInTo('default'), ['eu', 'another session']]));
    expect([ofA.givenUp, ofB.givenUp]).toEqual([true, false]);
    ofB.succeed(notMapped);
    (await client.next('get', A)).succeed(mappedTo(OTHER_SKILL));
    await refreshed;
    expect([states.row(A), states.row(B)]).toEqual([mappedTo(OTHER_SKILL), notMapped]);
  });
});

describe('a mapping read with the account that sent a change', () => {
  const URL = 'https://api.example.com';
  let url: string;
  beforeEach(() => {
    url = URL;
    states = new MappingStore(client, notes, { endpoint: () => url });
    states.setEntries([aProvider(A)]);
    states.setSessions(signedInTo('hotels'));
  });

  it('updates its row', async () => {
    const reading = states.readAs(A, { account: 'hotels', endpoint: URL });
    (await client.next('get', A)).succeed(mappedTo(SKILL));
    expect(await reading).toEqual({ ok: true, value: mappedTo(SKILL) });
    expect(states.row(A)).toEqual(mappedTo(SKILL));
    const again = states.readAs(A, { account: 'hotels', endpoint: URL });
    const failure = (await client.next('get', A)).fail('timeout');
    expect(await again).toEqual({ ok: false, failure });
    expect(states.row(A)).toMatchObject({ type: 'unreadable' });
  });

  it('may belong to a provider that is not in the list, if the same account would serve it', async () => {
    const reading = states.readAs(B, { account: 'hotels', endpoint: URL });
    const read = await client.next('get', B);
    expect(read.context.expected).toEqual({ account: 'hotels', endpoint: URL, session: 'session of hotels' });
    read.succeed(notMapped);
    expect(await reading).toEqual({ ok: true, value: notMapped });
    expect(states.status(B)).toEqual({});
    states.setSessions(signedInTo('hotels', 'default'));
    expect(await states.readAs(B, { account: 'hotels', endpoint: URL })).toBeUndefined();
  });

  it.each<[string, { account?: string; endpoint: string }, () => void]>([
    ['at another endpoint', { account: 'hotels', endpoint: 'https://elsewhere.example' }, () => undefined],
    ['by another account', { account: 'clinics', endpoint: URL }, () => undefined],
    ['with an unknown account', { endpoint: URL }, () => undefined],
    [
      'while its account is signed out',
      { account: 'hotels', endpoint: URL },
      () => {
        states.setSessions(new Map([['hotels', undefined]]));
      },
    ],
    [
      'while no account is signed in',
      { endpoint: URL },
      () => {
        states.setSessions(signedOut);
      },
    ],
  ])('is not read %s', async (_when, sender, happens) => {
    happens();
    expect(await states.readAs(A, sender)).toBeUndefined();
  });

  it('is discarded when another session or endpoint was set meanwhile', async () => {
    for (const [id, happens] of [
      [
        A,
        () => {
          states.setSessions(new Map([['hotels', 'another session']]));
        },
      ],
      [
        B,
        () => {
          states.setSessions(new Map([['hotels', 'one more session']]));
        },
      ],
      [B, () => (url = 'https://elsewhere.example')],
    ] as const) {
      const reading = states.readAs(id, { account: 'hotels', endpoint: URL });
      const read = await client.next('get', id);
      happens();
      if (id === A) (await client.next('get', A)).succeed(notMapped);
      else read.succeed(notMapped);
      expect(await reading).toBeUndefined();
    }
  });
});

describe('the common reason why no provider can be read', () => {
  async function failWith(...kinds: (ApiFailure['kind'] | undefined)[]): Promise<void> {
    const ids = kinds.map((_, index) => `provider-${index}`);
    states.setEntries(ids.map((id) => aProvider(id)));
    const refreshed = states.refresh(ids);
    for (const kind of kinds) {
      const read = await client.next('get');
      if (kind) read.fail(kind);
      else read.succeed(notMapped);
    }
    await refreshed;
  }

  it('is set when the service is unreachable for all, whatever the individual failures', async () => {
    await failWith('timeout', 'network', 'unavailable');
    expect(states.commonReadError).toBe('unreachable');
  });

  it('is set when the token is rejected for all', async () => {
    await failWith('unauthorized', 'unauthorized');
    expect(states.commonReadError).toBe('tokenRefused');
  });

  it.each([
    ['one of them can be read', ['timeout', undefined]],
    ['they differ', ['timeout', 'unauthorized']],
    ['they differ the other way round', ['unauthorized', 'timeout']],
    ['it says something of each provider', ['forbidden', 'forbidden']],
    ['it was canceled', ['canceled', 'canceled']],
  ] as const)('is undefined when %s', async (_what, kinds) => {
    await failWith(...kinds);
    expect(states.commonReadError).toBeUndefined();
  });

  it('ignores providers of an account that is signed out', async () => {
    await failWith('timeout', 'network');
    states.setSessions(new Map([...signedInTo(), ['other', undefined]]));
    states.setEntries([...states.entries, aProvider('of the other', { account: 'other' })]);
    expect(states.commonReadError).toBe('unreachable');
  });

  it('is undefined before the first read, and for an empty list', async () => {
    expect(states.commonReadError).toBeUndefined();
    await failWith();
    expect(states.commonReadError).toBeUndefined();
  });

  it('remains during a re-read, so that the view does not flicker, and ends with the first response', async () => {
    await failWith('network');
    const refreshed = states.refresh(['provider-0']);
    const read = await client.next('get');
    expect(states.commonReadError).toBe('unreachable');
    read.succeed(notMapped);
    await refreshed;
    expect(states.commonReadError).toBeUndefined();
  });
});
