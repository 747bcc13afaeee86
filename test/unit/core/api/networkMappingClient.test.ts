import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { NetworkMappingClient } from '../../../../src/core/api/networkMappingClient';
import { ServiceClient, type AttemptRecord } from '../../../../src/core/api/serviceClient';
import { describeFailure } from '../../../../src/core/failures/failureMessages';
import type { ApiFailure, Result } from '../../../../src/core/failures/apiFailure';
import type { MappingChange, NetworkMapping, Operation } from '../../../../src/core/model/networkMapping';
import type { FaultInput } from '../../../simulator/faults';
import { startSimulator, type Simulator } from '../../../simulator/simulator';
import { fingerprintOf } from '../../../simulator/tokens';
import { unexpected } from '../../../support/unexpected';
import { granted, PreparedTokens } from '../../../support/accessTokens';
import { anyText } from '../../../support/arbitraries';
import { expectImmediate, never } from '../../../support/expectImmediate';
import { OPERATIONS } from '../../../../src/core/model/networkMapping';
import {
  ACCESS_TOKEN,
  mappedTo,
  notMapped,
  ODD_ACCESS_TOKEN,
  OTHER_SKILL,
  SERVICE_PROVIDER,
  SKILL,
} from '../../../support/builders';
import { clientOf } from '../../../support/simulatedService';
import { startWebServer, type WebServer } from '../../../support/webServer';

const WRITES = ['create', 'update', 'delete'] as const;

let simulator: Simulator;
let tokens: PreparedTokens;
let client: NetworkMappingClient;

beforeAll(async () => {
  simulator = await startSimulator({ seed: [{ serviceProviderId: SERVICE_PROVIDER, skillId: null }] });
});
afterAll(() => simulator.stop());
afterEach(() => {
  vi.restoreAllMocks();
});
beforeEach(() => {
  simulator.control.reset();
  tokens = new PreparedTokens(simulator.control.demo.accessToken);
  client = clientOf(simulator.url, tokens);
});

const requests = () => simulator.control.requests();
const fail = (fault: FaultInput) => simulator.control.addFault(fault);
const mapTo = (skillId: string | null, serviceProviderId = SERVICE_PROVIDER) => {
  simulator.control.setProvider({ serviceProviderId, skillId });
};

function changeOf(operation: (typeof WRITES)[number], serviceProviderId = SERVICE_PROVIDER): MappingChange {
  return operation === 'delete'
    ? { operation, serviceProviderId }
    : { operation, serviceProviderId, skillId: OTHER_SKILL };
}

/** Sends a request that succeeds in the absence of faults. */
function send(operation: Operation, by = client, context: Parameters<NetworkMappingClient['get']>[1] = {}) {
  mapTo(operation === 'create' ? null : SKILL);
  return operation === 'get' ? by.get(SERVICE_PROVIDER, context) : by.change(changeOf(operation), context);
}

async function failureOf(result: Promise<Result<NetworkMapping>>): Promise<ApiFailure> {
  const settled = await result;
  if (settled.ok) throw new Error('expected a failure');
  return settled.failure;
}

