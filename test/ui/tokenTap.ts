import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';

/** The secrets in a token request and in its response (RFC 6749, 4.1.3, 5.1 and 6; RFC 7636, 4.5). */
const SENT = /[&\n](?:client_secret|code|code_verifier|refresh_token)=([^&\s]+)/g;
const ISSUED = /"(?:access_token|refresh_token)":\s*"([^"]+)"/g;

/**
 * A proxy of the token endpoint that records the secrets in its traffic: the simulator does not expose the tokens that it has
 * issued, and the code verifier of a sign-in is sent only here.
 */
export class TokenTap {
  private readonly streams: { text: string }[] = [];

  private constructor(
    private readonly server: Server,
    private readonly sockets: Set<Socket>,
  ) {}

  /** @param port of the token endpoint on 127.0.0.1 */
  static async before(port: number): Promise<TokenTap> {
    const sockets = new Set<Socket>();
    const server = createServer({ allowHalfOpen: true });
    const tap = new TokenTap(server, sockets);
    server.on('connection', (client) => {
      const service = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
      for (const socket of [client, service]) {
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
      }
      tap.pass(client, service);
      tap.pass(service, client);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return tap;
  }

  /** The URL of the proxy, without a trailing slash. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  secrets(): string[] {
    const found = this.streams.flatMap(({ text }) => [
      ...[...text.matchAll(SENT)].map(([, value = '']) => decodeURIComponent(value.replaceAll('+', ' '))),
      ...[...text.matchAll(ISSUED)].map(([, value = '']) => value),
    ]);
    return [...new Set(found)];
  }

  async stop(): Promise<void> {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await once(this.server, 'close');
  }

  private pass(from: Socket, to: Socket): void {
    const stream = { text: '' };
    this.streams.push(stream);
    from.on('data', (bytes: Buffer) => {
      stream.text += bytes.toString('latin1');
    });
    // If one side of a connection breaks, reset both.
    pipeline(from, to).catch(() => {
      from.resetAndDestroy();
      to.resetAndDestroy();
    });
  }
}
