import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, expect, it, vi } from 'vitest';
import type { TokenProvider } from '../../../src/core/api/tokenProvider';
import { NetworkMappingClient } from '../../../src/core/api/networkMappingClient';
import { ServiceClient } from '../../../src/core/api/serviceClient';
import { MappingStore } from '../../../src/core/mappings/mappingStore';
import type { ChangeLog } from '../../../src/core/mappings/changeLog';
import { granted } from '../../support/accessTokens';
import { aProvider, SKILL, signedInTo } from '../../support/builders';

afterEach(() => {
  vi.unstubAllGlobals();
});

/** Attempt timeout in milliseconds; nothing here takes so long. */
const LIMIT_MS = 500;

const IDS = Array.from({ length: 20 }, (_, index) => `amzn1.comms.csp.id.${index}`);

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes. */
async function heldMemory(): Promise<number> {
  // Until then, Node.js keeps the timeout of each request.
  await delay(2 * LIMIT_MS);
  for (let time = 0; time < 3; time++) {
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
  }
  return process.memoryUsage().heapUsed;
}

const mapped = () => new Response(`{"networkType":"SKILL","skillConfiguration":{"skillId":"${SKILL}"}}`);

/** Responses of the service, of another server, and of the network. */
const ANSWERS: readonly (() => Response | Promise<Response>)[] = [
  ...[200, 404, 401, 403, 409, 500, 503].map((status) => () => new Response('{"message":"no"}', { status })),
  () => new Response('<html></html>', { status: 404 }),
  () => Promise.reject(new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } })),
  () => new Response(new ReadableStream({ pull: () => Promise.reject(new TypeError('terminated')) })),
];

const notes: ChangeLog = { begin: () => Promise.resolve('note'), complete: () => Promise.resolve() };
const tokens: TokenProvider = {
  getToken: () => Promise.resolve(granted('Atza|of-the-test-of-memory')),
  markAccepted: () => undefined,
  refresh: () => Promise.resolve(undefined),
};

it('memory does not grow over thousands of requests with every kind of failure', async () => {
  const client = new NetworkMappingClient(
    new ServiceClient({
      accountOf: () => undefined,
      endpoint: () => ({ ok: true, url: 'https://api.example.com' }),
      tokens,
      policy: { attemptTimeoutMs: LIMIT_MS, maxAttempts: 2, backoffMs: 1 },
    }),
  );
  const states = new MappingStore(client, notes, { settleMs: 0, checksMs: [] });
  states.setSessions(signedInTo());
  states.setEntries(IDS.map((id) => aProvider(id)));
  const changes = IDS.map((serviceProviderId) => ({
    change: { operation: 'update' as const, serviceProviderId, skillId: SKILL },
  }));
  let requests = 0;
  const everyFault = async () => {
    for (const answer of ANSWERS) {
      // Constant failure would reduce the number of requests.
      vi.stubGlobal('fetch', () => (++requests % 4 === 0 ? answer : mapped)());
      await states.refresh(IDS);
      await states.changeAll(
        changes,
        { operationId: 'act', stopSignal: new AbortController().signal },
        () => undefined,
      );
    }
  };
  for (let round = 0; round < 10; round++) await everyFault();
  const before = await heldMemory();
  requests = 0;
  for (let round = 0; round < 40; round++) await everyFault();
  const grown = (await heldMemory()) - before;
  expect(requests).toBeGreaterThan(20_000);
  // Far less than anything that could be kept of a request; the compiler's own memory varies.
  expect(grown).toBeLessThan(requests * 50);
});