describe('a request', () => {
  const path = `/v1/communications/serviceProviders/${SERVICE_PROVIDER}/network`;
  const mapping = (skillId: string) => ({ networkType: 'SKILL', skillConfiguration: { skillId } });

  it.each([
    { operation: 'get' as const, method: 'GET', body: undefined, value: mappedTo(SKILL), then: SKILL },
    {
      operation: 'create' as const,
      method: 'POST',
      body: mapping(OTHER_SKILL),
      value: mappedTo(OTHER_SKILL),
      then: OTHER_SKILL,
    },
    {
      operation: 'update' as const,
      method: 'PUT',
      body: mapping(OTHER_SKILL),
      value: mappedTo(OTHER_SKILL),
      then: OTHER_SKILL,
    },
    { operation: 'delete' as const, method: 'DELETE', body: undefined, value: notMapped, then: undefined },
  ])(
    'to $operation a mapping is a single $method as documented in the API reference',
    async ({ operation, method, body, value, then }) => {
      expect(await send(operation)).toMatchObject({ ok: true, value });
      expect(simulator.control.mappingOf(SERVICE_PROVIDER)).toBe(then);
      const [request, ...others] = requests();
      expect(others).toEqual([]);
      expect(request).toMatchObject({
        operation,
        method,
        url: path,
        tokenFingerprint: fingerprintOf(simulator.control.demo.accessToken),
        headers: { accept: 'application/json', 'content-type': 'application/json' },
      });
      expect(request?.body).toEqual(body);
      expect(request?.headerNames.filter((name) => name.toLowerCase() === 'authorization')).toHaveLength(1);
    },
  );

  it('returns notMapped when the service responds with 404', async () => {
    expect(await client.get(SERVICE_PROVIDER)).toMatchObject({ ok: true, value: notMapped });
  });

  it('keeps the path of the endpoint', async () => {
    const failure = await failureOf(clientOf(`${simulator.url}/gateway/`, tokens).change(changeOf('create')));
    expect(failure.url).toBe(`${simulator.url}/gateway${path}`);
    expect(requests()).toMatchObject([{ url: `/gateway${path}` }]);
  });

  it('carries any ID as one path segment that decodes to the ID, and reaches no other provider', async () => {
    const difficult = fc.string({
      unit: fc.constantFrom(
        '/',
        '..',
        '.',
        '?',
        '#',
        '%',
        '%2F',
        '%2e',
        '\\',
        ';',
        '&',
        '+',
        '|',
        "'",
        'a',
        'ü',
        '你',
        '🙂',
      ),
      minLength: 1,
      maxLength: 10,
    });
    await fc.assert(
      fc.asyncProperty(difficult, async (id) => {
        fc.pre(id !== '.' && id !== '..');
        simulator.control.seed([{ serviceProviderId: id }, { serviceProviderId: SERVICE_PROVIDER, skillId: SKILL }]);
        simulator.control.clearRequests();

        expect(await client.change({ operation: 'create', serviceProviderId: id, skillId: 'x' })).toHaveProperty(
          'ok',
          true,
        );
        expect(await client.get(id)).toMatchObject({ ok: true, value: mappedTo('x') });
        expect(await client.change({ operation: 'update', serviceProviderId: id, skillId: 'y' })).toHaveProperty(
          'ok',
          true,
        );
        expect(await client.change({ operation: 'delete', serviceProviderId: id })).toHaveProperty('ok', true);

        for (const { url, serviceProviderId } of requests()) {
          const segments = url.split('/');
          expect(segments).toHaveLength(6);
          expect(decodeURIComponent(segments[4] ?? '')).toBe(id);
          expect(serviceProviderId).toBe(id);
        }
        expect(simulator.control.writesTo(id)).toEqual({ create: 1, update: 1, delete: 1 });
        expect(simulator.control.mappingOf(SERVICE_PROVIDER)).toBe(SKILL);
      }),
      { numRuns: 60, examples: [['../../..'], ['a/../b'], ['?x=1'], ['#'], ['%'], ['%2e%2e'], ['%2F']] },
    );
  });

  it('carries any skill ID unchanged in its body', async () => {
    await fc.assert(
      fc.asyncProperty(anyText(40), async (text) => {
        const skillId = `s${text.replace(/\p{Cs}/gu, '')}`;
        mapTo(null);
        await client.change({ operation: 'create', serviceProviderId: SERVICE_PROVIDER, skillId });
        expect(simulator.control.mappingOf(SERVICE_PROVIDER)).toBe(skillId);
      }),
      { numRuns: 60, examples: [['"'], ['\\'], ['你🙂'], ['</script>']] },
    );
  });

  it.each(['asStored', 'otherForm'] as const)('takes the skill ID %s from the response', async (skillIdForm) => {
    simulator.control.setSwitches({ skillIdForm });
    mapTo(SKILL);
    const skillId = skillIdForm === 'asStored' ? SKILL : SKILL.replace('amzn1.ask.skill.', 'amzn1.alexa.skill.did.');
    expect(await client.get(SERVICE_PROVIDER)).toMatchObject({ ok: true, value: mappedTo(skillId) });
  });

  it('is never sent to an endpoint that is refused', async () => {
    for (const operation of OPERATIONS) {
      const refused = new NetworkMappingClient(
        new ServiceClient({
          accountOf: () => undefined,
          endpoint: () => ({ ok: false, problem: 'Only https.' }),
          tokens: { getToken: () => never(), refresh: () => never(), markAccepted: () => unexpected('an answer') },
        }),
      );
      expect(await failureOf(send(operation, refused))).toMatchObject({
        kind: 'invalidEndpoint',
        detail: 'Only https.',
        effect: 'none',
        attempts: [],
      });
    }
    expect(requests()).toEqual([]);
  });

  it('is sent to the endpoint configured when it is sent', async () => {
    let problem: string | undefined = 'not yet';
    const moved = new NetworkMappingClient(
      new ServiceClient({
        accountOf: () => undefined,
        endpoint: () => (problem === undefined ? { ok: true, url: simulator.url } : { ok: false, problem }),
        tokens,
      }),
    );
    expect(await moved.get(SERVICE_PROVIDER)).toHaveProperty('ok', false);
    problem = undefined;
    expect(await moved.get(SERVICE_PROVIDER)).toHaveProperty('ok', true);
  });

  it('is never sent without a token', async () => {
    tokens.token = undefined;
    for (const operation of OPERATIONS) {
      expect(await failureOf(send(operation))).toMatchObject({ kind: 'signedOut', effect: 'none', attempts: [] });
    }
    expect(requests()).toEqual([]);
  });

  it('ends as signed out, not in an error, when the token cannot be read from its store', async () => {
    tokens.token = new Error('the keyring is locked');
    expect(await failureOf(client.get(SERVICE_PROVIDER))).toMatchObject({ kind: 'signedOut', attempts: [] });
    expect(requests()).toEqual([]);
  });

  it('logs each of its attempts under one key, without secrets', async () => {
    const log: AttemptRecord[] = [];
    const logged = clientOf(simulator.url, tokens, {}, (attempt) => log.push(attempt));
    fail({ name: 'serverError', count: 2 });
    await send('get', logged);
    expect(log).toMatchObject([
      { operation: 'get', method: 'GET', path, outcome: 500 },
      { operation: 'get', method: 'GET', path, outcome: 500 },
      { operation: 'get', method: 'GET', path, outcome: 200 },
    ]);
    expect(new Set(log.map(({ requestKey }) => requestKey)).size).toBe(1);
    expect(log[0]?.requestKey).toMatch(/^[\da-f]{4}$/);
    expect(log.map(({ requestId }) => requestId)).toEqual(requests().map(({ requestId }) => requestId));
    expect(JSON.stringify(log)).not.toContain('Atza');
  });

  it.each<[string, Record<string, string>, number | undefined]>([
    ['the time of the response', { date: 'Sat, 01 Jan 2000 12:00:00 GMT' }, Date.UTC(2000, 0, 1, 12)],
    ['nothing from a cache, whose response is old', { date: 'Sat, 01 Jan 2000 12:00:00 GMT', age: '60' }, undefined],
    ['nothing from what is no time', { date: 'soon 5' }, undefined],
  ])('tells %s', async (_what, headers, time) => {
    const told: number[] = [];
    const other = await startWebServer((_request, response) => response.writeHead(403, headers).end());
    const onTime = (aheadMs: number) => told.push(Date.now() + aheadMs);
    expect((await clientOf(other.url, tokens).get(SERVICE_PROVIDER, { onTime })).ok).toBe(false);
    await other.stop();
    // The clock goes on between the response and here.
    expect(told.map((ms) => Math.round(ms / 60_000))).toEqual(time === undefined ? [] : [time / 60_000]);
  });
});

describe('a successful response', () => {
  const BODIES = [
    'successEmpty',
    'successHtml',
    'successTruncated',
    'successWrongType',
    'successWrongFields',
    'successUnknownValues',
    'successOversized',
    'successHostile',
  ] as const;

  it.each(BODIES.filter((name) => name !== 'successUnknownValues'))(
    'of the kind %s is no mapping for a read',
    async (name) => {
      fail({ name });
      expect(await failureOf(send('get'))).toMatchObject({ kind: 'unexpectedResponse', status: 200, effect: 'none' });
      expect(requests()).toHaveLength(1);
    },
  );

  it('with an unknown network type still yields its skill', async () => {
    fail({ name: 'successUnknownValues' });
    expect(await send('get')).toMatchObject({ ok: true, value: mappedTo(SKILL) });
  });

  it('without a skill and with an unknown network type is reported as such', async () => {
    const sip = await startWebServer((_request, response) => response.end('{"networkType":"SIP","trunk":{}}'));
    const failure = await failureOf(clientOf(sip.url, tokens).get(SERVICE_PROVIDER));
    expect(failure).toMatchObject({ kind: 'unexpectedResponse', detailKind: 'unknownNetworkType' });
    await sip.stop();
  });

  it('whose skill is the access token without its prefix is no mapping', async () => {
    const token = ACCESS_TOKEN.slice('Atza|'.length);
    const body = JSON.stringify({ networkType: 'SKILL', skillConfiguration: { skillId: token } });
    const echo = await startWebServer((_request, response) => response.end(body));
    const failure = await failureOf(clientOf(echo.url, new PreparedTokens(ACCESS_TOKEN)).get(SERVICE_PROVIDER));
    expect(failure.kind).toBe('unexpectedResponse');
    expect(JSON.stringify(failure)).not.toContain(token);
    await echo.stop();
  });

  it.each(OPERATIONS)('may start with a byte order mark, for a %s', async (operation) => {
    fail({ name: 'successWithMark' });
    expect(await send(operation)).toHaveProperty('ok', true);
  });

  it.each(BODIES)('of the kind %s does not confirm a create or update, which is not sent again', async (name) => {
    fail({ name });
    expect(await failureOf(send('create'))).toMatchObject({
      kind: 'unexpectedResponse',
      status: 201,
      effect: 'unknown',
    });
    expect(await failureOf(send('update'))).toMatchObject({
      kind: 'unexpectedResponse',
      status: 200,
      effect: 'unknown',
    });
    expect(requests()).toHaveLength(2);
  });

  it.each(BODIES.filter((name) => name !== 'successEmpty'))(
    'of the kind %s does not confirm a delete, because the documented response has no body',
    async (name) => {
      fail({ name });
      expect(await failureOf(send('delete'))).toMatchObject({ kind: 'unexpectedResponse', effect: 'unknown' });
    },
  );

  it('confirms a delete when it is empty, as documented', async () => {
    fail({ name: 'successEmpty' });
    expect(await send('delete')).toMatchObject({ ok: true, value: notMapped });
  });

  it('is read even with another content type', async () => {
    fail({ name: 'successWrongContentType' });
    expect(await send('get')).toMatchObject({ ok: true, value: mappedTo(SKILL) });
    expect(await send('create')).toMatchObject({ ok: true, value: mappedTo(OTHER_SKILL) });
  });

  it.each([
    ['get', 204],
    ['get', 201],
    ['create', 200],
    ['update', 201],
    ['delete', 202],
    ['delete', 204],
  ] as const)('of a %s with the undocumented status %i is not accepted', async (operation, status) => {
    fail({ kind: 'answer', status, effect: 'never' });
    expect(await failureOf(send(operation))).toMatchObject({ kind: 'unexpectedResponse', status });
  });

  it('describes an unexpected body without repeating any of it', async () => {
    const details = [];
    for (const name of ['successEmpty', 'successHtml', 'successOversized', 'successHostile'] as const) {
      simulator.control.clearFaults();
      fail({ name });
      details.push((await failureOf(send('get'))).detailKind);
    }
    expect(details).toEqual(['emptyBody', 'webPage', 'bodyTooLong', 'unexpectedBody']);
  });
});

