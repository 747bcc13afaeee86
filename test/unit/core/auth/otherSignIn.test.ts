import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { isOtherSignIn } from '../../../../src/core/auth/otherSignIn';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** Starts a server that passes each connection to `treat`; returns its port. */
async function serve(treat: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    treat(socket);
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

describe('the response at a taken port', () => {
  const answering = (answer: string) =>
    serve((socket) => {
      socket.once('data', () => socket.end(answer));
    });
  const isRecognized = (port: number) => isOtherSignIn(port, '127.0.0.1');

  it('identifies this extension, whatever the status', async () => {
    const port = await answering('HTTP/1.1 421 Misdirected Request\r\nServer: alexa-network-mapping\r\n\r\n');
    expect(await isRecognized(port)).toBe(true);
    expect(await isOtherSignIn(port, '::1')).toBe(false);
  });

  it.each([
    ['from another server', 'HTTP/1.1 200 OK\r\nServer: nginx\r\n\r\n'],
    ['from a server with a longer name', 'HTTP/1.1 200 OK\r\nServer: alexa-network-mapping-proxy\r\n\r\n'],
    ['with the name in its body', 'HTTP/1.1 200 OK\r\n\r\nServer: alexa-network-mapping\r\n\r\n'],
    ['that is empty', ''],
    ['that never ends', 'x'.repeat(1_000_000)],
  ])('%s does not identify this extension', async (_how, answer) => {
    expect(await isRecognized(await answering(answer))).toBe(false);
  });

  it('is not waited for when it never comes or comes a byte at a time', async () => {
    expect(await isRecognized(await serve(() => undefined))).toBe(false);
    const dripping = await serve((socket) => {
      const drip = setInterval(() => socket.write('x'), 100);
      socket.once('close', () => {
        clearInterval(drip);
      });
    });
    expect(await isRecognized(dripping)).toBe(false);
  });

  it('that is a closed connection does not identify this extension', async () => {
    expect(await isRecognized(await serve((socket) => socket.resetAndDestroy()))).toBe(false);
  });
});
