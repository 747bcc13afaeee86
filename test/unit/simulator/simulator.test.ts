import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { Agent, type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bodyShapes, hostileText } from '../../simulator/bodies';
import { faultCatalog, type FaultName, faultNames } from '../../simulator/faultCatalog';
import type { FaultInput } from '../../simulator/faults';
import { demoProviders, demoSkills } from '../../simulator/seed';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/simulator';
import type { SwitchesInput } from '../../simulator/switches';
import { fingerprintOf } from '../../simulator/tokens';

interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  /** As sent: name, value, name, value. */
  rawHeaders: string[];
  text: string;
  json: () => unknown;
}

type Headers = Record<string, string | string[] | undefined>;

const newSkill = 'amzn1.ask.skill.11111111-2222-4333-8444-555555555555';
const demoId = (name: string): string => {
  const found = demoProviders.find((provider) => provider.name === name);
  if (!found) throw new Error(`no ${name} in the demo`);
  return found.serviceProviderId;
};
const mapped = demoId('Grand Meridian Seattle');
const unmapped = demoId('Grand Meridian Paris');
const foreign = demoId('Lakeside Clinic (another organization)');

let simulator: Simulator;
let agent: Agent;
const started: Simulator[] = [];
const programs: ChildProcess[] = [];
/** Starting Node.js with tsx takes long on a busy computer. */
const programTimeoutMs = 60_000;

async function start(options?: SimulatorOptions): Promise<Simulator> {
  const one = await startSimulator(options);
  started.push(one);
  return one;
}

beforeEach(async () => {
  agent = new Agent({ keepAlive: false });
  simulator = await start();
});

afterEach(async () => {
  agent.destroy();
  for (const program of programs.splice(0)) program.kill('SIGKILL');
  await Promise.all(started.splice(0).map((one) => one.stop()));
});

const pathOf = (serviceProviderId: string) =>
  `/v1/communications/serviceProviders/${encodeURIComponent(serviceProviderId)}/network`;
const mapping = (skillId: string) => ({ networkType: 'SKILL', skillConfiguration: { skillId } });

/** Sends exactly the given values; an undefined header is not sent. */
function send(
  method: string,
  path: string,
  { headers = {}, body, signal }: { headers?: Headers; body?: string | Buffer; signal?: AbortSignal } = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const given = Object.entries(headers).filter(([, value]) => value !== undefined) as [string, string | string[]][];
    const outgoing = httpRequest(
      simulator.url,
      {
        method,
        path,
        agent,
        headers: {
          ...(body !== undefined && { 'Content-Length': String(Buffer.byteLength(body)) }),
          ...Object.fromEntries(given),
        },
        ...(signal && { signal }),
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            rawHeaders: response.rawHeaders,
            text,
            json: () => JSON.parse(text) as unknown,
          });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const authorized = (headers: Headers = {}): Headers => ({
  Authorization: `Bearer ${simulator.control.demo.accessToken}`,
  Accept: 'application/json',
  ...headers,
});

interface CallOptions {
  headers?: Headers;
  signal?: AbortSignal;
}
const get = (id = mapped, { headers, ...rest }: CallOptions = {}) =>
  send('GET', pathOf(id), { headers: authorized(headers), ...rest });
const remove = (id = mapped, { headers, ...rest }: CallOptions = {}) =>
  send('DELETE', pathOf(id), { headers: authorized(headers), ...rest });
const write = (
  method: 'POST' | 'PUT',
  id: string,
  { headers, ...rest }: CallOptions & { body?: string | Buffer } = {},
) =>
  send(method, pathOf(id), {
    body: JSON.stringify(mapping(newSkill)),
    headers: authorized({ 'Content-Type': 'application/json', ...headers }),
    ...rest,
  });
const create = (id = unmapped, options: CallOptions & { body?: string | Buffer } = {}) => write('POST', id, options);
const update = (id = mapped, options: CallOptions & { body?: string | Buffer } = {}) => write('PUT', id, options);

/** The four operations, each on a provider where it succeeds. */
const operations = [
  { name: 'get', id: mapped, act: (options?: CallOptions) => get(mapped, options), status: 200, after: undefined },
  {
    name: 'create',
    id: unmapped,
    act: (options?: CallOptions) => create(unmapped, options),
    status: 201,
    after: newSkill,
  },
  { name: 'update', id: mapped, act: (options?: CallOptions) => update(mapped, options), status: 200, after: newSkill },
  {
    name: 'delete',
    id: mapped,
    act: (options?: CallOptions) => remove(mapped, options),
    status: 200,
    after: undefined,
  },
] as const;
const writes = operations.filter(({ name }) => name !== 'get');

const errorCode = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => `no error but ${JSON.stringify(value)}`,
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  );

function lastRequest() {
  const last = simulator.control.requests().at(-1);
  if (!last) throw new Error('no request was recorded');
  return last;
}

