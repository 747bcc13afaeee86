import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NetworkMappingClient } from '../../../../src/core/api/networkMappingClient';
import { OnboardingClient } from '../../../../src/core/api/onboardingClient';
import { describeFailure } from '../../../../src/core/failures/failureMessages';
import type { FaultInput } from '../../../simulator/faults';
import { startSimulator, type Simulator } from '../../../simulator/simulator';
import { PreparedTokens } from '../../../support/accessTokens';
import { ACCESS_TOKEN, notMapped, SERVICE_PROVIDER, SKILL } from '../../../support/builders';
import { onboardingClientOf, serviceClientOf } from '../../../support/simulatedService';
import { startWebServer } from '../../../support/webServer';

const UNKNOWN = 'amzn1.comms.csp.id.unknown';
const PATH = '/v1/communications/serviceProviders';

let simulator: Simulator;
let tokens: PreparedTokens;
let client: OnboardingClient;

beforeAll(async () => {
  simulator = await startSimulator({
    seed: [
      {
        serviceProviderId: SERVICE_PROVIDER,
        name: 'Grand Hotel',
        serviceProviderLogicalId: 'grand-hotel',
        skillId: SKILL,
      },
    ],
  });
});
afterAll(() => simulator.stop());
beforeEach(() => {
  simulator.control.reset();
  tokens = new PreparedTokens(simulator.control.demo.accessToken);
  client = onboardingClientOf(simulator.url, tokens);
});

const fail = (fault: FaultInput) => simulator.control.addFault(fault);
const operations = () => simulator.control.requests().map(({ operation }) => operation);

describe('a read of a service provider', () => {
  it('is a single GET, and tells its logical ID and its name', async () => {
    expect(await client.read(SERVICE_PROVIDER)).toMatchObject({
      ok: true,
      value: { type: 'exists', logicalId: 'grand-hotel', displayName: 'Grand Hotel' },
    });
    expect(simulator.control.requests()).toMatchObject([
      { operation: 'readProvider', method: 'GET', url: `${PATH}/${SERVICE_PROVIDER}` },
    ]);
    expect(simulator.control.requests()[0]?.body).toBeUndefined();
  });

  it.each(['idOnly', 'empty'] as const)('tells that it exists also with the body %s', async (providerBody) => {
    simulator.control.setSwitches({ providerBody });
    expect(await client.read(SERVICE_PROVIDER)).toMatchObject({ ok: true, value: { type: 'exists' } });
  });

  it("tells that there is none by a 404 of the service's own, with what to check", async () => {
    const result = await client.read(UNKNOWN);
    if (!result.ok || result.value.type !== 'unknown') throw new Error('expected that there is none');
    const { failure } = result.value;
    expect(failure).toMatchObject({ kind: 'notFound', operation: 'readProvider', status: 404, effect: 'none' });
    const { reason, nextSteps } = describeFailure(failure);
    expect(reason).toBe('unknown service provider');
    expect(nextSteps).toEqual([
      'Compare the service provider ID with the one that onboarding returned.',
      'Check that you are signed in with the account that created it.',
      'Check the API endpoint in the settings: it must be the one for the country of the account.',
    ]);
  });

  it.each(['notFoundText', 'notFoundJson', 'notFoundEmpty'] as const)('tells nothing by %s', async (name) => {
    fail({ name });
    expect(await client.read(SERVICE_PROVIDER)).toMatchObject({ ok: false, failure: { kind: 'unexpectedResponse' } });
  });

  it.each([
    'successEmpty',
    'successHtml',
    'successTruncated',
    'successWrongType',
    'successWrongFields',
    'successUnknownValues',
    'successOversized',
  ] as const)('is not understood as %s', async (name) => {
    fail({ name });
    expect(await client.read(SERVICE_PROVIDER)).toMatchObject({ ok: false, failure: { kind: 'unexpectedResponse' } });
  });

  it.each([
    [403, 'forbidden'],
    [405, 'unexpectedResponse'],
  ] as const)('that is refused with %d is a failure', async (readProvider, kind) => {
    simulator.control.setSwitches({ readProvider });
    expect(await client.read(SERVICE_PROVIDER)).toMatchObject({ ok: false, failure: { kind, effect: 'none' } });
  });

  it.each(['serverError', 'resetBeforeWrite', 'unauthorized'] as const)(
    'is made one attempt under %s, and replaces no token',
    async (name) => {
      fail({ name });
      expect(await client.read(SERVICE_PROVIDER)).toMatchObject({ ok: false, failure: { effect: 'none' } });
      expect(operations()).toEqual(['readProvider']);
    },
  );

  it('waits for its turn after a 429', async () => {
    fail({ name: 'tooManyRequests', count: 1 });
    expect(await client.read(SERVICE_PROVIDER)).toMatchObject({ ok: true });
    expect(operations()).toEqual(['readProvider', 'readProvider']);
  });

  it('that the service cannot serve does not count as an outage of the mappings', async () => {
    const service = serviceClientOf(simulator.url, tokens, { outageMs: 0 });
    const reads = new OnboardingClient(service);
    fail({ name: 'unavailable', operation: 'provider' });
    for (let count = 0; count < 5; count++) expect((await reads.read(SERVICE_PROVIDER)).ok).toBe(false);
    simulator.control.setProvider({ serviceProviderId: SERVICE_PROVIDER, skillId: null });
    expect(await new NetworkMappingClient(service).get(SERVICE_PROVIDER)).toMatchObject({ ok: true, value: notMapped });
  });

  it('shows text of the service on one line, and never the token', async () => {
    const server = await startWebServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({
          serviceProviderId: SERVICE_PROVIDER,
          serviceProviderLogicalId: `x ${ACCESS_TOKEN} y`,
          displayName: [{ locale: 'en-US', value: `Grand\u202E\nHotel ${ACCESS_TOKEN}` }],
        }),
      );
    });
    const result = await onboardingClientOf(server.url, new PreparedTokens(ACCESS_TOKEN)).read(SERVICE_PROVIDER);
    await server.stop();
    expect(result).toMatchObject({
      ok: true,
      value: { logicalId: 'x [redacted] y', displayName: 'Grand Hotel [redacted]' },
    });
  });

  it('sends nothing for an ID of dots', async () => {
    expect(await client.read('..')).toMatchObject({ ok: false, failure: { kind: 'badRequest', attempts: [] } });
    expect(operations()).toEqual([]);
  });
});

