import { setTimeout as delay } from 'node:timers/promises';
import pLimit from 'p-limit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RequestContext } from '../../../../src/core/api/serviceClient';
import type { RetryPolicy } from '../../../../src/core/api/retryPolicy';
import type { ApiFailure, Result } from '../../../../src/core/failures/apiFailure';
import type { NetworkMapping } from '../../../../src/core/model/networkMapping';
import type { Wait } from '../../../../src/core/failures/waitReason';
import { startSimulator, type Simulator } from '../../../simulator/simulator';
import { PreparedTokens } from '../../../support/accessTokens';
import { SKILL } from '../../../support/builders';
import { freePort } from '../../../support/freePort';
import { clientOf } from '../../../support/simulatedService';

/** One second of the shipped policy is thirty milliseconds here. */
const POLICY: Partial<RetryPolicy> = {
  attemptTimeoutMs: 450,
  maxAttempts: 6,
  queueTimeoutMs: 540,
  urgentLimitMs: 570,
  bulkQueueTimeoutMs: 3_600,
  backoffMs: 6,
  outageMs: 210,
};

let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator({ seed: 300 });
});
afterAll(() => simulator.stop());
beforeEach(() => {
  simulator.control.reset();
});

const ids = (count: number) =>
  simulator.control
    .providers()
    .slice(0, count)
    .map(({ serviceProviderId }) => serviceProviderId);
const clientAt = (url: string, policy: Partial<RetryPolicy> = {}) =>
  clientOf(url, new PreparedTokens(simulator.control.demo.accessToken), { ...POLICY, ...policy });
const kindOf = (result: Result<NetworkMapping>) => (result.ok ? 'ok' : result.failure.kind);

/** Reads like the mapping store, sixteen at a time. */
async function readAll(client: ReturnType<typeof clientAt>, count: number) {
  const hand = pLimit(16);
  const askedAtMs = performance.now();
  const results = await Promise.all(ids(count).map((id) => hand(() => client.get(id, { askedAtMs }))));
  return { results, tookMs: performance.now() - askedAtMs };
}

function failureOf(result: Result<NetworkMapping> | undefined): ApiFailure {
  if (!result || result.ok) throw new Error('expected a failure');
  return result.failure;
}

const OUTAGES = {
  refused: async () => ({ url: `http://127.0.0.1:${await freePort()}`, kind: 'network' }),
  unavailable: () => {
    simulator.control.addFault({ name: 'unavailable' });
    return Promise.resolve({ url: simulator.url, kind: 'unavailable' });
  },
  silent: () => {
    simulator.control.addFault({ kind: 'hang' });
    return Promise.resolve({ url: simulator.url, kind: 'timeout' });
  },
};

describe.each(Object.entries(OUTAGES))('in an outage (%s)', (_name, begin) => {
  it.each([1, 60])('all %d waiting requests get the reason, and the same one', async (count) => {
    const { url, kind } = await begin();
    const { results } = await readAll(clientAt(url), count);
    expect(new Set(results.map(kindOf))).toEqual(new Set([kind]));
    for (const result of results) {
      const { attempts, effect, serviceProviderId } = failureOf(result);
      expect(attempts.length).toBeLessThanOrEqual(6);
      expect([effect, serviceProviderId]).toEqual(['none', ids(300)[results.indexOf(result)]]);
    }
    expect(simulator.control.requests().length).toBeLessThan(60);
  });

  it('a background request then gets one more attempt, and an interactive one its own', async () => {
    const { url, kind } = await begin();
    // The wait between two attempts is not part of the policy.
    const client = clientAt(url, { urgentLimitMs: 19_000 });
    await readAll(client, 60);
    const [id = ''] = ids(1);
    const clicked = failureOf(await client.get(id, { urgent: true, interactive: true }));
    expect([clicked.kind, clicked.attempts.length]).toEqual([kind, 1]);
    const { results } = await readAll(client, 60);
    expect(new Set(results.map(kindOf))).toEqual(new Set([kind]));
    expect(results.reduce((sum, result) => sum + failureOf(result).attempts.length, 0)).toBe(1);
  });

  it('a waiting change is not sent, and has no effect', async () => {
    const { url, kind } = await begin();
    const client = clientAt(url, { maxInFlight: 1 });
    const ended = await Promise.all(
      ids(20).map((serviceProviderId) => client.change({ operation: 'update', serviceProviderId, skillId: SKILL })),
    );
    const unsent = ended.map(failureOf).filter(({ attempts }) => attempts.length === 0);
    expect(unsent.length).toBeGreaterThan(10);
    for (const failure of unsent) expect(failure).toMatchObject({ kind, effect: 'none' });
    for (const { serviceProviderId } of unsent) {
      const { create, update } = simulator.control.writesTo(serviceProviderId);
      expect([create, update]).toEqual([0, 0]);
    }
  });
});

