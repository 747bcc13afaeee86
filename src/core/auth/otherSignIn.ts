import { connect } from 'node:net';

/** The `Server` header of a sign-in's listener, by which other windows recognize it. */
export const SERVER_NAME = 'alexa-network-mapping';

/** The loopback addresses of a machine. */
export type Loopback = '127.0.0.1' | '::1';

const RESPONSE_TIMEOUT_MS = 1000;

/** In characters of one byte each. Enough for a response's headers. */
const MAX_RESPONSE_LENGTH = 4096;

/**
 * Whether a sign-in of this extension listens on a port of this machine, most likely in another window. Never rejects.
 *
 * Uses a bare socket, because VS Code may send `node:http` requests to a proxy, and because the listener may not speak
 * HTTP. Sends HEAD, which has no side effects.
 *
 * @param address the loopback address at which the port is needed
 */
export async function isOtherSignIn(port: number, address: Loopback): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, address);
    let response = '';
    const end = () => {
      clearTimeout(timeout);
      socket.destroy();
      const [head = ''] = response.split('\r\n\r\n', 1);
      resolve(head.split('\r\n').includes(`Server: ${SERVER_NAME}`));
    };
    // A limit on the whole exchange: a program that sends a byte now and then would never reach an idle timeout.
    const timeout = setTimeout(end, RESPONSE_TIMEOUT_MS);
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      response += text;
      if (response.length >= MAX_RESPONSE_LENGTH || response.includes('\r\n\r\n')) end();
    });
    socket.on('error', end);
    socket.on('close', end);
    socket.write('HEAD / HTTP/1.0\r\n\r\n');
  });
}
