import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProviderReading } from '../../../../src/core/api/onboardingClient';
import type { RequestContext } from '../../../../src/core/api/serviceClient';
import type { FailureKind, Result } from '../../../../src/core/failures/apiFailure';
import { existenceAfter } from '../../../../src/core/mappings/lookUp';
import { MappingStore } from '../../../../src/core/mappings/mappingStore';
import { ReadOrder } from '../../../../src/core/mappings/readOrder';
import { aFailure, aProvider, mappedTo, notMapped, signedInTo, SKILL } from '../../../support/builders';
import { FakeClient } from '../../../support/fakeClient';
import { RecordedChangeLog } from '../../../support/recordedChangeLog';

const A = 'provider-a';
const B = 'provider-b';
const failure = aFailure('notFound', { operation: 'readProvider', serviceProviderId: A, status: 404 });
const exists: Result<ProviderReading> = { ok: true, value: { type: 'exists' } };
const unknown: Result<ProviderReading> = { ok: true, value: { type: 'unknown', failure } };
const failed = (kind: FailureKind, status?: number): Result<ProviderReading> => ({
  ok: false,
  failure: aFailure(kind, { operation: 'readProvider', ...(status !== undefined && { status }) }),
});

interface LookUp {
  readonly id: string;
  readonly context: RequestContext;
  readonly answer: (result: Result<ProviderReading>) => void;
}

let client: FakeClient;
let lookUps: LookUp[];
let endpoint: string;
let store: MappingStore;

beforeEach(() => {
  client = new FakeClient();
  lookUps = [];
  endpoint = 'https://api.example';
  store = new MappingStore(client, new RecordedChangeLog(), {
    readProvider: (id, context) =>
      new Promise((answer) => {
        context?.abortSignal?.addEventListener('abort', () => {
          answer(failed('canceled'));
        });
        lookUps.push({ id, context: context ?? {}, answer });
      }),
    endpoint: () => endpoint,
    settleMs: 0,
    checksMs: [],
  });
  store.setEntries([aProvider(A), aProvider(B)]);
  store.setSessions(signedInTo());
});
afterEach(async () => {
  await client.expectNoMore();
  expect(lookUps).toEqual([]);
});

async function lookUp(id = A): Promise<LookUp> {
  await client.settle();
  const next = lookUps.shift();
  if (next?.id !== id) throw new Error(`expected a read of ${id} itself, but it is ${next?.id ?? 'none'}`);
  return next;
}

async function read(result: Result<ProviderReading>, context = {}): Promise<void> {
  const refreshed = store.refresh([A], context);
  (await client.next('get', A)).succeed(notMapped);
  (await lookUp()).answer(result);
  await refreshed;
}

async function readWithoutLookUp(): Promise<void> {
  const refreshed = store.refresh([A]);
  (await client.next('get', A)).succeed(notMapped);
  await refreshed;
}

describe('a mapping that is not found', () => {
  it('is checked until the service provider was read, as the same account, without asking a user', async () => {
    const settled: string[] = [];
    const refreshed = store.refresh([A], { interactive: true, urgent: true }, (id) => settled.push(id));
    (await client.next('get', A)).succeed(notMapped);
    const { context, answer } = await lookUp();
    expect(store.row(A)).toEqual({ type: 'checking' });
    expect(context).toMatchObject({ urgent: true, interactive: false, expected: store.sender(A) });
    expect(settled).toEqual([]);
    answer(exists);
    await refreshed;
    expect(store.row(A)).toEqual(notMapped);
    expect(settled).toEqual([A]);
  });

  it('is that of an unknown service provider, with the failure that explains it', async () => {
    await read(unknown);
    expect(store.row(A)).toEqual({ type: 'unknownProvider' });
    expect(store.status(A).lastFailure).toBe(failure);
  });

  it.each([
    ['exists', exists],
    ['unknown', unknown],
    ['untold', failed('forbidden', 403)],
    ['untold', failed('unexpectedResponse', 200)],
  ] as const)('is asked about once: %s', async (type, result) => {
    await read(result);
    expect(store.status(A).existence?.type).toBe(type);
    await readWithoutLookUp();
  });

  it.each([failed('serverError', 500), failed('timeout'), failed('throttled', 429), failed('canceled')])(
    'is asked about again after no answer, and is not mapped until then',
    async (result) => {
      await read(result);
      expect(store.row(A)).toEqual(notMapped);
      await read(exists);
    },
  );

  it('is asked about again when the user asks for it, and keeps what is known until then', async () => {
    await read(unknown);
    const refreshed = store.refresh([A], { asksAgain: true });
    (await client.next('get', A)).succeed(notMapped);
    const { answer } = await lookUp();
    expect(store.row(A)).toEqual({ type: 'unknownProvider' });
    answer(exists);
    await refreshed;
    expect(store.row(A)).toEqual(notMapped);
  });

  it('is asked about again with another session and at another endpoint', async () => {
    await read(unknown);
    store.setSessions(new Map([['default', 'another session']]));
    await read(exists);
    endpoint = 'https://api.eu.example';
    store.followEndpoints();
    await read(unknown);
  });

  it('is not asked about while there is a mapping', async () => {
    const refreshed = store.refresh([A]);
    (await client.next('get', A)).succeed(mappedTo(SKILL));
    await refreshed;
  });

  it('comes after the mappings that a user looks at, and before the rest', async () => {
    const ids = Array.from({ length: 40 }, (_, index) => `provider-${index}`);
    store.setEntries(ids.map((id) => aProvider(id)));
    const order = new ReadOrder(ids);
    order.prefer(ids.slice(0, 20));
    const refreshed = store.refresh(order);
    const sequence: string[] = [];
    for (let settled = 0; settled < 40 + 20;) {
      await client.settle();
      const looked = lookUps.splice(0);
      for (const { id, answer } of looked) {
        sequence.push(`${id} itself`);
        answer(exists);
      }
      settled += looked.length;
      if (looked.length > 0) continue;
      const request = await client.next('get');
      sequence.push(request.serviceProviderId);
      request.succeed(Number(request.serviceProviderId.slice(9)) % 2 === 0 ? notMapped : mappedTo(SKILL));
      settled++;
    }
    await refreshed;
    expect(sequence).toHaveLength(60);
    const firstLookUp = sequence.findIndex((each) => each.endsWith('itself'));
    const read = sequence.slice(0, firstLookUp);
    // All that the user looks at were sent before, in whatever order they were answered.
    expect(read.length).toBeGreaterThan(20 - 16);
    expect(sequence.indexOf('provider-0 itself')).toBeLessThan(sequence.indexOf('provider-39'));
    expect(ids.slice(0, 20).every((id) => sequence.indexOf(id) < sequence.indexOf('provider-36'))).toBe(true);
  });
});

