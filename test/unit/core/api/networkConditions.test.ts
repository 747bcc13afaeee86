import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { generate } from 'selfsigned';
import { expect, it, onTestFinished } from 'vitest';
import { PreparedTokens } from '../../../support/accessTokens';
import { ACCESS_TOKEN, SERVICE_PROVIDER, SKILL } from '../../../support/builders';
import { clientOf } from '../../../support/simulatedService';

const DAY_MS = 86_400_000;
const MAPPING = JSON.stringify({ networkType: 'SKILL', skillConfiguration: { skillId: SKILL } });

/** How long fetch reuses an idle connection. Milliseconds. */
const IDLE_MS = 100;

const clientAt = (url: string) => clientOf(url, new PreparedTokens(ACCESS_TOKEN));

/** A service that responds to the first request of each connection, and resets the connection at the second. */
async function forgetfulService(): Promise<{ url: string; methods: string[] }> {
  const methods: string[] = [];
  const isUsed = new WeakSet<object>();
  const server = createServer((request: IncomingMessage, response) => {
    methods.push(request.method ?? '');
    if (isUsed.has(request.socket)) {
      request.socket.resetAndDestroy();
      return;
    }
    isUsed.add(request.socket);
    response.writeHead(200, { 'content-type': 'application/json' }).end(MAPPING);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, methods };
}

it('a read is retried on a connection that was dropped while idle', async () => {
  const { url, methods } = await forgetfulService();
  const client = clientAt(url);
  expect(await client.get(SERVICE_PROVIDER)).toMatchObject({ ok: true });
  await delay(IDLE_MS);
  expect(await client.get(SERVICE_PROVIDER)).toMatchObject({ ok: true });
  expect(methods).toEqual(['GET', 'GET', 'GET']);
});

it.each(['create', 'update'] as const)(
  'a %s is not retried on such a connection, because the service may have received it',
  async (operation) => {
    const { url, methods } = await forgetfulService();
    const client = clientAt(url);
    expect(await client.get(SERVICE_PROVIDER)).toMatchObject({ ok: true });
    await delay(IDLE_MS);
    const result = await client.change({ operation, serviceProviderId: SERVICE_PROVIDER, skillId: SKILL });
    expect(result).toMatchObject({ ok: false, failure: { kind: 'network', effect: 'unknown' } });
    expect(methods).toEqual(['GET', operation === 'create' ? 'POST' : 'PUT']);
  },
);

it('an unknown host name is reported as such', async () => {
  // Reserved for names that never exist: https://www.rfc-editor.org/rfc/rfc6761#section-6.4
  const result = await clientOf('https://network-mapping.invalid', new PreparedTokens(ACCESS_TOKEN), {
    maxAttempts: 1,
  }).get(SERVICE_PROVIDER);
  expect(result).toMatchObject({ ok: false, failure: { kind: 'nameResolution', effect: 'none' } });
});

it.each([
  ['that is self-signed', 3, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ['that has expired', -1, 'CERT_HAS_EXPIRED'],
])('no request is sent to a server with a certificate %s', async (_what, days, detail) => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
    notBeforeDate: new Date(Date.now() - 3 * DAY_MS),
    notAfterDate: new Date(Date.now() + days * DAY_MS),
  });
  let heard = 0;
  const server = createSecureServer({ key, cert }, (_request, response) => {
    heard++;
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  const client = clientAt(`https://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const asked = [
    client.get(SERVICE_PROVIDER),
    client.change({ operation: 'update', serviceProviderId: SERVICE_PROVIDER, skillId: SKILL }),
  ];
  for (const result of await Promise.all(asked)) {
    expect(result).toMatchObject({ ok: false, failure: { kind: 'certificate', detail, effect: 'none' } });
  }
  expect(heard).toBe(0);
});
