import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordedRequest } from '../../simulator/requestLog';
import { type Simulator, startSimulator } from '../../simulator/simulator';
import { type Traffic, trafficOf } from '../../simulator/trafficShaping';

let received = 0;

function request(some: Partial<RecordedRequest>): RecordedRequest {
  const startedAtMs = some.startedAtMs ?? 0;
  return {
    index: ++received,
    requestId: String(received),
    at: '2026-01-01T00:00:00.000Z',
    operation: 'get',
    serviceProviderId: 'one',
    method: 'GET',
    url: '/',
    headerNames: [],
    headers: {},
    tookEffect: false,
    status: 200,
    ended: 'answered',
    endedAtMs: startedAtMs + 10,
    ...some,
    startedAtMs,
  };
}

const QUIET: Traffic = { requests: 0, refused: 0, faulty: 0, inSilence: 0, writesAtOnce: 0, blindWrites: 0 };

describe('traffic', () => {
  it('counts requests, rejections and faults of the mapping API', () => {
    const traffic = trafficOf([
      request({}),
      request({ status: 429, fault: 'rateLimit' }),
      request({ status: 503, fault: 'unavailable' }),
      request({ operation: 'token' }),
    ]);
    expect(traffic).toEqual({ ...QUIET, requests: 3, refused: 1, faulty: 1 });
  });

  it.each([
    ['before the response was sent', 9, 0],
    ['before the response could arrive', 25, 0],
    ['when the response had arrived', 31, 1],
    ['just before the wait ends', 1_005, 1],
    ['after its end', 1_009, 0],
  ])('counts as sent in a requested wait what came %s', (_, startedAtMs, inSilence) => {
    const refused = request({ status: 429, fault: 'rateLimit', retryAfter: '1', endedAtMs: 10 });
    expect(trafficOf([refused, request({ startedAtMs })])).toMatchObject({ inSilence });
  });

  it('allows for more requests in flight when a client may have been slow', () => {
    const requests = [request({ status: 429, retryAfter: '1', endedAtMs: 10 }), request({ startedAtMs: 99 })];
    expect(trafficOf(requests, 60)).toMatchObject({ inSilence: 1 });
    expect(trafficOf(requests, 70)).toMatchObject({ inSilence: 0 });
  });

  it('keeps the longest of several waits, and that of another provider', () => {
    const long = request({ status: 503, retryAfter: '2', endedAtMs: 10, serviceProviderId: 'other' });
    const short = request({ status: 429, retryAfter: '1', startedAtMs: 11, endedAtMs: 20 });
    const broken = request({ status: 429, retryAfter: 'in a while', startedAtMs: 12, endedAtMs: 21 });
    expect(trafficOf([long, short, broken, request({ startedAtMs: 1_500 })])).toMatchObject({ inSilence: 1 });
    expect(trafficOf([long, short, broken, request({ startedAtMs: 2_010 })])).toMatchObject({ inSilence: 0 });
  });

  it.each([
    ['one after the other', [0, 10], 'one', 0],
    ['while the first is under way', [0, 9], 'one', 1],
    ['at once to two providers', [0, 9], 'other', 0],
  ] as const)('counts writes that came %s', (_, [first, second], serviceProviderId, writesAtOnce) => {
    const writes = [
      request({ operation: 'create', startedAtMs: first }),
      request({ operation: 'update', startedAtMs: second, serviceProviderId }),
    ];
    expect(trafficOf(writes)).toMatchObject({ writesAtOnce });
  });

  it('counts an unanswered write as in progress, but not a read', () => {
    const open = request({ operation: 'create', ended: 'open' });
    delete open.endedAtMs;
    expect(trafficOf([open, request({ startedAtMs: 99 })])).toMatchObject({ writesAtOnce: 0 });
    expect(trafficOf([open, request({ operation: 'delete', startedAtMs: 99 })])).toMatchObject({ writesAtOnce: 1 });
  });

  const failed = { operation: 'create', status: 503 } as const;
  const reset = { operation: 'create', ended: 'reset' } as const;
  const again = { operation: 'create', startedAtMs: 50 } as const;
  it.each([
    ['after a failure of the service', [failed, again], 1],
    ['after a reset', [reset, again], 1],
    ['after a reset, and once more', [reset, { ...again, status: 429 }, { ...again, startedAtMs: 99 }], 2],
    ['after a read that told', [failed, { status: 404, startedAtMs: 20 }, again], 0],
    ['after a read that failed', [failed, { status: 503, startedAtMs: 20 }, again], 1],
    ['after a refusal', [{ ...failed, status: 429 }, again], 0],
    ['after a success', [{ ...failed, status: 201 }, again], 0],
    ['to another provider', [failed, { ...again, serviceProviderId: 'other' }], 0],
  ] as const)('counts a write as blind %s', (_, requests, blindWrites) => {
    expect(trafficOf(requests.map(request))).toMatchObject({ blindWrites });
  });
});

describe('the traffic of a simulator', () => {
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = await startSimulator();
  });
  afterEach(() => simulator.stop());

  const get = async () => {
    const [provider] = simulator.control.providers();
    const url = `${simulator.url}/v1/communications/serviceProviders/${provider?.serviceProviderId ?? ''}/network`;
    const response = await fetch(url, { headers: { authorization: `Bearer ${simulator.control.demo.accessToken}` } });
    await response.text();
    return response.status;
  };

  it('is counted when it ignores a requested wait', async () => {
    const rateLimit = { perSecond: 0.000_01, burst: 1, retryAfter: 'seconds', retryAfterSeconds: 600 } as const;
    simulator.control.setSwitches({ rateLimit });
    expect([await get(), await get()]).toEqual([200, 429]);
    const { endedAtMs = 0 } = await simulator.control.waitForRequest(
      ({ status, ended }) => status === 429 && ended === 'answered',
    );
    while (performance.now() < endedAtMs + 30) await new Promise((resolve) => setImmediate(resolve));
    await get();
    const traffic = { ...QUIET, requests: 3, refused: 2, inSilence: 1 };
    expect(simulator.control.traffic()).toEqual(traffic);
    expect(await (await fetch(`${simulator.url}/_simulator/traffic`)).json()).toEqual(traffic);
    expect(simulator.control.requests().map(({ retryAfter }) => retryAfter)).toEqual([undefined, '600', '600']);
    simulator.control.clearRequests();
    expect(simulator.control.traffic()).toEqual(QUIET);
  });

  it('delays a faulty response as long as a normal one', async () => {
    simulator.control.setSwitches({ latencyMs: { min: 60, max: 60 } });
    simulator.control.addFault({ kind: 'answer', status: 503 });
    expect(await get()).toBe(503);
    const { startedAtMs, endedAtMs = 0 } = await simulator.control.waitForRequest(({ ended }) => ended === 'answered');
    expect(endedAtMs - startedAtMs).toBeGreaterThanOrEqual(50);
  });

  it('follows a limit that is changed', async () => {
    simulator.control.setSwitches({ rateLimit: { perSecond: 0.000_01, burst: 1 } });
    expect([await get(), await get()]).toEqual([200, 429]);
    simulator.control.setSwitches({ rateLimit: { perSecond: 1_000, burst: 5 } });
    while ((await get()) !== 200);
    simulator.control.setSwitches({ rateLimit: { perSecond: 0.000_01, burst: 1 } });
    await get();
    expect(await get()).toBe(429);
  });
});
