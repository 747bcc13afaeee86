import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { demoProviders, demoSkills } from '../../simulator/seed';
import { startSimulator, type Simulator } from '../../simulator/simulator';

const demoId = (name: string): string => {
  const found = demoProviders.find((provider) => provider.name === name);
  if (!found) throw new Error(`no ${name} in the demo`);
  return found.serviceProviderId;
};
const MAPPED = demoId('Grand Meridian Seattle');
const UNMAPPED = demoId('Grand Meridian Paris');
const FOREIGN = demoId('Lakeside Clinic (another organization)');
const UNKNOWN = 'amzn1.comms.csp.id.unknown';

let simulator: Simulator;

beforeEach(async () => {
  simulator = await startSimulator();
});

afterEach(() => simulator.stop());

async function send(method: string, path: string, body?: unknown) {
  const response = await fetch(`${simulator.url}/v1/communications/serviceProviders${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${simulator.control.demo.accessToken}`,
      Accept: 'application/json',
      'Content-Type': 'application/json',
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
}

const read = (id: string) => send('GET', `/${encodeURIComponent(id)}`);
const readMapping = (id: string) => send('GET', `/${encodeURIComponent(id)}/network`);
const remove = (id: string) => send('DELETE', `/${encodeURIComponent(id)}`);
const rename = (id: string, value: string) =>
  send('PUT', `/${encodeURIComponent(id)}`, { displayName: [{ locale: 'en-US', value }] });
const create = (serviceProviderLogicalId: string, value?: string) =>
  send('POST', '', {
    serviceProviderLogicalId,
    ...(value !== undefined && { displayName: [{ locale: 'en-US', value }] }),
  });

describe('a service provider', () => {
  it('is read with its logical id and name, whether it is mapped or not', async () => {
    for (const [id, value] of [
      [MAPPED, 'Grand Meridian Seattle'],
      [UNMAPPED, 'Grand Meridian Paris'],
    ] as const) {
      expect(await read(id)).toEqual({
        status: 200,
        body: {
          serviceProviderId: id,
          serviceProviderLogicalId: id.slice(id.lastIndexOf('.') + 1),
          displayName: [{ locale: 'en-US', value }],
        },
      });
    }
  });

  it('does not exist unless it was seeded or created', async () => {
    expect(await read(UNKNOWN)).toMatchObject({ status: 404, body: { type: 'NOT_FOUND' } });
  });

  it('looks the same to a read of its mapping when it is not mapped and when it does not exist', async () => {
    expect(await readMapping(UNMAPPED)).toEqual(await readMapping(UNKNOWN));
  });

  it('of another account is refused like its mapping', async () => {
    expect((await read(FOREIGN)).status).toBe(401);
    simulator.control.setSwitches({ noAccess: 403 });
    expect((await remove(FOREIGN)).status).toBe(403);
  });

  it('is created with an id of the service, and can be mapped then', async () => {
    const { status, body } = await create('annex', 'Annex');
    expect(status).toBe(201);
    const { serviceProviderId } = body as { serviceProviderId: string };
    expect(await read(serviceProviderId)).toEqual({ status: 200, body });
    expect((await readMapping(serviceProviderId)).status).toBe(404);
    const skillConfiguration = { skillId: demoSkills.nurseCall };
    const mapped = await send('POST', `/${serviceProviderId}/network`, { networkType: 'SKILL', skillConfiguration });
    expect(mapped.status).toBe(201);
  });

  it('can be created without a name, but not twice with one logical id', async () => {
    expect(await create('annex')).toMatchObject({ status: 201, body: { displayName: [] } });
    const count = simulator.control.providers().length;
    expect((await create('annex')).status).toBe(400);
    simulator.control.setSwitches({ createWithTakenLogicalId: 409 });
    expect((await create('annex')).status).toBe(409);
    expect(simulator.control.providers()).toHaveLength(count);
  });

  it('takes a name in en-US only, and an update replaces it', async () => {
    expect((await rename(UNMAPPED, 'Paris')).status).toBe(200);
    expect(await read(UNMAPPED)).toMatchObject({ body: { displayName: [{ locale: 'en-US', value: 'Paris' }] } });
    const other = { displayName: [{ locale: 'fr-FR', value: 'Paris' }] };
    expect((await send('PUT', `/${UNMAPPED}`, other)).status).toBe(400);
    expect((await send('PUT', `/${UNMAPPED}`, { name: 'Paris' })).status).toBe(400);
    expect((await send('POST', '', {})).status).toBe(400);
  });

  it('is deleted with its mapping, unless a switch keeps that', async () => {
    expect(await remove(MAPPED)).toEqual({ status: 200, body: undefined });
    expect((await read(MAPPED)).status).toBe(404);
    expect((await readMapping(MAPPED)).status).toBe(404);
    simulator.control.reset();
    simulator.control.setSwitches({ mappingOfDeleted: 'kept', deleteProviderStatus: 204 });
    expect(await remove(MAPPED)).toEqual({ status: 204, body: undefined });
    expect((await read(MAPPED)).status).toBe(404);
    expect((await readMapping(MAPPED)).status).toBe(200);
  });

  it('is described and read as the switches say', async () => {
    simulator.control.setSwitches({ providerBody: 'idOnly' });
    expect((await read(MAPPED)).body).toEqual({ serviceProviderId: MAPPED });
    simulator.control.setSwitches({ providerBody: 'empty', updateProviderStatus: 204 });
    expect((await read(MAPPED)).body).toEqual({});
    expect((await create('annex')).body).toEqual({ serviceProviderId: expect.any(String) as string });
    expect((await rename(MAPPED, 'Seattle')).status).toBe(204);
    for (const readProvider of [403, 405] as const) {
      simulator.control.setSwitches({ readProvider });
      expect((await read(MAPPED)).status).toBe(readProvider);
    }
  });

  it('has operations of its own in the log and for faults, apart from those of the mapping', async () => {
    simulator.control.addFault({ name: 'serverError', operation: 'mapping' });
    expect((await read(MAPPED)).status).toBe(200);
    simulator.control.clearFaults();
    simulator.control.addFault({ name: 'serverErrorAfterWrite', operation: 'deleteProvider' });
    simulator.control.addFault({ name: 'forbidden', operation: 'provider' });
    expect((await read(MAPPED)).status).toBe(403);
    expect((await remove(MAPPED)).status).toBe(500);
    expect((await readMapping(MAPPED)).status).toBe(404);
    expect((await send('PATCH', `/${MAPPED}`)).status).toBe(405);
    expect(
      simulator.control.requests().map(({ operation, tookEffect }) => `${operation}${tookEffect ? ', applied' : ''}`),
    ).toEqual(['readProvider', 'readProvider', 'deleteProvider, applied', 'get', 'unknown']);
    expect(simulator.control.traffic().requests).toBe(1);
  });
});