describe('the mapping API', () => {
  it('returns the mapping', async () => {
    const reply = await get();
    expect(reply.status).toBe(200);
    expect(reply.json()).toEqual(mapping(demoSkills.guestCalling));
    expect(reply.headers['content-type']).toBe('application/json');
  });

  it('responds to get with 404 and an Error object when nothing is mapped', async () => {
    const reply = await get(unmapped);
    expect(reply.status).toBe(404);
    expect(reply.json()).toEqual({ type: 'NOT_FOUND', message: 'The service provider has no network mapping.' });
  });

  it('creates a mapping with 201 and returns it as active', async () => {
    const reply = await create();
    expect(reply.status).toBe(201);
    expect(reply.json()).toEqual({ serviceProviderId: unmapped, status: 'ACTIVE' });
    expect(simulator.control.mappingOf(unmapped)).toBe(newSkill);
    expect(simulator.control.writesTo(unmapped)).toEqual({ create: 1, update: 0, delete: 0 });
  });

  it('updates a mapping with 200 and returns it as active', async () => {
    const reply = await update();
    expect(reply.status).toBe(200);
    expect(reply.json()).toEqual({ serviceProviderId: mapped, status: 'ACTIVE' });
    expect(simulator.control.mappingOf(mapped)).toBe(newSkill);
    expect(simulator.control.writesTo(mapped)).toEqual({ create: 0, update: 1, delete: 0 });
  });

  it('deletes a mapping with 200 and no body, and keeps the service provider', async () => {
    const reply = await remove();
    expect(reply.status).toBe(200);
    expect(reply.text).toBe('');
    expect(reply.headers['content-length']).toBe('0');
    expect(simulator.control.mappingOf(mapped)).toBeUndefined();
    expect(simulator.control.writesTo(mapped)).toEqual({ create: 0, update: 0, delete: 1 });
    expect((await create(mapped)).status).toBe(201);
  });

  it('gives every response its own request ID, errors included', async () => {
    const replies = [
      await get(),
      await get(unmapped),
      await send('GET', '/nothing'),
      await send('PATCH', pathOf(mapped)),
    ];
    const ids = replies.map((reply) => reply.headers['x-amzn-requestid']);
    expect(new Set(ids).size).toBe(4);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(simulator.control.requests().map(({ requestId }) => requestId)).toEqual(ids);
  });

  describe.each(operations)('$name', ({ act, id, name }) => {
    it.each([
      ['is missing', undefined],
      ['has no scheme', 'Atza|SIMULATOR-demo-access-token-works-nowhere-else'],
      ['has another scheme', 'Basic QXR6YQ=='],
      ['has an empty token', 'Bearer '],
      ['has a token with a space in it', 'Bearer a b'],
      ['has an unknown token', 'Bearer Atza|never-issued'],
    ])('responds with 401 when Authorization %s', async (_, Authorization) => {
      const before = simulator.control.mappingOf(id);
      const reply = await act({ headers: { Authorization } });
      expect(reply.status).toBe(401);
      expect(reply.json()).toMatchObject({ type: 'UNAUTHORIZED' });
      expect(simulator.control.mappingOf(id)).toBe(before);
    });

    it('responds with 401 when the token has expired, until it is restored', async () => {
      simulator.control.expireToken(simulator.control.demo.accessToken);
      expect((await act()).status).toBe(401);
      simulator.control.restoreToken(simulator.control.demo.accessToken);
      expect((await act()).status).toBeLessThan(300);
    });

    it.each([401, 403] as const)('responds with %i without access, when configured to', async (status) => {
      simulator.control.setSwitches({ noAccess: status });
      const other = { Authorization: `Bearer ${simulator.control.demo.otherAccountAccessToken}` };
      const scopeless = { Authorization: `Bearer ${simulator.control.demo.accessTokenWithoutScope}` };
      expect((await act({ headers: other })).status).toBe(status);
      expect((await act({ headers: scopeless })).status).toBe(status);
    });

    it('records the request, with the token as a fingerprint only', async () => {
      await act();
      const { body, ...record } = lastRequest();
      expect(record).toMatchObject({
        index: 1,
        operation: name,
        serviceProviderId: id,
        url: pathOf(id),
        tookEffect: name !== 'get',
        ended: 'answered',
        tokenFingerprint: fingerprintOf(simulator.control.demo.accessToken),
      });
      expect(record.headerNames).toEqual(expect.arrayContaining(['Authorization', 'Accept']));
      expect(body).toEqual(name === 'create' || name === 'update' ? mapping(newSkill) : undefined);
      expect(JSON.stringify(simulator.control.requests())).not.toContain('Atza|');
    });
  });

  it('records the reason for a 401', async () => {
    const message = async (Authorization?: string) => (await get(mapped, { headers: { Authorization } })).text;
    expect(await message()).toContain('is missing');
    expect(await message('Atza|x')).toContain('must be \\"Bearer {access token}\\"');
    expect(await message('Bearer Atza|x')).toContain('not valid or has expired');
  });

  it('responds with 401 to two Authorization headers', async () => {
    const twice = `Bearer ${simulator.control.demo.accessToken}`;
    const reply = await raw(
      `GET ${pathOf(mapped)} HTTP/1.1\r\nHost: x\r\nAuthorization: ${twice}\r\nAuthorization: ${twice}\r\nConnection: close\r\n\r\n`,
    );
    expect(reply).toMatch(/^HTTP\/1\.1 401 /);
  });

  it('rejects a provider of another account, which that account can read', async () => {
    expect((await get(foreign)).status).toBe(401);
    const other = { Authorization: `Bearer ${simulator.control.demo.otherAccountAccessToken}` };
    expect((await get(foreign, { headers: other })).status).toBe(200);
  });

  it.each(operations)('responds with 404 to $name of an unknown service provider', async ({ name }) => {
    const id = 'amzn1.comms.csp.id.unknown';
    const reply = await { get, create, update, delete: remove }[name](id);
    expect(reply.status).toBe(404);
  });

  describe.each(['POST', 'PUT'] as const)('%s', (method) => {
    const id = method === 'POST' ? unmapped : mapped;
    const before = method === 'POST' ? undefined : demoSkills.guestCalling;

    it.each<[string, Headers, string]>([
      ['without Content-Type', { 'Content-Type': undefined }, 'Content-Type'],
      ['with another Content-Type', { 'Content-Type': 'text/plain' }, 'Content-Type'],
      ['without Accept', { Accept: undefined }, 'Accept'],
      ['with an Accept without JSON', { Accept: '*/*' }, 'Accept'],
    ])('responds with 400 %s', async (_, headers, message) => {
      const reply = await write(method, id, { headers });
      expect(reply.status).toBe(400);
      expect(reply.json()).toEqual({ type: 'BAD_REQUEST', message: expect.stringContaining(message) as string });
      expect(simulator.control.mappingOf(id)).toBe(before);
    });

    it.each<[string, string | Buffer, string]>([
      ['no body', '', 'not JSON'],
      ['a body that is not JSON', '{"networkType":', 'not JSON'],
      ['a body that is not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'not JSON'],
      ['null', 'null', 'Expected Object'],
      ['no networkType', JSON.stringify({ skillConfiguration: { skillId: newSkill } }), 'networkType'],
      ['another networkType', JSON.stringify({ ...mapping(newSkill), networkType: 'skill' }), 'networkType'],
      ['no skillConfiguration', JSON.stringify({ networkType: 'SKILL' }), 'skillConfiguration'],
      ['no skillId', JSON.stringify({ networkType: 'SKILL', skillConfiguration: {} }), 'skillConfiguration.skillId'],
      ['an empty skillId', JSON.stringify(mapping('')), '1 to 255'],
      ['a skillId of 256 characters', JSON.stringify(mapping('x'.repeat(256))), '1 to 255'],
      ['an additional field', JSON.stringify({ ...mapping(newSkill), extra: 1 }), 'extra'],
      [
        'an additional nested field',
        JSON.stringify({ networkType: 'SKILL', skillConfiguration: { skillId: newSkill, extra: 1 } }),
        'extra',
      ],
    ])('responds with 400 to %s and says what is wrong', async (_, body, message) => {
      const reply = await write(method, id, { body });
      expect(reply.status).toBe(400);
      expect(reply.json()).toEqual({ type: 'BAD_REQUEST', message: expect.stringContaining(message) as string });
      expect(simulator.control.mappingOf(id)).toBe(before);
      expect(lastRequest().tookEffect).toBe(false);
    });

    it.each([1, 255])('accepts a skillId of %i characters', async (length) => {
      const reply = await write(method, id, { body: JSON.stringify(mapping('x'.repeat(length))) });
      expect(reply.status).toBe(method === 'POST' ? 201 : 200);
    });

    it('accepts a charset in Content-Type and several media ranges in Accept', async () => {
      const headers = {
        'Content-Type': 'application/json; charset=utf-8',
        Accept: 'text/html, application/json;q=0.9',
      };
      expect((await write(method, id, { headers })).status).toBeLessThan(300);
    });

    it('responds with 413 to a body of a megabyte', async () => {
      expect((await write(method, id, { body: 'x'.repeat(1024 * 1024) })).status).toBe(413);
    });
  });

  it.each(['GET', 'DELETE'])('responds with 400 to %s with a body', async (method) => {
    const reply = await send(method, pathOf(mapped), {
      headers: authorized({ 'Content-Type': 'application/json' }),
      body: '{}',
    });
    expect(reply.status).toBe(400);
    expect(reply.json()).toEqual({ type: 'BAD_REQUEST', message: 'The request must not have a body.' });
    expect(simulator.control.mappingOf(mapped)).toBe(demoSkills.guestCalling);
  });

  it.each([
    '/',
    '/v1',
    '/v1/communications/serviceProviders/',
    '/v1/communications/serviceProviders//network',
    `/v1/communications/serviceProviders/${mapped}/network/`,
    `/v1/communications/serviceProviders/a/b/network`,
    `/v1/communications/serviceproviders/${mapped}/network`,
    `//v1/communications/serviceProviders/${mapped}/network`,
  ])('responds with 404 at %s', async (path) => {
    expect((await send('POST', path, { headers: authorized() })).status).toBe(404);
  });

  it.each(['PATCH', 'OPTIONS', 'HEAD'])('responds with 405 to %s and lists the allowed methods', async (method) => {
    const reply = await send(method, pathOf(mapped), { headers: authorized() });
    expect(reply.status).toBe(405);
    expect(reply.headers.allow).toBe('POST, DELETE, GET, PUT');
  });

  it('rejects a query', async () => {
    expect((await send('GET', `${pathOf(mapped)}?a=1`, { headers: authorized() })).status).toBe(400);
  });

  it.each(['%zz', '%', '%ff', 'a|b', 'a"b'])('responds with 400 to the wrongly encoded ID %s', async (segment) => {
    const path = `/v1/communications/serviceProviders/${segment}/network`;
    expect((await send('GET', path, { headers: authorized() })).status).toBe(400);
  });

  it.each([
    'amzn1.comms.csp.id.a/b',
    'amzn1.comms.csp.id.?x=1#y',
    'amzn1.comms.csp.id.100%25',
    'amzn1.comms.csp.id.ü 日本',
    '..',
  ])('finds the ID %s when it is encoded as one segment', async (serviceProviderId) => {
    simulator.control.setProvider({ serviceProviderId, skillId: newSkill });
    expect((await get(serviceProviderId)).json()).toEqual(mapping(newSkill));
    const twice = await send('GET', pathOf(encodeURIComponent(serviceProviderId)), { headers: authorized() });
    expect(twice.status).toBe(serviceProviderId === '..' ? 200 : 404);
  });
});

describe('behavior that the reference does not specify', () => {
  it.each([400, 403, 409] as const)(
    'create on an existing mapping responds with %i and changes nothing',
    async (status) => {
      simulator.control.setSwitches({ createWhenMapped: status });
      expect((await create(mapped)).status).toBe(status);
      expect(simulator.control.mappingOf(mapped)).toBe(demoSkills.guestCalling);
    },
  );

  it('create on an existing mapping overwrites it when configured to', async () => {
    simulator.control.setSwitches({ createWhenMapped: 'overwrite' });
    expect((await create(mapped)).status).toBe(201);
    expect(simulator.control.mappingOf(mapped)).toBe(newSkill);
  });

  it('update when nothing is mapped responds with 404, or creates when configured to', async () => {
    expect((await update(unmapped)).status).toBe(404);
    expect(simulator.control.mappingOf(unmapped)).toBeUndefined();
    simulator.control.setSwitches({ updateWhenNotMapped: 'create' });
    expect((await update(unmapped)).status).toBe(200);
    expect(simulator.control.mappingOf(unmapped)).toBe(newSkill);
  });

  it('a second delete responds with 404, or 200 when configured to, and is never counted', async () => {
    await remove();
    expect((await remove()).status).toBe(404);
    simulator.control.setSwitches({ deleteWhenNotMapped: 200 });
    const reply = await remove();
    expect([reply.status, reply.text]).toEqual([200, '']);
    expect(simulator.control.writesTo(mapped).delete).toBe(1);
  });

  it.each([
    ['amzn1.ask.skill.1', 'amzn1.alexa.skill.did.1'],
    ['amzn1.alexa.skill.did.1', 'amzn1.ask.skill.1'],
    ['something.else', 'something.else'],
  ])('get responds to %s with %s when configured for the other format', async (stored, answered) => {
    simulator.control.setProvider({ serviceProviderId: mapped, skillId: stored });
    expect((await get()).json()).toEqual(mapping(stored));
    simulator.control.setSwitches({ skillIdForm: 'otherForm' });
    expect((await get()).json()).toEqual(mapping(answered));
  });

  it.each([
    ['error', { type: 'NOT_FOUND', message: 'The service provider has no network mapping.' }],
    ['message', { message: 'The service provider has no network mapping.' }],
    ['codeMessage', { code: 'NOT_FOUND', message: 'The service provider has no network mapping.' }],
  ] as const)('errors have the format %s when configured', async (errorBody, expected) => {
    simulator.control.setSwitches({ errorBody });
    expect((await get(unmapped)).json()).toEqual(expected);
  });

  it('rejects an unknown switch and an unknown position', () => {
    const move = (some: unknown) => () => simulator.control.setSwitches(some as SwitchesInput);
    expect(move({ createWhenMaped: 400 })).toThrow(/createWhenMaped/);
    expect(move({ createWhenMapped: 418 })).toThrow(/createWhenMapped: .*400 \| 403 \| 409 \| "overwrite"/);
    expect(move([])).toThrow(/expected an object/);
    expect(move({ latencyMs: { min: 2, max: 1 } })).toThrow(/min must not be greater/);
  });
});

describe('the rate limit', () => {
  const limited = (more: object = {}): SwitchesInput => ({ rateLimit: { perSecond: 0.000_01, burst: 2, ...more } });

  it('lets a burst pass and then responds with 429 until it is lifted', async () => {
    simulator.control.setSwitches(limited());
    const statuses = [await get(), await update(), await get(), await update()].map(({ status }) => status);
    expect(statuses).toEqual([200, 200, 429, 429]);
    expect(simulator.control.writesTo(mapped).update).toBe(1);
    expect(lastRequest().fault).toBe('rateLimit');
    simulator.control.setSwitches({ rateLimit: null });
    expect((await get()).status).toBe(200);
  });

  it('refills over time', async () => {
    simulator.control.setSwitches(limited({ burst: 1 }));
    expect([(await get()).status, (await get()).status]).toEqual([200, 429]);
    simulator.control.setSwitches({ rateLimit: { perSecond: 100, burst: 1 } });
    while ((await get()).status !== 200);
  });

  it.each([
    ['none', /^undefined$/],
    ['seconds', /^7$/],
    ['date', / GMT$/],
    ['garbage', /^in a while$/],
  ] as const)('sends the wait as %s', async (retryAfter, expected) => {
    simulator.control.setSwitches(limited({ burst: 1, retryAfter, retryAfterSeconds: 7 }));
    await get();
    expect(String((await get()).headers['retry-after'])).toMatch(expected);
  });

  it('does not count calls of the token endpoint', async () => {
    simulator.control.setSwitches(limited({ burst: 1 }));
    await refreshToken();
    await refreshToken();
    expect((await get()).status).toBe(200);
  });
});

describe('faults', () => {
  const arm = (name: FaultName, more: object = {}) => simulator.control.addFault({ name, count: 1, ...more });

  it('affect matching requests, as often as configured', async () => {
    const id = simulator.control.addFault({
      kind: 'answer',
      status: 503,
      operation: 'get',
      serviceProviderId: mapped,
      count: 2,
    });
    expect((await get(unmapped)).status).toBe(404);
    expect((await update()).status).toBe(200);
    expect(simulator.control.faults()).toMatchObject([{ id, struck: 0 }]);
    expect([(await get()).status, (await get()).status, (await get()).status]).toEqual([503, 503, 200]);
    expect(simulator.control.faults()).toEqual([]);
    expect(simulator.control.requests().map(({ fault }) => fault)).toEqual([
      undefined,
      undefined,
      'answer',
      'answer',
      undefined,
    ]);
  });

  it('without a count apply until they are removed, the first one added first', async () => {
    const first = simulator.control.addFault({ kind: 'answer', status: 500 });
    simulator.control.addFault({ kind: 'answer', status: 503 });
    expect([(await get()).status, (await get()).status]).toEqual([500, 500]);
    simulator.control.removeFault(first);
    expect((await get()).status).toBe(503);
    simulator.control.clearFaults();
    expect((await get()).status).toBe(200);
  });

  it.each([
    ['write', ['create', 'update', 'delete']],
    ['mapping', ['get', 'create', 'update', 'delete']],
    ['any', ['get', 'create', 'update', 'delete', 'token']],
    ['token', ['token']],
    ['delete', ['delete']],
  ] as const)('for %s affect %j', async (operation, struck) => {
    simulator.control.addFault({ name: 'unavailable', operation });
    for (const { act } of operations) await act();
    await refreshToken();
    const hit = simulator.control.requests().filter(({ fault }) => fault !== undefined);
    expect(hit.map((request) => request.operation)).toEqual(struck);
  });

  it('with a probability affect the same requests in every run with the same seed', async () => {
    const run = async (randomSeed: number) => {
      simulator = await start({ randomSeed });
      simulator.control.addFault({ kind: 'answer', status: 503, probability: 0.5 });
      const statuses: number[] = [];
      for (let sent = 0; sent < 30; sent++) statuses.push((await get()).status);
      return statuses;
    };
    const first = await run(7);
    expect(new Set(first)).toEqual(new Set([200, 503]));
    expect(await run(7)).toEqual(first);
    expect(await run(8)).not.toEqual(first);
  });

  it.each(
    Object.entries(faultCatalog).flatMap(([name, { failure }]) =>
      failure.kind === 'answer' && 'status' in failure ? [[name as FaultName, failure.status] as const] : [],
    ),
  )('%s responds to each operation with %i', async (name, status) => {
    for (const { act, name: operation, id } of operations) {
      simulator.control.reset();
      const before = simulator.control.mappingOf(id);
      simulator.control.addFault({ name, operation, count: 1 });
      expect((await act()).status).toBe(status);
      const effect = 'effect' in faultCatalog[name].failure;
      if (!effect) expect(simulator.control.mappingOf(id)).toBe(before);
    }
  });

  it.each(writes)('a 500 before or after $name does not reveal whether it took effect', async ({ act, id, after }) => {
    const before = simulator.control.mappingOf(id);
    arm('serverError');
    expect((await act()).status).toBe(500);
    expect([simulator.control.mappingOf(id), lastRequest().tookEffect]).toEqual([before, false]);
    arm('serverErrorAfterWrite');
    expect((await act()).status).toBe(500);
    expect([simulator.control.mappingOf(id), lastRequest().tookEffect]).toEqual([after, true]);
  });

  it.each(writes)(
    'a reset before or after $name does not reveal whether it took effect',
    async ({ act, id, after }) => {
      const before = simulator.control.mappingOf(id);
      arm('resetBeforeWrite');
      expect(await errorCode(act())).toBe('ECONNRESET');
      expect(simulator.control.mappingOf(id)).toBe(before);
      arm('resetAfterWrite');
      expect(await errorCode(act())).toBe('ECONNRESET');
      expect(simulator.control.mappingOf(id)).toBe(after);
      expect(lastRequest()).toMatchObject({ ended: 'reset', tookEffect: true });
    },
  );

  it('a reset is a TCP reset, not an orderly close', async () => {
    simulator.control.addFault({ kind: 'reset', count: 1 });
    const bearer = `Bearer ${simulator.control.demo.accessToken}`;
    const line = `GET ${pathOf(mapped)} HTTP/1.1\r\nHost: x\r\nAuthorization: ${bearer}\r\n\r\n`;
    expect(await errorCode(raw(line))).toBe('ECONNRESET');
  });

  it.each(operations)('a reset in the body of $name comes after the status', async ({ act, id, after, name }) => {
    arm('resetMidBody');
    expect(await errorCode(act())).toBe('ECONNRESET');
    expect(lastRequest()).toMatchObject({ ended: 'reset', tookEffect: name !== 'get' });
    expect(lastRequest().status).toBeDefined();
    if (name !== 'get') expect(simulator.control.mappingOf(id)).toBe(after);
  });

  it.each(writes)('a late $name takes effect after the connection is closed', async ({ act, id, after }) => {
    const before = simulator.control.mappingOf(id);
    simulator.control.addFault({ kind: 'reset', effect: 'later', laterMs: 30, count: 1 });
    const mappedWhen: unknown[] = [];
    const gone = simulator.control.waitForRequest(({ ended }) => {
      if (ended === 'reset') mappedWhen.push(simulator.control.mappingOf(id));
      return ended === 'reset';
    });
    expect(await errorCode(act())).toBe('ECONNRESET');
    await gone;
    expect(mappedWhen).toEqual([before]);
    await simulator.control.waitForRequest((request) => request.tookEffect);
    expect(simulator.control.mappingOf(id)).toBe(after);
  });

  it('a late write also takes effect after a response, and after a client that disconnected', async () => {
    simulator.control.addFault({ kind: 'answer', status: 500, effect: 'later', laterMs: 10, count: 1 });
    expect((await update()).status).toBe(500);
    await simulator.control.waitForRequest((request) => request.tookEffect);
    simulator.control.addFault({ kind: 'hang', effect: 'later', laterMs: 10, count: 1 });
    const giveUp = new AbortController();
    const hanging = errorCode(create(unmapped, { signal: giveUp.signal }));
    await simulator.control.waitForRequest(({ fault }) => fault === 'hang');
    expect(simulator.control.mappingOf(unmapped)).toBeUndefined();
    giveUp.abort();
    expect(await hanging).toBe('ABORT_ERR');
    await simulator.control.waitForRequest((request) => request.operation === 'create' && request.tookEffect);
    expect(simulator.control.mappingOf(unmapped)).toBe(newSkill);
  });

  it('a late write is checked against the mapping at that time', async () => {
    simulator.control.addFault({ kind: 'answer', status: 500, effect: 'later', laterMs: 30, count: 1 });
    await create(unmapped);
    simulator.control.setProvider({ serviceProviderId: unmapped, skillId: 'amzn1.ask.skill.faster' });
    simulator.control.setSwitches({ createWhenMapped: 409 });
    simulator.control.addFault({ kind: 'answer', status: 500, effect: 'later', laterMs: 60, count: 1 });
    await update(mapped);
    await simulator.control.waitForRequest((request) => request.tookEffect);
    expect(simulator.control.mappingOf(unmapped)).toBe('amzn1.ask.skill.faster');
  });

  it.each(operations)('a hang keeps $name waiting until the client disconnects', async ({ act, id, after, name }) => {
    for (const [fault, expected] of [
      ['hang', simulator.control.mappingOf(id)],
      ['hangAfterWrite', after],
    ] as const) {
      arm(fault);
      const giveUp = new AbortController();
      const hanging = errorCode(act({ signal: giveUp.signal }));
      const { index } = await simulator.control.waitForRequest((request) => request.fault === fault);
      expect(lastRequest()).toMatchObject({ ended: 'open' });
      giveUp.abort();
      expect(await hanging).toBe('ABORT_ERR');
      const gone = await simulator.control.waitForRequest(
        (request) => request.index === index && request.ended !== 'open',
      );
      expect(gone).toMatchObject({ ended: 'clientGone' });
      expect(gone.status).toBeUndefined();
      if (name !== 'get') expect(simulator.control.mappingOf(id)).toBe(expected);
    }
  });

  it.each([
    ['hangAfterHeaders', { kind: 'hangAfterHeaders' }, 0],
    ['drip', { kind: 'drip', everyMs: 15 }, 3],
  ] as const)('%s sends the headers of each operation and never completes in time', async (_, failure, bytes) => {
    for (const { name, id, status } of operations) {
      simulator.control.reset();
      simulator.control.addFault({ ...failure, operation: name, count: 1 });
      const received = await firstBytes(name, id, bytes);
      expect(received.status).toBe(status);
      const { ended } = await simulator.control.waitForRequest((request) => request.ended !== 'open');
      expect(ended).toBe('clientGone');
    }
  });

  it('a drip arrives completely for a client that waits long enough', async () => {
    simulator.control.addFault({ kind: 'drip', everyMs: 0, count: 1 });
    expect((await get()).json()).toEqual(mapping(demoSkills.guestCalling));
  });

  it('slow sends the real response after its delay, and the change happens even without a waiting client', async () => {
    arm('slow', { delayMs: 20 });
    expect((await update()).json()).toEqual({ serviceProviderId: mapped, status: 'ACTIVE' });
    arm('slow', { delayMs: 50 });
    const giveUp = new AbortController();
    const slow = errorCode(remove(mapped, { signal: giveUp.signal }));
    await simulator.control.waitForRequest(({ operation }) => operation === 'delete');
    giveUp.abort();
    await slow;
    await simulator.control.waitForRequest(({ operation, tookEffect }) => operation === 'delete' && tookEffect);
    expect(simulator.control.mappingOf(mapped)).toBeUndefined();
  });

  it('a false success changes nothing', async () => {
    arm('successUnapplied');
    expect((await update()).status).toBe(200);
    expect(simulator.control.mappingOf(mapped)).toBe(demoSkills.guestCalling);
    expect(lastRequest().tookEffect).toBe(false);
  });

  const isJsonObject = (text: string): boolean => {
    try {
      const value = JSON.parse(text) as unknown;
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    } catch {
      return false;
    }
  };
  const looks: Record<(typeof bodyShapes)[number], (reply: Reply) => boolean> = {
    asUsual: ({ text }) => text === JSON.stringify({ serviceProviderId: mapped, status: 'ACTIVE' }),
    error: ({ text }) => isJsonObject(text) && text.includes('"type"'),
    message: ({ text }) => Object.keys(JSON.parse(text) as object).join() === 'message',
    codeMessage: ({ text }) => Object.keys(JSON.parse(text) as object).join() === 'code,message',
    oauthError: ({ text }) => Object.keys(JSON.parse(text) as object).join() === 'error,error_description',
    empty: ({ text }) => text === '',
    html: ({ text, headers }) =>
      text.startsWith('<!DOCTYPE html>') && headers['content-type'] === 'text/html; charset=utf-8',
    truncated: ({ text }) => text.startsWith('{') && !isJsonObject(text),
    wrongType: ({ text }) => Array.isArray(JSON.parse(text)),
    wrongFields: ({ text }) => text.includes('"networkType":7') && text.includes('"type":42'),
    unknownValues: ({ text }) => text.includes('CARRIER_PIGEON'),
    oversized: ({ text }) => text.length > 8_000_000 && isJsonObject(text),
    gatewayText: ({ text }) => text === 'default backend - 404',
    gatewayJson: ({ text }) => text === '{"error":"no route matched"}',
    withMark: ({ text }) => text.startsWith('\uFEFF{'),
    hostile: ({ text }) => (JSON.parse(text) as { message: string }).message === hostileText,
  };

  it.each(bodyShapes)('a body can be %s, with a success or failure status', async (body) => {
    simulator.control.addFault({ kind: 'answer', body, count: 1 });
    const success = await update();
    expect([success.status, looks[body](success)]).toEqual([200, true]);
    expect(simulator.control.mappingOf(mapped)).toBe(newSkill);
    simulator.control.addFault({ kind: 'answer', status: 400, body, count: 1 });
    const failure = await update(mapped, { body: JSON.stringify(mapping('amzn1.ask.skill.2')) });
    expect([failure.status, looks[body](failure)]).toEqual([400, true]);
    expect(simulator.control.mappingOf(mapped)).toBe(newSkill);
  });

  it.each(faultNames.filter((name) => name.startsWith('success') && name !== 'successUnapplied'))(
    '%s keeps the status of each operation and the change it made',
    async (name) => {
      for (const { act, id, status, after, name: operation } of operations) {
        simulator.control.reset();
        arm(name);
        expect((await act()).status).toBe(status);
        if (operation !== 'get') expect(simulator.control.mappingOf(id)).toBe(after);
      }
    },
  );

  it('a malicious text contains markup, a command link, terminal codes, bidi, a new line and a null', () => {
    for (const part of ['<script>', '(command:', '\u001b[', '\u202e', '\u200b', '\r\n', '\u0000']) {
      expect(hostileText).toContain(part);
    }
  });

  it.each([
    ['tooManyRequests', /^undefined$/],
    ['tooManyRequestsSeconds', /^2$/],
    ['tooManyRequestsDate', /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/],
    ['tooManyRequestsGarbage', /^in a while$/],
  ] as const)('%s sends the wait as %s', async (name, expected) => {
    arm(name);
    const reply = await get();
    expect(reply.status).toBe(429);
    expect(String(reply.headers['retry-after'])).toMatch(expected);
  });

  it.each([
    ['usual', 'x-amzn-RequestId'],
    ['lowerCase', 'x-amzn-requestid'],
    ['upperCase', 'X-AMZN-REQUESTID'],
    ['missing', undefined],
  ] as const)('the request ID header can be %s', async (requestId, name) => {
    simulator.control.addFault({ kind: 'answer', status: 500, requestId, count: 1 });
    const { rawHeaders } = await get();
    expect(rawHeaders.find((header) => header.toLowerCase() === 'x-amzn-requestid')).toBe(name);
  });

  it('headers, message and content type can be anything that HTTP allows', async () => {
    simulator.control.addFault({
      kind: 'answer',
      status: 400,
      headers: { 'X-Extra': 'é'.normalize('NFD').slice(0, 1) },
      message: 'ünïcode',
      contentType: 'text/plain',
      count: 1,
    });
    const reply = await get();
    expect(reply.headers).toMatchObject({ 'x-extra': 'e', 'content-type': 'text/plain' });
    expect(reply.json()).toEqual({ type: 'BAD_REQUEST', message: 'ünïcode' });
  });

  it.each([
    [{ name: 'hangs' }, /expected one of badRequest, .* but received "hangs"/],
    [{ name: 'toString' }, /expected one of/],
    [{ kind: 'explode' }, /kind: .*"answer" \| "hang"/],
    [{ kind: 'hang', status: 500 }, /status/],
    [{ kind: 'answer', body: 'xml' }, /body: .*"asUsual"/],
    [{ kind: 'answer', headers: { 'X-A': 'a\r\nb: c' } }, /printable ASCII/],
    [{ kind: 'answer', status: 100 }, /status/],
    [{ name: 'hang', kind: 'hang' }, /kind/],
    [{ name: 'hang', operation: 'list' }, /operation: .*"get" \| "create"/],
    [{ name: 'hang', count: 0 }, /count/],
    [{ name: 'hang', probability: 2 }, /probability/],
    [{ name: 'hang', counts: 1 }, /counts/],
    [{}, /kind/],
    ['hang', /expected an object/],
  ])('%j is rejected with what was expected', (fault, message) => {
    expect(() => simulator.control.addFault(fault as unknown as FaultInput)).toThrow(message);
    expect(simulator.control.faults()).toEqual([]);
  });
});

describe('the token endpoint', () => {
  it('responds to a refresh with a working access token', async () => {
    simulator.control.expireAllAccessTokens();
    const reply = await refreshToken();
    expect(reply.status).toBe(200);
    expect(reply.headers['cache-control']).toBe('no-store');
    const tokens = reply.json() as Record<string, unknown>;
    expect(tokens).toEqual({
      access_token: expect.stringMatching(/^Atza\|[\w-]{40,}$/) as string,
      token_type: 'bearer',
      expires_in: 3600,
      refresh_token: simulator.control.demo.refreshToken,
    });
    expect((await get()).status).toBe(401);
    expect((await get(mapped, { headers: { Authorization: `Bearer ${String(tokens['access_token'])}` } })).status).toBe(
      200,
    );
  });

  it('issues tokens that expire at the end of their lifetime', async () => {
    let nowMs = 1_000_000;
    simulator = await start({ now: () => nowMs, switches: { accessTokenLifetimeS: 60 } });
    const { access_token: token } = (await refreshToken()).json() as { access_token: string };
    const headers = { Authorization: `Bearer ${token}` };
    nowMs += 59_999;
    expect((await get(mapped, { headers })).status).toBe(200);
    nowMs += 1;
    expect((await get(mapped, { headers })).status).toBe(401);
  });

  it('returns expires_in as a string when configured to', async () => {
    simulator.control.setSwitches({ expiresIn: 'string' });
    expect((await refreshToken()).json()).toMatchObject({ expires_in: '3600' });
  });

  it('responds to a refresh without or with a new refresh token as configured', async () => {
    simulator.control.setSwitches({ refreshTokenOnRefresh: 'omitted' });
    expect((await refreshToken()).json()).not.toHaveProperty('refresh_token');
    simulator.control.setSwitches({ refreshTokenOnRefresh: 'new' });
    const { refresh_token: renewed } = (await refreshToken()).json() as { refresh_token: string };
    expect(renewed).toMatch(/^Atzr\|/);
    expect(renewed).not.toBe(simulator.control.demo.refreshToken);
    expect((await refreshToken({ refresh_token: renewed })).status).toBe(200);
  });

  it.each<[string, Record<string, string | undefined>, number, string]>([
    ['an unknown refresh token', { refresh_token: 'Atzr|never-issued' }, 400, 'invalid_grant'],
    ['no refresh token', { refresh_token: undefined }, 400, 'invalid_request'],
    ['no grant type', { grant_type: undefined }, 400, 'invalid_request'],
    ['another grant type', { grant_type: 'password' }, 400, 'unsupported_grant_type'],
    ['no client ID', { client_id: undefined }, 400, 'invalid_request'],
    ['an unknown client ID', { client_id: 'amzn1.application-oa2-client.unknown' }, 401, 'invalid_client'],
    ['no client secret', { client_secret: undefined }, 400, 'invalid_request'],
    ['a wrong client secret', { client_secret: 'amzn1.oa2-cs.v1.wrong' }, 401, 'invalid_client'],
    ['a scope that was never granted', { scope: 'profile' }, 400, 'invalid_scope'],
    ['an unknown code', { grant_type: 'authorization_code', code: 'nothing' }, 400, 'invalid_grant'],
    ['no code', { grant_type: 'authorization_code' }, 400, 'invalid_request'],
  ])('responds to %s with an OAuth error', async (_, fields, status, error) => {
    const reply = await refreshToken(fields);
    expect(reply.status).toBe(status);
    expect(reply.json()).toEqual({ error, error_description: expect.any(String) as string });
  });

  it('responds with unauthorized_client to the refresh token of another client', async () => {
    const reply = await refreshToken({
      client_id: simulator.control.demo.otherAccountClientId,
      client_secret: simulator.control.demo.otherAccountClientSecret,
    });
    expect([reply.status, reply.json()]).toMatchObject([400, { error: 'unauthorized_client' }]);
  });

  it('responds with invalid_grant to a revoked refresh token', async () => {
    simulator.control.revokeRefreshToken(simulator.control.demo.refreshToken);
    expect((await refreshToken()).json()).toMatchObject({ error: 'invalid_grant' });
  });

  it('accepts only a form by POST, with each parameter once', async () => {
    const json = await send('POST', '/auth/o2/token', { headers: { 'Content-Type': 'application/json' }, body: '{}' });
    expect([json.status, json.json()]).toMatchObject([400, { error: 'invalid_request' }]);
    expect((await send('GET', '/auth/o2/token')).status).toBe(405);
    const { clientId, clientSecret, refreshToken: token } = simulator.control.demo;
    const form = new URLSearchParams({ grant_type: 'refresh_token', client_id: clientId, client_secret: clientSecret });
    form.append('refresh_token', token);
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    expect((await send('POST', '/auth/o2/token', { headers, body: form.toString() })).status).toBe(200);
    form.append('refresh_token', token);
    expect((await send('POST', '/auth/o2/token', { headers, body: form.toString() })).status).toBe(400);
  });

  describe('with an authorization code', () => {
    const redirectUri = 'http://127.0.0.1:9090/cb';
    const verifier = 'v'.repeat(43);
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const issue = () =>
      simulator.control.issueAuthorizationCode({ redirectUri, codeChallenge: challenge, codeChallengeMethod: 'S256' });
    const exchange = (fields: Record<string, string | undefined>) =>
      refreshToken({
        grant_type: 'authorization_code',
        refresh_token: undefined,
        redirect_uri: redirectUri,
        code_verifier: verifier,
        ...fields,
      });

    it('returns both tokens and the scopes, once', async () => {
      const code = issue();
      const reply = await exchange({ code });
      expect(reply.status).toBe(200);
      expect(reply.json()).toMatchObject({
        refresh_token: expect.stringMatching(/^Atzr\|/) as string,
        scope: 'alexa::enterprise:management amazon_communication::service_provider',
      });
      expect((await exchange({ code })).json()).toMatchObject({ error: 'invalid_grant' });
    });

    it.each([
      ['another redirect URI', { redirect_uri: 'http://localhost:9090/cb' }],
      ['another verifier', { code_verifier: 'w'.repeat(43) }],
      ['no verifier', { code_verifier: undefined }],
    ])('responds with invalid_grant to %s', async (_, fields) => {
      expect((await exchange({ code: issue(), ...fields })).json()).toMatchObject({ error: 'invalid_grant' });
    });

    it('responds with invalid_grant after five minutes', async () => {
      let nowMs = 0;
      simulator = await start({ now: () => nowMs });
      const code = issue();
      nowMs = 5 * 60_000;
      expect((await exchange({ code })).json()).toMatchObject({ error: 'invalid_grant' });
    });
  });

  it.each(['invalidGrant', 'invalidClient', 'unauthorizedClient', 'invalidScope', 'invalidRequest'] as const)(
    'responds with %s on command',
    async (name) => {
      simulator.control.addFault({ name, operation: 'token', count: 1 });
      const error = name.replace(/[A-Z]/, (letter) => `_${letter.toLowerCase()}`);
      expect((await refreshToken()).json()).toMatchObject({ error });
      expect((await refreshToken()).status).toBe(200);
    },
  );

  it('can lose the response to a completed refresh', async () => {
    simulator.control.setSwitches({ refreshTokenOnRefresh: 'new' });
    simulator.control.addFault({ name: 'resetAfterWrite', operation: 'token', count: 1 });
    expect(await errorCode(refreshToken())).toBe('ECONNRESET');
    expect((await refreshToken()).status).toBe(200);
  });

  it('records the form with fingerprints instead of secrets', async () => {
    await refreshToken();
    const { demo } = simulator.control;
    expect(lastRequest()).toMatchObject({
      operation: 'token',
      tookEffect: false,
      body: {
        grant_type: 'refresh_token',
        client_id: demo.clientId,
        refresh_token: `fingerprint:${fingerprintOf(demo.refreshToken)}`,
        client_secret: `fingerprint:${fingerprintOf(demo.clientSecret)}`,
      },
    });
    expect(JSON.stringify(simulator.control.requests())).not.toMatch(/Atz[ar]\||oa2-cs/);
  });
});

describe('seeding', () => {
  it('gives the demo the same IDs every time, with and without mappings', async () => {
    const again = await start();
    expect(again.control.providers()).toEqual(simulator.control.providers());
    for (const { serviceProviderId, skillId } of simulator.control.providers()) {
      expect(serviceProviderId).toMatch(
        /^amzn1\.comms\.csp\.id\.[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      );
      if (skillId !== null) expect(skillId).toMatch(/^amzn1\.ask\.skill\.[0-9a-f-]{36}$/);
    }
    expect(simulator.control.providers().filter(({ skillId }) => skillId === null).length).toBeGreaterThan(2);
  });

  it('creates ten thousand providers, each with its own ID', () => {
    simulator.control.seed(10_000);
    const providers = simulator.control.providers();
    expect(new Set(providers.map(({ serviceProviderId }) => serviceProviderId)).size).toBe(10_000);
    expect(providers.filter(({ skillId }) => skillId === null).length).toBe(3333);
  });

  it('accepts a list, and changes mappings without counting a write', async () => {
    simulator.control.seed([{ serviceProviderId: 'amzn1.comms.csp.id.2' }]);
    expect((await get(mapped)).status).toBe(404);
    simulator.control.setProvider({ serviceProviderId: 'amzn1.comms.csp.id.2', skillId: newSkill });
    expect((await get('amzn1.comms.csp.id.2')).json()).toEqual(mapping(newSkill));
    expect(simulator.control.writesTo('amzn1.comms.csp.id.2')).toEqual({ create: 0, update: 0, delete: 0 });
    simulator.control.setProvider({ serviceProviderId: 'amzn1.comms.csp.id.2', name: 'Renamed' });
    expect(simulator.control.providers()).toMatchObject([{ name: 'Renamed', account: 'demo', skillId: newSkill }]);
    simulator.control.removeProvider('amzn1.comms.csp.id.2');
    expect(() => simulator.control.mappingOf('amzn1.comms.csp.id.2')).toThrow(/no such service provider/);
  });

  it('returns to the initial state on reset', async () => {
    await remove();
    simulator.control.addFault({ name: 'unavailable' });
    simulator.control.setSwitches({ noAccess: 403 });
    simulator.control.expireToken(simulator.control.demo.accessToken);
    simulator.control.reset();
    expect(simulator.control.requests()).toEqual([]);
    expect(simulator.control.switches().noAccess).toBe(401);
    expect((await get()).json()).toEqual(mapping(demoSkills.guestCalling));
  });
});

describe('the control API', () => {
  const control = (method: string, path: string, body?: unknown, headers: Headers = {}) =>
    send(method, `/_simulator/${path}`, {
      ...(body !== undefined && { body: JSON.stringify(body) }),
      headers: { ...(body !== undefined && { 'Content-Type': 'application/json' }), ...headers },
    });

  it('adds, lists and removes faults', async () => {
    const { id } = (await control('POST', 'faults', { name: 'unavailable', operation: 'get' })).json() as {
      id: string;
    };
    expect((await get()).status).toBe(503);
    expect((await control('GET', 'faults')).json()).toMatchObject([{ id, name: 'unavailable', struck: 1 }]);
    expect((await control('DELETE', 'faults', { id })).json()).toEqual([]);
    expect((await get()).status).toBe(200);
  });

  it('sets switches, seeds, changes mappings, expires tokens, clears requests and resets', async () => {
    expect((await control('PATCH', 'switches', { noAccess: 403 })).json()).toMatchObject({ noAccess: 403 });
    expect((await get(foreign)).status).toBe(403);
    await control('PUT', 'providers', { serviceProviderId: mapped, skillId: null });
    expect((await get()).status).toBe(404);
    const { accessToken } = simulator.control.demo;
    await control('POST', 'tokens', { token: accessToken, state: 'expired' });
    expect((await get()).status).toBe(401);
    await control('POST', 'tokens', { token: accessToken, state: 'valid' });
    expect((await get()).status).toBe(404);
    expect((await control('POST', 'seed', { seed: 5 })).json()).toEqual({ providerCount: 5 });
    expect((await control('DELETE', 'requests')).status).toBe(200);
    expect((await control('GET', 'requests')).json()).toEqual([]);
    expect((await control('POST', 'reset')).status).toBe(200);
    expect((await get()).status).toBe(200);
  });

  it('shows the state in whole or in part', async () => {
    await get();
    expect((await control('GET', 'state')).json()).toMatchObject({
      providerCount: 13,
      requestCount: 1,
      requests: [{ operation: 'get', status: 200 }],
      demoTokenValid: true,
    });
    const part = (await control('GET', 'state?providers=1&requests=0&filter=maple')).json();
    expect(part).toMatchObject({ providers: [{ name: 'Maple Court Senior Living' }], requests: [], requestCount: 1 });
  });

  it.each<[string, string, unknown, RegExp]>([
    ['POST', 'faults', { name: 'nothing' }, /expected one of/],
    ['POST', 'faults', { kind: 'hang', extra: 1 }, /extra/],
    ['DELETE', 'faults', { id: 'fault-99' }, /no such fault/],
    ['DELETE', 'faults', { name: 'hang' }, /name/],
    ['PATCH', 'switches', { unknown: 1 }, /unknown/],
    ['POST', 'seed', { seed: 'production' }, /expected "demo"/],
    ['POST', 'seed', { seed: [{ id: 'x' }] }, /./],
    ['PUT', 'providers', { serviceProviderId: mapped, skill: 'x' }, /skill/],
    ['DELETE', 'providers', { serviceProviderId: 'unknown' }, /no such service provider/],
    ['POST', 'tokens', { token: 'Atza|unknown', state: 'expired' }, /no such access token/],
    ['POST', 'tokens', { token: 'x', state: 'gone' }, /state/],
    ['POST', 'reset', { everything: true }, /everything/],
    ['GET', 'state?providers=many', undefined, /expected a number/],
    ['GET', 'state?page=1', undefined, /page/],
  ])('rejects %s %s %j and says what was expected', async (method, path, body, message) => {
    const reply = await control(method, path, body);
    expect(reply.status).toBe(400);
    expect((reply.json() as { error: string }).error).toMatch(message);
  });

  it('rejects invalid JSON, and an unknown path', async () => {
    expect((await control('POST', 'reset', {}, { 'Content-Type': 'text/plain' })).status).toBe(400);
    const headers = { 'Content-Type': 'application/json' };
    expect((await send('POST', '/_simulator/reset', { headers, body: '{' })).status).toBe(400);
    const unknown = await control('POST', 'explode', {});
    expect(unknown.status).toBe(404);
    expect((unknown.json() as { error: string }).error).toContain('POST reset');
  });

  it.each<[string, Headers]>([
    ['a page of another site', { Origin: 'https://example.com' }],
    ['a page on another port', { Origin: 'http://127.0.0.1:1' }],
    ['a sandboxed page', { Origin: 'null' }],
    ['a DNS name rebound to this address', { Host: 'attacker.example' }],
    ['a name with a loopback address as its prefix', { Host: '127.0.0.1.attacker.example' }],
    ['an image on another site', { 'Sec-Fetch-Site': 'cross-site' }],
  ])('rejects %s', async (_, headers) => {
    expect((await control('GET', 'state', undefined, headers)).status).toBe(403);
    expect((await control('POST', 'faults', { name: 'unavailable' }, headers)).status).toBe(403);
    expect((await send('GET', '/', { headers })).status).toBe(403);
    expect(simulator.control.faults()).toEqual([]);
  });

  it('accepts its own page, by address and by the name localhost', async () => {
    const { port } = new URL(simulator.url);
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`]) {
      const headers = { Host: host, Origin: `http://${host}`, 'Sec-Fetch-Site': 'same-origin' };
      expect((await control('POST', 'faults', { name: 'slow' }, headers)).status).toBe(200);
    }
  });

  it('does not appear among the recorded requests', async () => {
    await control('GET', 'state');
    await send('GET', '/');
    expect(simulator.control.requests()).toEqual([]);
  });

  it('serves the page with nothing inline and nothing from other hosts', async () => {
    const page = await send('GET', '/');
    expect(page.status).toBe(200);
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.headers['content-security-policy']).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self';/,
    );
    expect(page.text).not.toMatch(/https?:|style=|<style|\son\w+="|<script(?![^>]*src=)/);
    const files = [...page.text.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map((match) => match[1] ?? '');
    expect(new Set(files)).toEqual(new Set(['/_simulator/icon.svg', '/_simulator/page.css', '/_simulator/page.js']));
    for (const file of files) expect((await send('GET', file)).status).toBe(200);
  });

  it('has every fault and every switch on its page', async () => {
    const catalog = (await control('GET', 'catalog')).json() as object;
    expect(Object.keys(catalog)).toEqual(faultNames);
    const script = (await control('GET', 'page.js')).text;
    for (const name of Object.keys(simulator.control.switches())) expect(script).toContain(`'${name}'`);
  });
});

describe('start and stop', () => {
  it('listens on the loopback address only, on a free port unless one is given', async () => {
    expect(simulator.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(simulator.tokenEndpoint).toBe(`${simulator.url}/auth/o2/token`);
    const port = Number(new URL(simulator.url).port);
    await expect(startSimulator({ port })).rejects.toThrow(/EADDRINUSE/);
    await simulator.stop();
    const again = await start({ port });
    expect(again.url).toBe(simulator.url);
  });

  it.each(['::1', ...(process.platform === 'linux' ? ['127.0.0.2'] : [])])('cannot be reached at %s', async (host) => {
    const port = Number(new URL(simulator.url).port);
    const outcome = await new Promise((resolve) => {
      const socket = connect(port, host, () => {
        socket.destroy();
        resolve('connected');
      });
      socket.on('error', () => {
        resolve('rejected');
      });
    });
    expect(outcome).toBe('rejected');
  });

  it('makes no late write after it was stopped', async () => {
    simulator.control.addFault({ kind: 'reset', effect: 'later', laterMs: 100, count: 1 });
    await errorCode(update());
    const stopped = simulator.stop();
    const mappedThen = simulator.control.mappingOf(mapped);
    await stopped;
    await sleep(150);
    expect(simulator.control.mappingOf(mapped)).toBe(mappedThen);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'as a program prints its URL and the demo token, and ends on %s',
    async (signal) => {
      const program = runProgram('--port', '0', '--providers', '3');
      const [, url = ''] = await program.printed(/Simulator: (http:\/\/127\.0\.0\.1:\d+)\n/);
      await program.printed(/Demo token: Atza\|\S+\n/);
      const post = (path: string, body: object) =>
        fetch(url + path, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify(body),
        });
      expect(await (await fetch(`${url}/_simulator/state`)).json()).toMatchObject({ providerCount: 3 });
      await post('/_simulator/faults', { name: 'hang' });
      const hanging = errorCode(fetch(url + pathOf(mapped)));
      while (((await (await fetch(`${url}/_simulator/requests`)).json()) as unknown[]).length === 0);
      program.kill(signal);
      expect(await program.ended).toBe(0);
      await hanging;
    },
    programTimeoutMs,
  );

  it(
    'as a program rejects unknown arguments',
    async () => {
      const wrongPort = runProgram('--port', 'http');
      await wrongPort.printed(/--port: expected a number up to 65535, got "http"/);
      expect(await wrongPort.ended).toBe(1);
    },
    programTimeoutMs,
  );

  it('stops immediately with requests that hang, drip, wait, and are half sent', async () => {
    simulator.control.addFault({ name: 'hang', operation: 'get' });
    simulator.control.addFault({ name: 'drip', operation: 'update' });
    simulator.control.addFault({ name: 'slow', operation: 'delete', delayMs: 100_000 });
    const waiting = [get(), update(), remove()].map(errorCode);
    const half = rawUntilClosed(`POST ${pathOf(unmapped)} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{`);
    for (const name of ['hang', 'drip', 'slow']) await simulator.control.waitForRequest(({ fault }) => fault === name);
    await simulator.stop();
    expect(await Promise.all(waiting)).toEqual(['ECONNRESET', 'ECONNRESET', 'ECONNRESET']);
    await half;
    expect(simulator.control.mappingOf(mapped)).not.toBeUndefined();
    await simulator.stop();
  });

  it('adds the configured latency', async () => {
    simulator.control.setSwitches({ latencyMs: { min: 30, max: 30 } });
    await get();
    const { startedAtMs, endedAtMs = 0 } = lastRequest();
    expect(endedAtMs - startedAtMs).toBeGreaterThanOrEqual(25);
  });
});

/** The simulator as `npm run simulator` starts it. */
function runProgram(...args: string[]) {
  const main = fileURLToPath(new URL('../../simulator/main.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...args]);
  programs.push(child);
  let output = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      for (const listener of listeners) listener();
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    ended,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    printed: (pattern: RegExp) =>
      new Promise<RegExpExecArray>((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(output);
          if (found) resolve(found);
        };
        listeners.add(look);
        look();
        void ended.then(() => {
          reject(new Error(`ended without ${String(pattern)}: ${output}`));
        });
      }),
  };
}

/** A token request; undefined fields are omitted. */
function refreshToken(fields: Record<string, string | undefined> = {}): Promise<Reply> {
  const { clientId, clientSecret, refreshToken: refresh_token } = simulator.control.demo;
  const all: Record<string, string | undefined> = {
    grant_type: 'refresh_token',
    refresh_token,
    client_id: clientId,
    client_secret: clientSecret,
    ...fields,
  };
  const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return send('POST', '/auth/o2/token', {
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(given).toString(),
  });
}

/** Sends an operation, waits for the status and the given number of body bytes, then disconnects. */
function firstBytes(
  operation: 'get' | 'create' | 'update' | 'delete',
  id: string,
  bytes: number,
): Promise<{ status: number }> {
  const method = { get: 'GET', create: 'POST', update: 'PUT', delete: 'DELETE' }[operation];
  const body = operation === 'create' || operation === 'update' ? JSON.stringify(mapping(newSkill)) : undefined;
  return new Promise((resolve, reject) => {
    const headers = { ...authorized(), ...(body !== undefined && { 'Content-Type': 'application/json' }) };
    const outgoing = httpRequest(simulator.url, { method, path: pathOf(id), headers, agent }, (response) => {
      let received = 0;
      const give = () => {
        if (received < bytes) return;
        outgoing.destroy();
        resolve({ status: response.statusCode ?? 0 });
      };
      response.on('error', () => undefined);
      response.on('end', () => {
        reject(new Error('the answer ended'));
      });
      response.on('data', (chunk: Buffer) => {
        received += chunk.length;
        give();
      });
      give();
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Writes bytes to a socket and resolves with the whole response. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(simulator.url).port), '127.0.0.1', () => socket.write(text));
    let received = '';
    socket.on('data', (chunk) => (received += chunk.toString()));
    socket.on('error', reject);
    socket.on('close', () => {
      resolve(received);
    });
  });
}

const rawUntilClosed = (text: string): Promise<string> => raw(text).catch(() => '');