describe('a failure response', () => {
  it.each([
    ['badRequest', 'badRequest'],
    ['forbidden', 'forbidden'],
    ['conflict', 'conflict'],
    ['serverError', 'serverError'],
    ['unavailable', 'unavailable'],
    ['badGateway', 'unavailable'],
    ['tooManyRequests', 'throttled'],
  ] as const)('%s gives a failure of kind %s for each operation', async (name, kind) => {
    for (const operation of OPERATIONS) {
      simulator.control.clearFaults();
      fail({ name });
      expect(
        await failureOf(send(operation, clientOf(simulator.url, tokens, { bulkQueueTimeoutMs: 0 }))),
      ).toMatchObject({
        kind,
        operation,
        serviceProviderId: SERVICE_PROVIDER,
        ...(operation === 'create' || operation === 'update' ? { skillId: OTHER_SKILL } : {}),
      });
    }
  });

  it.each(['error', 'message', 'codeMessage'] as const)('is read in the format "%s"', async (body) => {
    fail({ kind: 'answer', status: 400, body, message: 'In the words of the service.' });
    expect(await failureOf(send('create'))).toMatchObject({
      kind: 'badRequest',
      serviceMessage: 'In the words of the service.',
      ...(body !== 'message' && { serviceType: 'BAD_REQUEST' }),
    });
  });

  it.each(['empty', 'html', 'truncated', 'wrongType', 'wrongFields', 'oversized'] as const)(
    'with a body that is %s is still classified by its status',
    async (body) => {
      fail({ kind: 'answer', status: 403, body });
      const failure = await failureOf(send('update'));
      expect(failure).toMatchObject({ kind: 'forbidden', status: 403, requestId: requests()[0]?.requestId });
      expect(failure).not.toHaveProperty('serviceMessage');
    },
  );

  it('with malicious text gives text that is safe on one line', async () => {
    fail({ name: 'errorHostile' });
    const { serviceMessage, serviceType } = await failureOf(send('create'));
    expect(`${serviceMessage ?? ''}${serviceType ?? ''}`).toMatch(/<script>.*forged line.*<b>BAD/);
    expect(`${serviceMessage ?? ''}${serviceType ?? ''}`).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  });

  const ID = { 'x-amzn-RequestId': 'b7b9d9ae-0000-4000-8000-000000000000' };
  const ERROR = { message: 'No such mapping.' };
  const json = (value: unknown) => JSON.stringify(value);

  it.each<[string, string, Record<string, string>]>([
    ['the documented Error object', json({ type: 'NOT_FOUND', ...ERROR }), {}],
    ['the format of a sibling API', json({ code: 'NOT_FOUND', ...ERROR }), {}],
    ['additional fields in the Error object', json({ type: 'NOT_FOUND', ...ERROR, more: [1] }), {}],
    ['the Error object as plain text', json({ type: 'NOT_FOUND', ...ERROR }), { 'content-type': 'text/plain' }],
    ['the Error object after a byte order mark', `\uFEFF${json({ type: 'NOT_FOUND', ...ERROR })}`, {}],
    ['only a message, with a request ID', json(ERROR), ID],
    ['no body, with a request ID', '', ID],
  ])('404 with %s means that nothing is mapped', async (_what, body, headers) => {
    const other = await startWebServer((_request, response) => response.writeHead(404, headers).end(body));
    expect(await clientOf(other.url, tokens).get(SERVICE_PROVIDER)).toMatchObject({ ok: true, value: notMapped });
    await other.stop();
  });

  it.each<[string, string, Record<string, string>, string]>([
    ['text of an ingress', 'default backend - 404', { 'content-type': 'text/plain' }, 'unexpectedBody'],
    ['text of an ingress and a request ID', '404 page not found\n', ID, 'unexpectedBody'],
    ['JSON of a gateway', json({ error: 'no route matched' }), {}, 'unexpectedBody'],
    ['JSON of a gateway and a request ID', json({ error: 'no route matched' }), ID, 'unexpectedBody'],
    [
      'only a message, as gateways send it',
      json({ message: 'no Route matched with those values' }),
      {},
      'unexpectedBody',
    ],
    [
      'a message among other fields',
      json({ timestamp: 1, status: 404, error: 'Not Found', message: 'none' }),
      ID,
      'unexpectedBody',
    ],
    ['a status of Kubernetes', json({ kind: 'Status', message: 'not found', code: 404 }), ID, 'unexpectedBody'],
    ['problem details', json({ type: 'about:blank', title: 'Not Found', status: 404 }), ID, 'unexpectedBody'],
    ['an Error object without its message', json({ type: 'NOT_FOUND' }), ID, 'unexpectedBody'],
    ['an empty object', '{}', ID, 'unexpectedBody'],
    ['half of an Error object', '{"type":"NOT_FOUND","mess', ID, 'unexpectedBody'],
    ['an array', json([ERROR]), ID, 'unexpectedBody'],
    ['a word', json('Not Found'), ID, 'unexpectedBody'],
    ['a page', '<html></html>', ID, 'webPage'],
    ['a page in name only', json({ type: 'NOT_FOUND', ...ERROR }), { ...ID, 'content-type': 'text/html' }, 'webPage'],
    ['no body and no request ID', '', {}, 'emptyBody'],
    ['no body and a request ID of another sort', '', { 'x-request-id': 'a' }, 'emptyBody'],
    ['a body without end', ' '.repeat(300_000), ID, 'bodyTooLong'],
  ])('404 with %s is not a response of the service', async (_what, body, headers, detailKind) => {
    const other = await startWebServer((_request, response) => response.writeHead(404, headers).end(body));
    for (const operation of OPERATIONS) {
      expect(await failureOf(send(operation, clientOf(other.url, tokens)))).toMatchObject({
        kind: 'unexpectedResponse',
        status: 404,
        detailKind,
        effect: operation === 'get' ? 'none' : 'unknown',
      });
    }
    expect(tokens.acceptedFor).toEqual([]);
    await other.stop();
  });

  it.each([400, 403])('%i from another server does not mean that a change had no effect', async (status) => {
    for (const operation of WRITES) {
      simulator.control.clearFaults();
      fail({ kind: 'answer', status, body: 'gatewayJson', requestId: 'missing' });
      expect(await failureOf(send(operation))).toMatchObject({ effect: 'unknown', detailKind: 'unexpectedBody' });
    }
  });

  it.each(['usual', 'lowerCase', 'upperCase'] as const)('keeps the request ID in the case "%s"', async (requestId) => {
    fail({ kind: 'answer', status: 500, requestId });
    const failure = await failureOf(send('get'));
    expect(failure.requestId).toBe(requests().at(-1)?.requestId);
    expect(failure.attempts.map((attempt) => attempt.requestId)).toEqual(
      requests().map((request) => request.requestId),
    );
  });

  it('without a request ID has none', async () => {
    fail({ name: 'requestIdMissing' });
    expect(await failureOf(send('create'))).not.toHaveProperty('requestId');
  });
});