describe('a create of a service provider', () => {
  it('is a single POST with the logical ID and the name, and returns the new ID', async () => {
    const result = await client.create({ logicalId: 'annex', displayName: 'Annex' });
    const created = simulator.control.providers().find(({ name }) => name === 'Annex');
    expect(result).toMatchObject({ ok: true, value: created?.serviceProviderId });
    expect(simulator.control.requests()).toMatchObject([
      {
        operation: 'createProvider',
        method: 'POST',
        url: PATH,
        body: { serviceProviderLogicalId: 'annex', displayName: [{ locale: 'en-US', value: 'Annex' }] },
      },
    ]);
  });

  it('sends no name if there is none', async () => {
    expect(await client.create({ logicalId: 'annex' })).toMatchObject({ ok: true });
    expect(simulator.control.requests()[0]?.body).toEqual({ serviceProviderLogicalId: 'annex' });
  });

  it.each([
    [400, 'badRequest', 'none'],
    [409, 'conflict', 'none'],
  ] as const)('with a logical ID in use fails, as %d', async (createWithTakenLogicalId, kind, effect) => {
    simulator.control.setSwitches({ createWithTakenLogicalId });
    const result = await client.create({ logicalId: 'grand-hotel' });
    expect(result).toMatchObject({ ok: false, failure: { kind, effect, operation: 'createProvider' } });
    expect(simulator.control.providers()).toHaveLength(1);
  });

  it.each([
    'serverErrorAfterWrite',
    'resetAfterWrite',
    'successEmpty',
    'successTruncated',
    'successWrongFields',
  ] as const)('is not repeated after %s, which leaves its effect unknown', async (name) => {
    fail({ name });
    expect(await client.create({ logicalId: 'annex' })).toMatchObject({ ok: false, failure: { effect: 'unknown' } });
    expect(operations()).toEqual(['createProvider']);
    expect(simulator.control.providers()).toHaveLength(2);
  });

  it('is repeated after a 429, which had no effect', async () => {
    fail({ name: 'tooManyRequests', count: 1 });
    expect(await client.create({ logicalId: 'annex' })).toMatchObject({ ok: true });
    expect(operations()).toEqual(['createProvider', 'createProvider']);
  });
});

describe('a rename and a delete of a service provider', () => {
  it('are a PUT with the name in en-US and a DELETE without a body', async () => {
    expect(await client.rename(SERVICE_PROVIDER, 'Palace')).toMatchObject({ ok: true, value: true });
    expect(simulator.control.providers()[0]?.name).toBe('Palace');
    expect(await client.delete(SERVICE_PROVIDER)).toMatchObject({ ok: true, value: true });
    expect(simulator.control.providers()).toEqual([]);
    const [put, remove] = simulator.control.requests();
    expect(put).toMatchObject({ method: 'PUT', body: { displayName: [{ locale: 'en-US', value: 'Palace' }] } });
    expect(remove).toMatchObject({ method: 'DELETE', url: `${PATH}/${SERVICE_PROVIDER}` });
    expect(remove?.body).toBeUndefined();
  });

  it('succeed also with 204', async () => {
    simulator.control.setSwitches({ updateProviderStatus: 204, deleteProviderStatus: 204 });
    expect(await client.rename(SERVICE_PROVIDER, 'Palace')).toMatchObject({ ok: true });
    expect(await client.delete(SERVICE_PROVIDER)).toMatchObject({ ok: true });
  });

  it.each(['serverErrorAfterWrite', 'resetAfterWrite', 'successHtml'] as const)(
    'are not repeated after %s',
    async (name) => {
      fail({ name });
      expect(await client.rename(SERVICE_PROVIDER, 'Palace')).toMatchObject({ failure: { effect: 'unknown' } });
      expect(await client.delete(SERVICE_PROVIDER)).toMatchObject({ failure: { effect: 'unknown' } });
      expect(operations()).toEqual(['updateProvider', 'deleteProvider']);
    },
  );

  it('of an unknown one have no effect', async () => {
    expect(await client.delete(UNKNOWN)).toMatchObject({ ok: false, failure: { kind: 'notFound', effect: 'none' } });
  });
});
