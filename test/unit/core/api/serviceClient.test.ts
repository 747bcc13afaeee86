import { EventEmitter, once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSimulator, type Simulator } from '../../../simulator/simulator';
import { ServiceClient } from '../../../../src/core/api/serviceClient';
import type { TokenProvider } from '../../../../src/core/api/tokenProvider';
import { granted } from '../../../support/accessTokens';
import { clientOf } from '../../../support/simulatedService';
import { unexpected } from '../../../support/unexpected';
import { startWebServer } from '../../../support/webServer';

let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator({ seed: 4 });
});
afterAll(() => simulator.stop());
beforeEach(() => {
  simulator.control.reset();
});

/** The first two service providers belong to one account, the others to a second one. */
function tokensOfTwoAccounts(ids: readonly string[]): TokenProvider {
  const { accessToken } = simulator.control.demo;
  return {
    getToken: (id) =>
      Promise.resolve(granted(accessToken, { account: ids.indexOf(id) < 2 ? 'hotels' : 'hospitals', session: 'any' })),
    markAccepted: () => undefined,
    refresh: () => unexpected('refreshing a token'),
  };
}

describe('the rate of requests', () => {
  it('of one account is not slowed down by an account that the service throttles', async () => {
    const ids = simulator.control.providers().map(({ serviceProviderId }) => serviceProviderId);
    const [throttled = '', waiting = '', other = ''] = ids;
    const client = clientOf(simulator.url, tokensOfTwoAccounts(ids));
    simulator.control.addFault({
      kind: 'answer',
      status: 429,
      retryAfter: { seconds: 600 },
      serviceProviderId: throttled,
    });
    const stop = new AbortController();
    const throttling = new EventEmitter();
    const isThrottled = once(throttling, 'wait');
    const onWait = () => throttling.emit('wait');
    const first = client.get(throttled, { abortSignal: stop.signal, onWait });
    await isThrottled;
    const second = client.get(waiting, { abortSignal: stop.signal });

    expect(await client.get(other)).toMatchObject({ ok: true });
    const reached = simulator.control.requests().map(({ serviceProviderId }) => serviceProviderId);
    expect(reached).toEqual([throttled, other]);

    stop.abort();
    await Promise.all([first, second]);
  });
});

describe('an unexpected response', () => {
  const request = {
    operation: 'get',
    serviceProviderId: 'amzn1.comms.csp.id.any',
    method: 'GET',
    path: '/v1/other',
  } as const;
  /** A mapping to something unknown, for the mapping API; of no meaning for any other. */
  const BODY = '{"networkType":"SIP","trunk":{}}';

  it.each([
    ['in general without help', {}, 'unexpectedBody'],
    ['in general where the API knows nothing of it', { unexpectedDetail: () => undefined }, 'unexpectedBody'],
    ['by the API that knows it', { unexpectedDetail: () => 'unknownNetworkType' as const }, 'unknownNetworkType'],
  ])('is described %s', async (_how, of, detailKind) => {
    const server = await startWebServer((_request, response) => response.end(BODY));
    const client = new ServiceClient({
      endpoint: () => ({ ok: true, url: server.url }),
      tokens: tokensOfTwoAccounts([]),
    });
    const result = await client.send({ ...request, ...of }, {}, () => undefined);
    expect(result).toMatchObject({ ok: false, failure: { kind: 'unexpectedResponse', detailKind } });
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
    await server.stop();
  });
});