describe('a redirect', () => {
  let elsewhere: WebServer;
  beforeEach(async () => {
    elsewhere = await startWebServer((_request, response) => {
      response.writeHead(200).end();
    });
  });
  afterEach(() => elsewhere.stop());

  it.each([301, 302, 303, 307, 308])('%i is not followed, so that the token is sent nowhere else', async (status) => {
    for (const operation of OPERATIONS) {
      simulator.control.clearFaults();
      fail({ kind: 'answer', status, headers: { Location: `${elsewhere.url}/v1` } });
      expect(await failureOf(send(operation))).toMatchObject({ kind: 'unexpectedResponse', status });
    }
    expect(elsewhere.requests).toEqual([]);
    expect(requests()).toHaveLength(OPERATIONS.length);
  });
});

describe('the timeout of an attempt', () => {
  it.each([{ kind: 'hang' }, { kind: 'hangAfterHeaders' }, { kind: 'drip', everyMs: 5 }] as const)(
    'ends a read on $kind, which is retried',
    async (fault) => {
      const hasty = clientOf(simulator.url, tokens, { attemptTimeoutMs: 60, maxAttempts: 2 });
      fail(fault);
      const failure = await failureOf(send('get', hasty));
      expect(failure).toMatchObject({
        kind: 'timeout',
        effect: 'none',
      });
      expect(failure.attempts.map(({ outcome }) => outcome)).toEqual(['timeout', 'timeout']);
      expect(requests()).toHaveLength(2);
    },
  );

  it.each([{ kind: 'hang' }, { kind: 'hangAfterHeaders' }, { kind: 'drip', everyMs: 5 }] as const)(
    'ends a write on $kind, which has an unknown outcome and is not sent again',
    async (fault) => {
      const hasty = clientOf(simulator.url, tokens, { attemptTimeoutMs: 60 });
      fail(fault);
      for (const operation of ['create', 'update'] as const) {
        expect(await failureOf(send(operation, hasty))).toMatchObject({ kind: 'timeout', effect: 'unknown' });
      }
      expect(requests().map(({ method }) => method)).toEqual(['POST', 'PUT']);
    },
  );

  it.each(OPERATIONS)('applies to a cancellable %s too', async (operation) => {
    const hasty = clientOf(simulator.url, tokens, { attemptTimeoutMs: 60, maxAttempts: 1 });
    for (const kind of ['hang', 'hangAfterHeaders'] as const) {
      simulator.control.clearFaults();
      fail({ kind });
      const { signal } = new AbortController();
      expect(await failureOf(send(operation, hasty, { abortSignal: signal }))).toMatchObject({ kind: 'timeout' });
    }
  });

  it('closes the connection', async () => {
    fail({ kind: 'hang' });
    await send('create', clientOf(simulator.url, tokens, { attemptTimeoutMs: 60 }));
    expect(await simulator.control.waitForRequest(({ ended }) => ended === 'clientGone')).toMatchObject({
      method: 'POST',
    });
  });
});

