import { EventEmitter, once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSimulator, type Simulator } from '../../../simulator/simulator';
import type { TokenProvider } from '../../../../src/core/api/tokenProvider';
import { granted } from '../../../support/accessTokens';
import { clientOf } from '../../../support/simulatedService';
import { unexpected } from '../../../support/unexpected';

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
