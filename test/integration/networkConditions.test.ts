import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createSecureServer, type Server } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { after, before, beforeEach, describe, it } from 'mocha';
import { generate } from 'selfsigned';
import * as vscode from 'vscode';
import { SKILL } from '../support/builders';
import * as vscodeSpy from './support/vscodeSpy';
import { run, signIn } from './support/extension';
import { spoken } from './support/rows';
import { HOTEL, PROXIED_ENDPOINT, useService } from './support/service';
import { configure, setSetting } from './support/settings';

const { Global } = vscode.ConfigurationTarget;

const DAY_MS = 86_400_000;

const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port;

/** Only VS Code's own fetch uses the proxy settings and the system certificates, so this is tested in VS Code. */
describe('a proxy in the settings of VS Code', () => {
  const service = useService();
  // The editor itself may connect before a test says how to answer.
  let answer = (socket: Socket) => {
    socket.end();
  };
  let connections = 0;
  const proxy = createServer((_request, response) => response.writeHead(500).end());
  proxy.on('connect', (_request, socket: Socket) => {
    connections++;
    socket.on('error', () => undefined);
    answer(socket);
  });
  const http = () => vscode.workspace.getConfiguration('http');

  before(async () => {
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    await configure({ user: [HOTEL] });
    await http().update('proxy', `http://127.0.0.1:${portOf(proxy)}`, Global);
    await signIn(service.accessToken);
    await setSetting('apiEndpoint', PROXIED_ENDPOINT, Global);
  });
  after(async () => {
    await http().update('proxy', undefined, Global);
    await setSetting('apiEndpoint', service.url, Global);
    await configure({});
    proxy.close();
    proxy.closeAllConnections();
  });
  beforeEach(() => {
    connections = 0;
    vscodeSpy.clearMessages();
  });

  const saying = (head: string) => (socket: Socket) => {
    socket.end(`HTTP/1.1 ${head}\r\nContent-Length: 0\r\n\r\n`);
  };

  for (const [what, head] of [
    ['requires authentication', '407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="x"'],
    ['responds with 403', '403 Forbidden'],
    ['cannot reach the service', '502 Bad Gateway'],
  ] as const) {
    it(`is reported if it ${what}, without retries`, async () => {
      answer = saying(head);
      await run('refresh');
      assert.deepEqual(spoken(), ['Hotel Aurora, could not be read: blocked by the proxy']);
      // VS Code itself retries once if the proxy requires authentication, in case it has credentials.
      assert.ok(connections <= 2, `${connections} connections`);
      await run('createMapping', { serviceProviderId: HOTEL.id, skillId: SKILL });
      assert.match(vscodeSpy.messages.at(-1)?.text ?? '', /The proxy blocked the request/);
    });
  }

  describe('that inspects the traffic', () => {
    const servers: Server[] = [];
    let heard = 0;

    after(() => {
      for (const server of servers) server.close();
    });

    async function inspector(name: string, days: number): Promise<(socket: Socket) => void> {
      const { private: key, cert } = await generate([{ name: 'commonName', value: name }], {
        notBeforeDate: new Date(Date.now() - 3 * DAY_MS),
        notAfterDate: new Date(Date.now() + days * DAY_MS),
      });
      const server = createSecureServer({ key, cert }, (_request, response) => {
        heard++;
        response.end('{}');
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      servers.push(server);
      return (socket) => {
        const inspected = connect(portOf(server), '127.0.0.1');
        inspected.on('error', () => socket.destroy());
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.pipe(inspected).pipe(socket);
      };
    }

    for (const [what, days] of [
      ['with its own certificate', 3],
      ['with an expired certificate', -1],
    ] as const) {
      it(`${what} never gets the token`, async () => {
        answer = await inspector(new URL(PROXIED_ENDPOINT).hostname, days);
        await run('refresh');
        assert.deepEqual(spoken(), ['Hotel Aurora, could not be read: certificate not trusted']);
        assert.equal(heard, 0);
      });
    }
  });
});