describe('a read', () => {
  it.each([
    { name: 'tooManyRequests' },
    { name: 'tooManyRequestsGarbage' },
    { name: 'serverError' },
    { name: 'unavailable' },
    { name: 'badGateway' },
    { name: 'resetBeforeWrite' },
    { name: 'resetMidBody' },
  ] as const)('is retried after $name, until it succeeds', async ({ name }) => {
    fail({ name, count: 2 });
    expect(await send('get')).toMatchObject({ ok: true, value: mappedTo(SKILL) });
    expect(requests()).toHaveLength(3);
  });

  it('fails with the last fault when no attempt is left, and lists all attempts', async () => {
    fail({ name: 'serverError', count: 1 });
    fail({ name: 'resetBeforeWrite', count: 1 });
    fail({ name: 'unavailable' });
    const failure = await failureOf(send('get'));
    expect(failure.kind).toBe('unavailable');
    expect(failure.attempts.map(({ outcome }) => outcome)).toEqual([500, 'network', 503]);
    expect(requests()).toHaveLength(3);
  });

  it.each(['badRequest', 'forbidden', 'conflict', 'successHtml'] as const)(
    'is not retried after %s, which would happen again',
    async (name) => {
      fail({ name });
      await failureOf(send('get'));
      expect(requests()).toHaveLength(1);
    },
  );

  it.each(['get', 'update'] as const)(
    'stops retrying after %s when the account signs out during the wait',
    async (operation) => {
      fail({ kind: 'answer', status: 429, retryAfter: { seconds: 0.1 } });
      const result = send(operation);
      await simulator.control.waitForRequest(({ status }) => status === 429);
      tokens.token = undefined;
      expect(await failureOf(result)).toMatchObject({ kind: 'signedOut' });
      expect(requests()).toHaveLength(1);
    },
  );

  it('continues with the token of the account that signed in during the wait', async () => {
    fail({ kind: 'answer', status: 429, retryAfter: { seconds: 0.1 }, count: 1 });
    const result = send('get');
    await simulator.control.waitForRequest(({ status }) => status === 429);
    tokens.token = simulator.control.issueAccessToken();
    await result;
    const [first, second] = requests();
    expect(second?.tokenFingerprint).not.toBe(first?.tokenFingerprint);
  });

  it('stops when another endpoint was set during the wait, rather than send a token to the old one', async () => {
    let url = simulator.url;
    const endpoint = () => ({ ok: true as const, url });
    const mover = new NetworkMappingClient(
      new ServiceClient({ accountOf: () => undefined, endpoint, tokens, policy: { backoffMs: 1 } }),
    );
    fail({ kind: 'answer', status: 429, retryAfter: { seconds: 0.1 } });
    const result = send('update', mover);
    await simulator.control.waitForRequest(({ status }) => status === 429);
    url = 'http://127.0.0.1:9';
    expect(await failureOf(result)).toMatchObject({ kind: 'contextChanged', effect: 'none' });
    expect(requests()).toHaveLength(1);
  });

  it('waits at least as long as the service asks for', async () => {
    fail({ kind: 'answer', status: 429, retryAfter: { seconds: 0.2 }, count: 1 });
    expect(await send('get')).toHaveProperty('ok', true);
    const [first, second] = requests();
    // Both times are from the simulator: when it responded, and when it was asked again.
    expect((second?.startedAtMs ?? 0) - (first?.endedAtMs ?? Infinity)).toBeGreaterThan(190);
  });

  it.each([{ retryAfter: { seconds: 3600 } }, { retryAfter: { dateAfterSeconds: 3600 } }])(
    'is abandoned, with the wait, when the service asks for a longer one than allowed ($retryAfter)',
    async ({ retryAfter }) => {
      for (const status of [429, 503]) {
        simulator.control.clearFaults();
        simulator.control.clearRequests();
        fail({ kind: 'answer', status, retryAfter });
        const asked = clientOf(simulator.url, tokens);
        const failure = await failureOf(send('get', asked, { urgent: true }));
        expect(failure.status).toBe(status);
        expect(failure.retryAfterMs).toBeGreaterThan(3_500_000);
        expect(failure.retryAfterMs).toBeLessThanOrEqual(3_600_000);
        expect(requests()).toHaveLength(1);
      }
    },
  );

  it('fails immediately in a requested wait when it is interactive', async () => {
    fail({ kind: 'answer', status: 429, retryAfter: { seconds: 3600 } });
    await send('get', client, { urgent: true });
    simulator.control.clearFaults();
    expect(await failureOf(send('get', client, { urgent: true }))).toMatchObject({ kind: 'throttled', attempts: [] });
    expect(requests()).toHaveLength(1);
  });

  it('fails with the rest of a requested wait, and without one once that is over', async () => {
    fail({ kind: 'answer', status: 429, retryAfter: { seconds: 300 } });
    const first = await failureOf(send('get', client, { urgent: true }));
    expect(first.retryAfterMs).toBe(300_000);
    const laterMs = performance.now() + 100_000;
    vi.spyOn(performance, 'now').mockImplementation(() => laterMs);
    const second = await failureOf(send('update', client, { urgent: true }));
    expect(second).toMatchObject({ kind: 'throttled', attempts: [], effect: 'none' });
    expect(second.retryAfterMs).toBeGreaterThan(190_000);
    expect(second.retryAfterMs).toBeLessThanOrEqual(200_000);
    expect(describeFailure(second).nextSteps.join()).toMatch(/(?:19\d|200) seconds/);
    expect(requests()).toHaveLength(1);
  });

  it('gets through despite a rate limit', async () => {
    simulator.control.setSwitches({ rateLimit: { perSecond: 50, burst: 1 } });
    const patient = clientOf(simulator.url, tokens, { bulkQueueTimeoutMs: 20_000 });
    mapTo(SKILL);
    const results = await Promise.all(Array.from({ length: 5 }, () => patient.get(SERVICE_PROVIDER)));
    expect(results).toMatchObject(Array.from({ length: 5 }, () => ({ ok: true, value: mappedTo(SKILL) })));
    expect(requests().some(({ fault }) => fault === 'rateLimit')).toBe(true);
  });

  it('distinguishes a service that does not listen', async () => {
    const closed = await startWebServer(() => undefined);
    await closed.stop();
    expect(await failureOf(clientOf(closed.url, tokens).get(SERVICE_PROVIDER))).toMatchObject({
      kind: 'network',
      detail: 'ECONNREFUSED',
    });
  });
});

describe.each(WRITES)('a write (%s)', (operation) => {
  it.each([
    ['serverError', 'serverError'],
    ['serverErrorAfterWrite', 'serverError'],
    ['unavailable', 'unavailable'],
    ['badGateway', 'unavailable'],
    ['conflict', 'conflict'],
    ['resetBeforeWrite', 'network'],
    ['resetAfterWrite', 'network'],
  ] as const)('is never sent again after %s, and its outcome is unknown', async (name, kind) => {
    fail({ name });
    expect(await failureOf(send(operation))).toMatchObject({ kind, effect: 'unknown' });
    expect(requests()).toHaveLength(1);
  });

  it.each(['badRequest', 'forbidden', 'notFound'] as const)('that is rejected (%s) had no effect', async (name) => {
    fail({ name });
    expect(await failureOf(send(operation))).toMatchObject({ effect: 'none' });
    expect(requests()).toHaveLength(1);
  });

  it('is sent again after 429, which rejected it unprocessed, and takes effect once', async () => {
    fail({ name: 'tooManyRequests', count: 2 });
    expect(await send(operation)).toHaveProperty('ok', true);
    expect(requests()).toHaveLength(3);
    expect(simulator.control.writesTo(SERVICE_PROVIDER)[operation]).toBe(1);
  });

  it('is abandoned without any effect when it is rate-limited too often', async () => {
    fail({ name: 'tooManyRequests' });
    const failure = await failureOf(send(operation, clientOf(simulator.url, tokens, { bulkQueueTimeoutMs: 500 })));
    expect(failure).toMatchObject({ kind: 'throttled', effect: 'none' });
    expect(failure.attempts.length).toBeGreaterThan(2);
    expect(requests()).toHaveLength(failure.attempts.length);
  });
});

describe.each(OPERATIONS)('access for a %s', (operation) => {
  it.each([
    ['the account is missing', { kind: 'accountMissing', account: 'eu' }],
    ['the session cannot be renewed', { kind: 'renewalFailed', signIn: { kind: 'proxy' }, detail: 'HTTP 407' }],
    ['the session has ended', { kind: 'signedOut', signIn: { kind: 'refreshTokenRevoked' } }],
  ] as const)('is denied, and nothing is sent, when %s', async (_what, why) => {
    tokens.token = { type: 'denied', failure: why };
    expect(await failureOf(send(operation))).toMatchObject({ ...why, effect: 'none', attempts: [] });
    expect(tokens.requestedFor).toEqual([SERVICE_PROVIDER]);
    expect(requests()).toEqual([]);
  });

  it('may end while the token is renewed: nothing took effect, and the failure says why', async () => {
    simulator.control.expireAllAccessTokens();
    tokens.thenReplaceWith({ type: 'denied', failure: { kind: 'renewalFailed', signIn: { kind: 'timeout' } } });
    expect(await failureOf(send(operation))).toMatchObject({
      kind: 'renewalFailed',
      signIn: { kind: 'timeout' },
      effect: 'none',
      attempts: [{ outcome: 401 }],
    });
    expect(requests()).toHaveLength(1);
  });

  it.each([401, 403] as const)(
    'is explained by the missing scopes when the service responds with %i',
    async (noAccess) => {
      simulator.control.setSwitches({ noAccess });
      const token = simulator.control.demo.otherAccountAccessToken;
      tokens.token = granted(token, { missingScopes: ['a scope'] });
      if (noAccess === 401) tokens.thenReplaceWith(undefined);
      expect(await failureOf(send(operation))).toMatchObject({ missingScopes: ['a scope'] });
    },
  );

  it('has no missing scopes in other failures', async () => {
    fail({ name: 'badRequest' });
    tokens.token = granted(simulator.control.demo.accessToken, { missingScopes: ['a scope'] });
    expect(await failureOf(send(operation))).not.toHaveProperty('missingScopes');
  });

  it.each([
    ['badRequest', 1],
    ['forbidden', 1],
    ['notFound', 1],
    ['serverError', 0],
    ['badGateway', 0],
    ['errorHtml', 0],
  ] as const)('is marked as accepted after %s, if the service has checked the token by then', async (name, times) => {
    fail({ name });
    await send(operation, clientOf(simulator.url, tokens, { maxAttempts: 1 }));
    expect(tokens.acceptedFor).toHaveLength(times);
  });

  it('is marked as accepted when the service accepts the token, and only then', async () => {
    const fresh = simulator.control.issueAccessToken();
    tokens.token = 'Atza|never-issued';
    tokens.thenReplaceWith(fresh);
    await send(operation);
    expect(tokens.acceptedFor).toEqual([{ serviceProviderId: SERVICE_PROVIDER, token: fresh }]);
  });
});