describe('a service provider that is being looked up', () => {
  async function begin() {
    const refreshed = store.refresh([A]);
    (await client.next('get', A)).succeed(notMapped);
    await lookUp();
    return { refreshed };
  }

  it('is left to a change, which makes way for no question', async () => {
    const { refreshed } = await begin();
    const changed = store.change(
      { operation: 'create', serviceProviderId: A, skillId: SKILL },
      { operationId: 'operation' },
    );
    (await client.next('create', A)).succeed(mappedTo(SKILL));
    await Promise.all([refreshed, changed]);
    expect(store.row(A)).toEqual(mappedTo(SKILL));
  });

  it('is looked up after a change that left it unmapped', async () => {
    const { refreshed } = await begin();
    const changed = store.change(
      { operation: 'create', serviceProviderId: A, skillId: SKILL },
      { operationId: 'operation' },
    );
    (await client.next('create', A)).fail('badRequest');
    (await client.next('get', A)).succeed(notMapped);
    await Promise.all([refreshed, changed]);
    (await lookUp()).answer(unknown);
    await client.settle();
    expect(store.row(A)).toEqual({ type: 'unknownProvider' });
  });

  it('is read from the beginning when the session changes', async () => {
    const { refreshed } = await begin();
    store.setSessions(new Map([['default', 'another session']]));
    (await client.next('get', A)).succeed(notMapped);
    (await lookUp()).answer(exists);
    await refreshed;
    expect(store.row(A)).toEqual(notMapped);
  });

  it('is not mapped, as far as is known, when the user stops reading', async () => {
    const abort = new AbortController();
    const refreshed = store.refresh([A], { abortSignal: abort.signal });
    (await client.next('get', A)).succeed(notMapped);
    await lookUp();
    abort.abort();
    await refreshed;
    expect(store.row(A)).toEqual(notMapped);
  });
});

describe('a deleted mapping', () => {
  it('shows that the service provider exists', async () => {
    const refreshed = store.refresh([A]);
    (await client.next('get', A)).succeed(mappedTo(SKILL));
    await refreshed;
    const changed = store.change({ operation: 'delete', serviceProviderId: A }, { operationId: 'operation' });
    (await client.next('delete', A)).succeed(notMapped);
    await changed;
    expect(store.row(A)).toEqual(notMapped);
    await readWithoutLookUp();
  });

  it('does not if others deleted it', async () => {
    const refreshed = store.refresh([A]);
    (await client.next('get', A)).succeed(mappedTo(SKILL));
    await refreshed;
    await read(unknown);
    expect(store.row(A)).toEqual({ type: 'unknownProvider' });
  });
});

describe('what a response says of a service provider', () => {
  it.each([
    [exists, { type: 'exists' }],
    [unknown, { type: 'unknown', failure }],
    [failed('unauthorized', 401), { type: 'untold' }],
    [failed('unavailable', 503), { type: 'unanswered' }],
    [failed('contextChanged'), { type: 'unanswered' }],
  ] as const)('%#', (result, existence) => {
    expect(existenceAfter(result)).toEqual(existence);
  });
});
