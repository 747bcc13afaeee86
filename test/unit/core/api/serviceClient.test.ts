import { EventEmitter, once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSimulator, type Simulator } from '../../../simulator/simulator';
import { ServiceClient } from '../../../../src/core/api/serviceClient';
import type { TokenProvider } from '../../../../src/core/api/tokenProvider';
import { granted } from '../../../support/accessTokens';
import { clientOf } from '../../../support/simulatedService';
import { unexpected } from '../../../support/unexpected';
import { startWebServer, type WebServer } from '../../../support/webServer';

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

describe('a change that is too old to be sent', () => {
  it.each([0, 1])('is not sent, after %i refused attempts', async (refused) => {
    const [id = ''] = simulator.control.providers().map(({ serviceProviderId }) => serviceProviderId);
    const client = clientOf(simulator.url, tokensOfTwoAccounts([id]));
    const sent = () => simulator.control.requests().length;
    simulator.control.addFault({ name: 'tooManyRequests' });
    const change = { operation: 'delete', serviceProviderId: id } as const;
    const result = await client.change(change, { isOutdated: () => sent() === refused });
    expect(result).toMatchObject({ ok: false, failure: { kind: 'canceled', effect: 'none' } });
    expect(sent()).toBe(refused);
  });
});

describe('accounts with endpoints of their own', () => {
  let america: WebServer;
  let europe: WebServer;
  beforeEach(async () => {
    america = await startWebServer((_request, response) => response.end('{}'));
    europe = await startWebServer((_request, response) => response.end('{}'));
  });
  afterEach(() => Promise.all([america.stop(), europe.stop()]));

  const clientOfBoth = (accountOf: (id: string) => string | undefined, grantedTo: (id: string) => string) =>
    new ServiceClient({
      accountOf,
      endpoint: (account) => ({ ok: true, url: account === 'europe' ? europe.url : america.url }),
      tokens: {
        getToken: (id) =>
          Promise.resolve(granted(`Atza|token-of-${grantedTo(id)}`, { account: grantedTo(id), session: 'any' })),
        markAccepted: () => undefined,
        refresh: () => unexpected('refreshing a token'),
      },
    });
  const read = (client: ServiceClient, serviceProviderId: string) =>
    client.send({ operation: 'get', serviceProviderId, method: 'GET', path: '/v1/any' }, {}, () => 'read');
  const tokensAt = ({ requests }: WebServer) => requests.map(({ headers }) => headers.authorization);

  it('each get their own requests and tokens', async () => {
    const client = clientOfBoth(
      (id) => id,
      (id) => id,
    );
    const ids = ['default', 'europe', 'default', 'europe'];
    expect(await Promise.all(ids.map((id) => read(client, id)))).toMatchObject(ids.map(() => ({ value: 'read' })));
    expect(tokensAt(america)).toEqual(['Bearer Atza|token-of-default', 'Bearer Atza|token-of-default']);
    expect(tokensAt(europe)).toEqual(['Bearer Atza|token-of-europe', 'Bearer Atza|token-of-europe']);
  });

  it.each([
    ['another account', () => 'default' as const],
    ['no account', () => undefined],
  ])('never get the token of the other, if %s served the service provider at first', async (_, accountOf) => {
    const client = clientOfBoth(accountOf, () => 'europe');
    expect(await read(client, 'any')).toMatchObject({ ok: false, failure: { kind: 'contextChanged', effect: 'none' } });
    expect([...tokensAt(america), ...tokensAt(europe)]).toEqual([]);
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
      accountOf: () => undefined,
      endpoint: () => ({ ok: true, url: server.url }),
      tokens: tokensOfTwoAccounts([]),
    });
    const result = await client.send({ ...request, ...of }, {}, () => undefined);
    expect(result).toMatchObject({ ok: false, failure: { kind: 'unexpectedResponse', detailKind } });
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
    await server.stop();
  });
});