describe.each(OPERATIONS)('%s while the session or the endpoint changes', (operation) => {
  const isRead = operation === 'get';
  const other = () => granted(simulator.control.issueAccessToken(), { session: 'another' });
  const CHANGED = { kind: 'contextChanged', effect: 'none' };

  it('is not sent to the earlier endpoint when another is set while its token is renewed', async () => {
    let url = simulator.url;
    let renewed: (token: string) => void = () => undefined;
    tokens.token = new Promise<string>((resolve) => (renewed = resolve));
    const sent = send(
      operation,
      new NetworkMappingClient(
        new ServiceClient({ accountOf: () => undefined, endpoint: () => ({ ok: true, url }), tokens }),
      ),
    );
    url = 'http://127.0.0.1:9';
    renewed(simulator.control.demo.accessToken);
    expect(await failureOf(sent)).toMatchObject({ ...CHANGED, attempts: [] });
    expect(requests()).toEqual([]);
  });

  it('is not sent to the earlier endpoint when another is set while its rejected token is replaced', async () => {
    let url = simulator.url;
    simulator.control.expireAllAccessTokens();
    const mover = new NetworkMappingClient(
      new ServiceClient({
        accountOf: () => undefined,
        endpoint: () => ({ ok: true, url }),
        tokens: {
          getToken: () => tokens.getToken(SERVICE_PROVIDER),
          markAccepted: () => undefined,
          refresh: () => {
            url = 'http://127.0.0.1:9';
            return Promise.resolve(granted(simulator.control.issueAccessToken()));
          },
        },
      }),
    );
    expect(await failureOf(send(operation, mover))).toMatchObject({ ...CHANGED, attempts: [{ outcome: 401 }] });
    expect(requests()).toHaveLength(1);
  });

  it('is sent with the token of another session only if it is a read', async () => {
    fail({ name: 'tooManyRequests', count: 1 });
    const sent = send(operation);
    await simulator.control.waitForRequest(({ status }) => status === 429);
    tokens.token = other();
    if (isRead) expect(await sent).toHaveProperty('ok', true);
    else expect(await failureOf(sent)).toMatchObject({ ...CHANGED, attempts: [{ outcome: 429 }] });
    expect(requests()).toHaveLength(isRead ? 2 : 1);
  });

  it('is sent with a replacement token of another session only if it is a read', async () => {
    simulator.control.expireAllAccessTokens();
    tokens.thenReplaceWith(other());
    const sent = send(operation);
    if (isRead) expect(await sent).toHaveProperty('ok', true);
    else expect(await failureOf(sent)).toMatchObject({ ...CHANGED, attempts: [{ outcome: 401 }] });
    expect(requests()).toHaveLength(isRead ? 2 : 1);
  });

  it('continues with the token that the user entered for it', async () => {
    simulator.control.expireAllAccessTokens();
    tokens.thenReplaceWith({ ...other(), continues: ['session of default'] });
    expect(await send(operation, client, { interactive: true })).toHaveProperty('ok', true);
  });

  it('requests the token of the new session, if it is a read, when its own is gone', async () => {
    const next = other();
    const gone = { type: 'denied', failure: { kind: 'contextChanged' } } as const;
    let isGone = true;
    const following = clientOf(simulator.url, {
      getToken: () => {
        const access = isGone ? gone : next;
        isGone = false;
        return Promise.resolve(access);
      },
      markAccepted: () => undefined,
      refresh: () => unexpected('a replacement'),
    });
    const sent = send(operation, following);
    if (isRead) expect(await sent).toHaveProperty('ok', true);
    else expect(await failureOf(sent)).toMatchObject({ ...CHANGED, attempts: [] });
    expect(requests()).toHaveLength(isRead ? 1 : 0);
  });

  it.each([
    ['endpoint', { endpoint: 'https://staging.example' }],
    ['account', { account: 'hotels' }],
    ['session', { session: 'of the question' }],
  ])('is not sent when another %s was confirmed', async (_what, expected) => {
    const sent = send(operation, client, { expected: { endpoint: simulator.url, ...expected } });
    expect(await failureOf(sent)).toMatchObject({ ...CHANGED, attempts: [] });
    expect(requests()).toEqual([]);
  });

  it('is sent when everything that was confirmed is unchanged', async () => {
    const expected = { endpoint: simulator.url, account: 'default', session: 'session of default' };
    expect(await send(operation, client, { expected })).toHaveProperty('ok', true);
  });
});

