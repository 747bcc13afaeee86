import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { verifyAccessToken } from '../../../../src/core/auth/verifyAccessToken';
import { checkEndpoint } from '../../../../src/core/model/endpoint';
import type { FaultInput } from '../../../simulator/faults';
import { fingerprintOf } from '../../../simulator/tokens';
import { startSimulator, type Simulator } from '../../../simulator/simulator';
import { SKILL } from '../../../support/builders';

const ID = 'amzn1.comms.csp.id.hotel';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.stop());
beforeEach(() => {
  simulator.control.reset();
  simulator.control.setProvider({ serviceProviderId: ID, skillId: SKILL });
});

const verify = (token: string, endpoint: string = simulator.url, signal?: AbortSignal) =>
  verifyAccessToken(token, ID, { endpoint: () => checkEndpoint(endpoint) }, signal);

describe('an access token that is not stored yet', () => {
  it('is accepted when one request with it can read a mapping', async () => {
    const token = simulator.control.issueAccessToken();
    expect(await verify(token)).toEqual({ type: 'accepted' });
    const requests = simulator.control.requests();
    expect(requests.map(({ method, tokenFingerprint }) => [method, tokenFingerprint])).toEqual([
      ['GET', fingerprintOf(token)],
    ]);
  });

  it('is accepted when nothing is mapped', async () => {
    simulator.control.setProvider({ serviceProviderId: ID, skillId: null });
    expect(await verify(simulator.control.issueAccessToken())).toEqual({ type: 'accepted' });
  });

  it('is rejected after one request when it was never issued', async () => {
    expect(await verify('Atza|never-issued')).toMatchObject({ type: 'rejected', failure: { kind: 'unauthorized' } });
    expect(simulator.control.requests()).toHaveLength(1);
  });

  it('is rejected when it lacks the permission', async () => {
    simulator.control.addFault({ operation: 'get', kind: 'answer', status: 403 });
    const verification = await verify(simulator.control.issueAccessToken());
    expect(verification).toMatchObject({ type: 'rejected', failure: { kind: 'forbidden' } });
  });

  it.each<[string, FaultInput, string]>([
    ['fails', { operation: 'get', kind: 'answer', status: 500 }, 'serverError'],
    ['is overloaded', { operation: 'get', kind: 'answer', status: 503 }, 'unavailable'],
    ['responds with 429', { operation: 'get', kind: 'answer', status: 429, retryAfter: { seconds: 1 } }, 'throttled'],
    ['is a web page', { operation: 'get', kind: 'answer', status: 200, body: 'html' }, 'unexpectedResponse'],
  ])('is neither accepted nor rejected when the service %s, and is not tried again', async (_what, fault, kind) => {
    simulator.control.addFault(fault);
    const verification = await verify(simulator.control.issueAccessToken());
    expect(verification).toMatchObject({ type: 'unverified', failure: { kind } });
    expect(simulator.control.requests()).toHaveLength(1);
    expect(JSON.stringify(verification)).not.toContain('Atza');
  });

  it('is neither accepted nor rejected when there is no response or no request is allowed', async () => {
    const token = simulator.control.issueAccessToken();
    expect(await verify(token, 'http://127.0.0.1:1')).toMatchObject({
      type: 'unverified',
      failure: { kind: 'network' },
    });
    expect(await verify(token, 'http://example.com')).toMatchObject({
      type: 'unverified',
      failure: { kind: 'invalidEndpoint' },
    });
  });

  it('is neither accepted nor rejected when the user cancels', async () => {
    const stop = new AbortController();
    simulator.control.addFault({ operation: 'get', kind: 'slow', delayMs: 2_000 });
    const verification = verify(simulator.control.issueAccessToken(), simulator.url, stop.signal);
    await simulator.control.waitForRequest(({ operation }) => operation === 'get');
    stop.abort();
    expect(await verification).toMatchObject({ type: 'unverified', failure: { kind: 'canceled' } });
  });
});