it('all requests pass as soon as one does', async () => {
  const fault = simulator.control.addFault({ name: 'unavailable' });
  const client = clientAt(simulator.url);
  await readAll(client, 60);
  simulator.control.removeFault(fault);
  const { results } = await readAll(client, 60);
  expect(new Set(results.map(kindOf))).toEqual(new Set(['ok']));
});

describe('an interactive request gets its result in time', () => {
  const URGENT: RequestContext = { urgent: true, interactive: true };

  it('when it is never answered, while others are', async () => {
    const [silent = '', ...others] = ids(40);
    simulator.control.addFault({ kind: 'hang', serviceProviderId: silent });
    const client = clientAt(simulator.url);
    const began = performance.now();
    const person = { isTold: false };
    const busy = (async () => {
      for (let round = 0; !person.isTold; round++) {
        await client.get(others[round % others.length] ?? '');
        await delay(5);
      }
    })();
    const told = failureOf(await client.get(silent, URGENT));
    expect(performance.now() - began).toBeLessThan(1_000);
    person.isTold = true;
    await busy;
    expect([told.kind, told.attempts.length]).toEqual(['timeout', 2]);
  });

  it('when the service asks for a longer wait', async () => {
    simulator.control.addFault({ kind: 'answer', status: 503, retryAfter: { seconds: 1 } });
    const told = failureOf(await clientAt(simulator.url).get(ids(1)[0] ?? '', URGENT));
    expect(told).toMatchObject({ kind: 'unavailable', retryAfterMs: 1_000 });
    expect(told.attempts).toHaveLength(1);
  });

  it('when its access token does not arrive', async () => {
    const tokens = new PreparedTokens(new Promise<string>(() => undefined));
    const told = failureOf(await clientOf(simulator.url, tokens, POLICY).get(ids(1)[0] ?? '', URGENT));
    expect(told).toMatchObject({ kind: 'renewalFailed', signIn: { kind: 'timeout' }, attempts: [] });
    expect(simulator.control.requests()).toEqual([]);
  });
});

describe('the progress of a retried request', () => {
  async function waits(fault: Parameters<Simulator['control']['addFault']>[0]): Promise<Wait[]> {
    const told: Wait[] = [];
    simulator.control.addFault(fault);
    const result = await clientAt(simulator.url, { outageMs: 60_000 }).get(ids(1)[0] ?? '', {
      onWait: (wait) => told.push(wait),
    });
    expect(result.ok).toBe(true);
    return told;
  }

  it('names the next attempt and the reason', async () => {
    expect(await waits({ name: 'unavailable', count: 2 })).toMatchObject([
      { attempt: 2, attempts: 6, failure: { kind: 'unavailable' } },
      { attempt: 3, attempts: 6, failure: { kind: 'unavailable' } },
    ]);
  });

  it('has the wait that the service asks for; a rejection does not count as an attempt', async () => {
    const before = Date.now();
    const [wait, ...others] = await waits({ kind: 'answer', status: 429, retryAfter: { seconds: 1 }, count: 1 });
    expect(others).toEqual([]);
    expect(wait).toMatchObject({ attempt: 1, failure: { kind: 'throttled' } });
    expect(wait?.untilMs).toBeGreaterThanOrEqual(before + 1_000);
  });
});