describe.each(OPERATIONS)('a rejected access token on %s', (operation) => {
  it('is replaced once, and the request is sent again with the new one', async () => {
    const { accessToken } = simulator.control.demo;
    const fresh = simulator.control.issueAccessToken();
    simulator.control.expireToken(accessToken);
    tokens.thenReplaceWith(fresh);
    expect(await send(operation, client, { interactive: true })).toHaveProperty('ok', true);
    expect(tokens.asked).toEqual([{ refused: accessToken, interactive: true }]);
    expect(requests().map(({ tokenFingerprint }) => tokenFingerprint)).toEqual([
      fingerprintOf(accessToken),
      fingerprintOf(fresh),
    ]);
  });

  it('ends the request when the new one is rejected too, with a single prompt', async () => {
    tokens.thenReplaceWith('Atza|also-never-issued');
    tokens.token = 'Atza|never-issued';
    const failure = await failureOf(send(operation));
    expect(failure).toMatchObject({ kind: 'unauthorized', status: 401, effect: 'none' });
    expect(failure.attempts.map(({ outcome }) => outcome)).toEqual([401, 401]);
    expect(tokens.asked).toEqual([{ refused: 'Atza|never-issued', interactive: false }]);
  });

  it('ends the request when there is no other', async () => {
    simulator.control.expireAllAccessTokens();
    tokens.thenReplaceWith(undefined);
    expect(await failureOf(send(operation))).toMatchObject({ kind: 'unauthorized', effect: 'none' });
    expect(requests()).toHaveLength(1);
  });

  it('ends the request when the replacement fails', async () => {
    simulator.control.expireAllAccessTokens();
    tokens.thenReplaceWith(new Error('the keyring is locked'));
    expect(await failureOf(send(operation))).toMatchObject({ kind: 'unauthorized', effect: 'none' });
    expect(requests()).toHaveLength(1);
  });

  it('is replaced after other faults as well, and still only once', async () => {
    fail({ name: 'tooManyRequests', count: 1 });
    fail({ name: 'unauthorized', count: 1 });
    fail({ name: 'tooManyRequests', count: 1 });
    tokens.thenReplaceWith(simulator.control.issueAccessToken());
    const patient = clientOf(simulator.url, tokens, { maxAttempts: 9 });
    expect(await send(operation, patient)).toHaveProperty('ok', true);
    expect(requests().map(({ status }) => status)).toEqual([429, 401, 429, operation === 'create' ? 201 : 200]);
  });

  it('is distinguished from missing access by the message only: 403 is not replaced', async () => {
    simulator.control.setSwitches({ noAccess: 403 });
    tokens.token = simulator.control.demo.otherAccountAccessToken;
    expect(await failureOf(send(operation))).toMatchObject({ kind: 'forbidden' });
    expect(tokens.asked).toEqual([]);
  });
});

describe.each(OPERATIONS)('a canceled %s', (operation) => {
  const wasSent = operation === 'get' ? 'none' : 'unknown';

  async function cancel(sent: Promise<Result<NetworkMapping>>, stop: AbortController): Promise<ApiFailure> {
    stop.abort();
    const result = await expectImmediate(sent);
    if (result.ok) throw new Error('expected a failure');
    expect(result.failure.kind).toBe('canceled');
    return result.failure;
  }

  it('sends nothing when it was canceled beforehand', async () => {
    const stop = new AbortController();
    stop.abort();
    expect(await cancel(send(operation, client, { abortSignal: stop.signal }), stop)).toMatchObject({
      effect: 'none',
      attempts: [],
    });
    expect(requests()).toEqual([]);
  });

  it('ends immediately while it waits for a token, and sends nothing', async () => {
    tokens.token = never();
    const stop = new AbortController();
    const sent = send(operation, client, { abortSignal: stop.signal });
    expect(await cancel(sent, stop)).toMatchObject({ effect: 'none', attempts: [] });
    expect(requests()).toEqual([]);
  });

  it('ends immediately while it waits for the response', async () => {
    fail({ kind: 'hang' });
    const stop = new AbortController();
    const sent = send(operation, client, { abortSignal: stop.signal });
    await simulator.control.waitForRequest(() => true);
    expect(await cancel(sent, stop)).toMatchObject({ effect: wasSent, attempts: [{ outcome: 'canceled' }] });
    // The connection is closed as well.
    await simulator.control.waitForRequest(({ ended }) => ended === 'clientGone');
    expect(requests()).toHaveLength(1);
  });

  it.each([{ kind: 'hangAfterHeaders' }, { kind: 'drip', everyMs: 20 }] as const)(
    'ends immediately while the body arrives ($kind)',
    async (fault) => {
      fail(fault);
      const stop = new AbortController();
      const sent = send(operation, client, { abortSignal: stop.signal });
      await simulator.control.waitForRequest(({ status }) => status !== undefined);
      const failure = await cancel(sent, stop);
      expect(failure.effect).toBe(wasSent);
      expect(requests()).toHaveLength(1);
    },
  );

  it('ends immediately in the wait before the next attempt, which is never made', async () => {
    fail({ kind: 'answer', status: 429, retryAfter: { seconds: 3600 } });
    const stop = new AbortController();
    let attempted: () => void = () => undefined;
    const firstAttempt = new Promise<void>((resolve) => (attempted = resolve));
    const slow = clientOf(simulator.url, tokens, { bulkQueueTimeoutMs: Infinity }, () => {
      attempted();
    });
    const sent = send(operation, slow, { abortSignal: stop.signal });
    await firstAttempt;
    await new Promise((resolve) => setImmediate(resolve));
    // All attempts so far were rejected unprocessed, so the outcome is known.
    expect(await cancel(sent, stop)).toMatchObject({ effect: 'none', attempts: [{ outcome: 429 }] });
    expect(requests()).toHaveLength(1);
  });

  it('ends immediately during the prompt for another token', async () => {
    simulator.control.expireAllAccessTokens();
    let asked: () => void = () => undefined;
    const asking = new Promise<void>((resolve) => (asked = resolve));
    const askingClient = clientOf(simulator.url, {
      getToken: () => Promise.resolve(granted(ACCESS_TOKEN)),
      markAccepted: () => unexpected('an answer that takes the token'),
      refresh: () => {
        asked();
        return never();
      },
    });
    const stop = new AbortController();
    const sent = send(operation, askingClient, { abortSignal: stop.signal });
    await asking;
    expect(await cancel(sent, stop)).toMatchObject({ effect: 'none', attempts: [{ outcome: 401 }] });
    expect(requests()).toHaveLength(1);
  });
});

describe.each(OPERATIONS)('a stopped %s', (operation) => {
  it('sends nothing when it was stopped beforehand', async () => {
    expect(await failureOf(send(operation, client, { stopSignal: AbortSignal.abort() }))).toMatchObject({
      kind: 'canceled',
      effect: 'none',
      attempts: [],
    });
    expect(tokens.requestedFor).toEqual([]);
    expect(requests()).toEqual([]);
  });

  it('completes the attempt in flight', async () => {
    const stop = new AbortController();
    const slow = await startWebServer((_request, response) => {
      stop.abort();
      setImmediate(() => response.writeHead(500).end());
    });
    const sent = send(operation, clientOf(slow.url, tokens, { maxAttempts: 1 }), { stopSignal: stop.signal });
    expect(await failureOf(sent)).toMatchObject({
      kind: 'serverError',
      effect: operation === 'get' ? 'none' : 'unknown',
      attempts: [{ outcome: 500 }],
    });
    await slow.stop();
  });

  it('had no effect when the attempt in flight is rejected, and is not sent again', async () => {
    const stop = new AbortController();
    const stopping = clientOf(simulator.url, tokens, {}, () => {
      stop.abort();
    });
    fail({ name: 'tooManyRequests', count: 1 });
    expect(await failureOf(send(operation, stopping, { stopSignal: stop.signal }))).toMatchObject({
      kind: 'canceled',
      effect: 'none',
      attempts: [{ outcome: 429 }],
    });
    expect(requests()).toHaveLength(1);
  });
});

describe('many requests', () => {
  const many = (count: number, by: NetworkMappingClient) =>
    Array.from({ length: count }, (_, index) => by.get(`amzn1.comms.csp.id.${index}`));

  it('that are never answered still let an interactive one pass', async () => {
    const queued = clientOf(simulator.url, tokens, { maxInFlight: 1 });
    fail({ kind: 'hang', serviceProviderId: 'amzn1.comms.csp.id.other' });
    const stop = new AbortController();
    const other = queued.get('amzn1.comms.csp.id.other', { abortSignal: stop.signal });
    await simulator.control.waitForRequest(() => true);
    mapTo(SKILL);
    expect(await queued.get(SERVICE_PROVIDER, { urgent: true })).toMatchObject({ ok: true });
    stop.abort();
    await other;
  });

  it('report the last rejection of each, whichever detects the outage', async () => {
    // Late enough that each has been sent before the first is rejected.
    fail({ kind: 'answer', status: 429, retryAfter: { seconds: 0.05 }, delayMs: 50 });
    const queued = clientOf(simulator.url, tokens, { bulkQueueTimeoutMs: 300 });
    const failures = await Promise.all(many(3, queued).map(failureOf));
    for (const { serviceProviderId, ...failure } of failures) {
      const own = requests().filter((request) => request.serviceProviderId === serviceProviderId);
      expect(own.length).toBeGreaterThan(0);
      expect(failure).toMatchObject({
        kind: 'throttled',
        effect: 'none',
        status: 429,
        requestId: own.at(-1)?.requestId,
        retryAfterMs: 50,
      });
      expect(failure.attempts).toHaveLength(own.length);
    }
  });

  it('report their request IDs when they succeed', async () => {
    mapTo(SKILL);
    const read = await client.get(SERVICE_PROVIDER);
    const changed = await client.change(changeOf('update'));
    const ids = requests()
      .filter(({ serviceProviderId }) => serviceProviderId === SERVICE_PROVIDER)
      .map(({ requestId }) => requestId);
    expect(read).toEqual({ ok: true, value: mappedTo(SKILL), requestId: ids[0] });
    expect(changed).toEqual({ ok: true, value: mappedTo(OTHER_SKILL), requestId: ids[1] });
  });

  it('do not wait for one whose token is being renewed', async () => {
    const stuck = 'amzn1.comms.csp.id.stuck';
    let renewed: () => void = () => undefined;
    const renewal = new Promise<void>((resolve) => (renewed = resolve));
    let asked = 0;
    const queued = clientOf(
      simulator.url,
      {
        getToken: async (id) => {
          // Not waiting at first; its token is being renewed when it is next in the queue.
          if (id === stuck && ++asked === 2) await renewal;
          return tokens.getToken(id);
        },
        refresh: () => unexpected('a replacement'),
        markAccepted: () => undefined,
      },
      { maxInFlight: 1 },
    );
    simulator.control.seed([{ serviceProviderId: stuck, skillId: SKILL }]);
    const first = queued.get('amzn1.comms.csp.id.first');
    const sent = queued.get(stuck);
    await Promise.all([first, ...many(3, queued)]);
    expect(requests().map(({ serviceProviderId }) => serviceProviderId)).not.toContain(stuck);
    renewed();
    expect(await sent).toMatchObject({ ok: true, value: mappedTo(SKILL) });
  });

  it('to a new endpoint ignore the wait that the earlier one has asked for', async () => {
    let url = simulator.url;
    const mover = new NetworkMappingClient(
      new ServiceClient({ accountOf: () => undefined, endpoint: () => ({ ok: true, url }), tokens }),
    );
    fail({ kind: 'answer', status: 429, retryAfter: { seconds: 3600 } });
    await send('get', mover, { urgent: true });
    const other = await startWebServer((_request, response) => {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"message":"Not found","type":"NOT_FOUND"}');
    });
    url = other.url;
    expect(await send('get', mover, { urgent: true })).toMatchObject({ ok: true, value: notMapped });
    await other.stop();
  });

  it('that are queued when another endpoint is set are not sent to the old one', async () => {
    let url = simulator.url;
    const mover = new NetworkMappingClient(
      new ServiceClient({
        accountOf: () => undefined,
        endpoint: () => ({ ok: true, url }),
        tokens,
        policy: { maxInFlight: 1 },
      }),
    );
    fail({ kind: 'hang' });
    const stop = new AbortController();
    const first = mover.get('amzn1.comms.csp.id.first', { abortSignal: stop.signal });
    await simulator.control.waitForRequest(() => true);
    const second = mover.change({ operation: 'delete', serviceProviderId: SERVICE_PROVIDER });
    await new Promise((resolve) => setImmediate(resolve));
    url = 'http://127.0.0.1:9';
    stop.abort();
    expect(await failureOf(second)).toMatchObject({ kind: 'contextChanged', effect: 'none', attempts: [] });
    await first;
    expect(requests()).toHaveLength(1);
  });
});

describe('a service that repeats the access token', () => {
  let echo: WebServer;
  let body: (token: string) => string;
  let status: number;

  beforeAll(async () => {
    echo = await startWebServer((request, response) => {
      const token = (request.headers.authorization ?? '').replace('Bearer ', '');
      response.writeHead(status, { 'x-amzn-RequestId': `for ${token}`, 'content-type': `application/json; ${token}` });
      response.end(body(token));
    });
  });
  afterAll(() => echo.stop());

  const shapes: [string, (token: string) => unknown][] = [
    ['as its message', (token) => ({ type: 'T', message: token })],
    ['inside its message', (token) => ({ type: 'T', message: `Token ${token} has expired` })],
    ['with the header in its message', (token) => ({ message: `Authorization: Bearer ${token}` })],
    ['percent-encoded', (token) => ({ message: `/v1?token=${encodeURIComponent(token)}` })],
    [
      'HTML-escaped',
      (token) => ({ message: token.replace(/\W/g, (each) => `&#x${each.charCodeAt(0).toString(16)};`) }),
    ],
    ['in base64', (token) => ({ message: `Basic realm ${Buffer.from(`id:${token}`).toString('base64')}` })],
    ['without its prefix', (token) => ({ message: `Not known: ${token.slice(5)}` })],
    ['as its type', (token) => ({ type: token, message: 'M' })],
    ['as its code', (token) => ({ code: token })],
    ['as its whole body', (token) => token],
  ];

  it.each(shapes)('%s never gets it into a failure or the log', async (_where, shape) => {
    const log: AttemptRecord[] = [];
    for (const token of [ACCESS_TOKEN, ODD_ACCESS_TOKEN]) {
      body = (sent) => JSON.stringify(shape(sent));
      tokens = new PreparedTokens(token);
      for (status of [200, 201, 400, 403, 404, 409, 429, 500, 503]) {
        for (const operation of OPERATIONS) {
          // A client of its own, whose rate limiter is new.
          const speaking = clientOf(echo.url, tokens, { maxAttempts: 1, bulkQueueTimeoutMs: 0 }, (attempt) =>
            log.push(attempt),
          );
          const result = await send(operation, speaking);
          const told = JSON.stringify([result, log]);
          expect(told).not.toContain(JSON.stringify(token).slice(1, -1));
          expect(told).not.toContain(encodeURIComponent(token));
          expect(told).not.toContain(token.slice(-14, -1));
          expect(told).not.toContain(Buffer.from(`id:${token}`).toString('base64').slice(-14, -1));
          expect(told).not.toContain(token.slice(5).replace(/\W/g, (each) => `&#x${each.charCodeAt(0).toString(16)};`));
        }
      }
    }
  });
});
