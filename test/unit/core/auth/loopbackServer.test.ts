import { once } from 'node:events';
import { connect, createServer, Server, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { listenForRedirect, type LoopbackServer } from '../../../../src/core/auth/loopbackServer';
import { checkRedirectUri } from '../../../../src/core/model/redirectUri';
import { freePort } from '../../../support/freePort';

const CODE = 'ANsecretCode';
const STATE = 'the-state-of-this-sign-in';
const ANSWER = `/cb?code=${CODE}&state=${STATE}`;
const pages = {
  language: 'de',
  rejected: { title: 'Refused', text: 'This is not an answer.' },
  alreadyHandled: { title: 'Used', text: 'There was an answer.' },
};
const signedIn = { title: 'Signed in', text: 'Close this page.' };
const accepts = (address: URL) => address.searchParams.get('state') === STATE;

let port: number;
let host: string;
let listener: LoopbackServer;
const sockets: Socket[] = [];

function redirectTo(redirectUri: string) {
  const check = checkRedirectUri(redirectUri);
  if (!check.ok) throw new Error(check.problem);
  return check;
}

async function listen(redirectUri = `http://127.0.0.1:${port}/cb`): Promise<LoopbackServer> {
  const result = await listenForRedirect(redirectTo(redirectUri), accepts, pages);
  if (!result.ok) throw new Error(`expected to listen, but: ${JSON.stringify(result.failure)}`);
  return result.value;
}

/** Connects and sends the text; the server is expected to close the connection. */
async function send(text: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  // A server that rejects a request while it is still being sent resets the connection.
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

/** Everything received until the server closes the connection. */
async function received(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString('latin1')));
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
  return text;
}

const get = (target: string, ...headers: string[]) =>
  ['GET ', target, ' HTTP/1.1\r\n', `Host: ${host}\r\n`, ...headers.map((each) => `${each}\r\n`), '\r\n'].join('');

const exchange = async (text: string) => received(await send(text));

/** As `exchange`, for requests to be rejected: one that was accepted would wait for the end of the sign-in. */
async function refused(text: string): Promise<string> {
  const taken = listener.redirect.then(() => 'taken for the answer');
  return Promise.race([exchange(text), taken]);
}

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? 0);

/** After each attack: the browser's own redirect is still accepted, and the first one counts. */
async function stillWaits(): Promise<void> {
  const browser = fetch(`http://127.0.0.1:${port}${ANSWER}`);
  expect((await listener.redirect).searchParams.get('code')).toBe(CODE);
  await listener.end(signedIn);
  expect(await (await browser).text()).toContain('Signed in');
}

beforeEach(async () => {
  port = await freePort();
  host = `127.0.0.1:${port}`;
  listener = await listen();
});
afterEach(async () => {
  await listener.end();
  for (const socket of sockets.splice(0)) socket.destroy();
});

describe('the redirected browser', () => {
  it('waits until the sign-in has ended, and gets its result', async () => {
    const socket = await send(get(ANSWER));
    const address = await listener.redirect;
    expect(address.href).toBe(`http://${host}${ANSWER}`);
    expect(socket.bytesRead).toBe(0);
    const answer = received(socket);
    await listener.end(signedIn);
    expect(await answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(await answer).toContain('<h1>Signed in</h1><p>Close this page.</p>');
  });

  it('gets a page that says the sign-in was canceled', async () => {
    const answer = exchange(get(ANSWER));
    await listener.redirect;
    await listener.end();
    expect(statusOf(await answer)).toBe(400);
    expect(await answer).toContain('<h1>Refused</h1>');
  });

  it('may bring an error instead of a code', async () => {
    const browser = fetch(`http://${host}/cb?error=access_denied&state=${STATE}`);
    expect((await listener.redirect).searchParams.get('error')).toBe('access_denied');
    await listener.end(signedIn);
    expect((await browser).status).toBe(200);
  });

  it('gets the whole page before the connection is closed', async () => {
    const browser = fetch(`http://${host}${ANSWER}`).then((response) => response.text());
    await listener.redirect;
    const text = 'long '.repeat(2_000_000);
    await listener.end({ ...signedIn, text });
    expect((await browser).includes(text)).toBe(true);
  });

  it('may disconnect early without stopping the sign-in', async () => {
    const socket = await send(get(ANSWER));
    await listener.redirect;
    socket.destroy();
    await once(socket, 'close');
    await listener.end(signedIn);
    listener = await listen();
  });

  it('may use localhost when that is in the redirect URI', async () => {
    await listener.end();
    host = `localhost:${port}`;
    listener = await listen(`http://${host}/cb`);
    expect(statusOf(await refused(get(ANSWER).replace('localhost', '127.0.0.1')))).toBe(421);
    const answer = exchange(get(ANSWER));
    expect((await listener.redirect).host).toBe(host);
    await listener.end(signedIn);
    expect(statusOf(await answer)).toBe(200);
  });

  it.each(['', '/', '//cb', '/a/b-c.d_e~/'])('is redirected to exactly the path %j', async (path) => {
    await listener.end();
    listener = await listen(`http://${host}${path}`);
    const target = `${path || '/'}?code=${CODE}&state=${STATE}`;
    expect(statusOf(await exchange(get(ANSWER)))).toBe(404);
    const answer = exchange(get(target));
    expect((await listener.redirect).href).toBe(`http://${host}${target}`);
    await listener.end(signedIn);
    expect(statusOf(await answer)).toBe(200);
  });
});

describe('the result page', () => {
  it('runs and loads nothing, is not cached, and sends no referrer', async () => {
    const response = await fetch(`http://${host}/cb`);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': expect.stringMatching(
        /^default-src 'none'; style-src 'sha256-[\w+/=]+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
      ) as string,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      connection: 'close',
      server: 'alexa-network-mapping',
    });
    const document = await response.text();
    expect(document).toContain('<html lang="de">');
    expect(document).toContain('<title>Refused</title>');
    expect(document).not.toMatch(/<script|<link|<img|style=|href=|src=/);
    expect(document).toContain('color-scheme:light dark');
  });

  it('has exactly the one style that its policy allows', async () => {
    const response = await fetch(`http://${host}/cb`);
    const style = /<style>(.*)<\/style>/.exec(await response.text())?.[1] ?? '';
    const hash = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(style))).toString('base64');
    expect(response.headers.get('content-security-policy')).toContain(`'sha256-${hash}'`);
  });

  it('escapes the text it shows', async () => {
    await listener.end();
    const result = await listenForRedirect(redirectTo(`http://${host}/cb`), accepts, {
      ...pages,
      language: '"><script>',
      rejected: { title: '</title><script>alert(1)</script>', text: `<img src=x onerror='x'> & "quoted"` },
    });
    if (!result.ok) throw new Error('expected to listen');
    listener = result.value;
    const document = await (await fetch(`http://${host}/cb`)).text();
    expect(document).not.toMatch(/<script|<img/);
    expect(document).toContain('&#60;img src=x onerror=&#39;x&#39;&#62; &#38; &#34;quoted&#34;');
  });

  it.each([
    ['a request without state', () => get('/cb?state=ECHOED&code=ECHOED&error=ECHOED')],
    ['another path', () => get('/ECHOED')],
    ['a foreign Host', () => get('/cb').replace(/Host: .*/, 'Host: ECHOED.example')],
    ['another method', () => get('/cb?ECHOED').replace('GET', 'DELETE')],
    ['text that is not HTTP', () => 'ECHOED\r\n\r\n'],
  ])('repeats nothing of %s', async (_name, request) => {
    const answer = await exchange(request());
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(answer).not.toContain('ECHOED');
  });
});

const hasIPv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));

describe.runIf(hasIPv6)('localhost, which a browser may resolve to [::1],', () => {
  const servers: Server[] = [];
  const isListenedTo = async (address: string) => {
    const socket = connect(port, address);
    try {
      await once(socket, 'connect');
      return true;
    } catch {
      return false;
    } finally {
      socket.destroy();
    }
  };
  /** Another program on the port. */
  async function occupy(address: string): Promise<void> {
    const server = createServer((socket) => socket.destroy());
    servers.push(server);
    server.listen({ port, host: address, ipv6Only: true });
    await once(server, 'listening');
  }

  beforeEach(async () => {
    await listener.end();
    host = `localhost:${port}`;
  });
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  it.each(['127.0.0.1', '::1'])('is listened to at %s, and free again after the sign-in', async (address) => {
    listener = await listen(`http://${host}/cb`);
    const socket = connect(port, address);
    sockets.push(socket);
    socket.write(get(ANSWER));
    const answer = received(socket);
    expect((await listener.redirect).host).toBe(host);
    await listener.end(signedIn);
    expect(statusOf(await answer)).toBe(200);
    expect(await Promise.all(['127.0.0.1', '::1'].map(isListenedTo))).toEqual([false, false]);
  });

  it('accepts one redirect only, whichever address it comes to', async () => {
    listener = await listen(`http://${host}/cb`);
    const first = connect(port, '::1');
    sockets.push(first);
    first.write(get(ANSWER));
    await listener.redirect;
    expect(statusOf(await exchange(get(`/cb?code=another&state=${STATE}`)))).toBe(409);
    expect((await listener.redirect).searchParams.get('code')).toBe(CODE);
  });

  it.each(['::1', '::'])('is in use when another program listens at %s, which would get the code', async (address) => {
    await occupy(address);
    const redirectUri = `http://${host}/cb`;
    const result = await listenForRedirect(redirectTo(redirectUri), accepts, pages);
    expect(result).toMatchObject({ ok: false, failure: { kind: 'portTaken', detail: 'EADDRINUSE', redirectUri } });
    expect(result.ok || result.failure.portHeldByOtherWindow).toBeFalsy();
    expect(await isListenedTo('127.0.0.1')).toBe(false);
  });

  it('does not matter when the redirect URI has 127.0.0.1', async () => {
    await occupy('::1');
    host = `127.0.0.1:${port}`;
    listener = await listen();
    await stillWaits();
  });

  it('is listened to at 127.0.0.1 only on a computer without IPv6', async () => {
    const reallyListen = Reflect.get(Server.prototype, 'listen') as (this: Server, ...given: unknown[]) => Server;
    const without = vi.spyOn(Server.prototype, 'listen').mockImplementation(function (this: Server, ...given) {
      const [, address] = given as unknown[];
      if (address !== '::1') return reallyListen.apply(this, given);
      const error = Object.assign(new Error('no such address'), { code: 'EADDRNOTAVAIL' });
      process.nextTick(() => this.emit('error', error));
      return this;
    });
    listener = await listen(`http://${host}/cb`);
    without.mockRestore();
    const answer = exchange(get(ANSWER));
    await listener.redirect;
    await listener.end(signedIn);
    expect(statusOf(await answer)).toBe(200);
    expect(await isListenedTo('::1')).toBe(false);
  });
});

describe('rejects and ignores a request with', () => {
  const long = 'a'.repeat(65_536);

  it.each<[string, number | number[], () => string]>([
    ['a foreign Host', 421, () => get(ANSWER).replace(/Host: .*/, 'Host: evil.example')],
    ['a foreign Host at the same port', 421, () => get(ANSWER).replace(/Host: .*/, `Host: evil.example:${port}`)],
    ['the other name of this computer', 421, () => get(ANSWER).replace('Host: 127.0.0.1', 'Host: localhost')],
    ['a Host without a port', 421, () => get(ANSWER).replace(`Host: ${host}`, 'Host: 127.0.0.1')],
    ['two Hosts', [400, 421], () => get(ANSWER, 'Host: evil.example')],
    ['an empty Host', 421, () => get(ANSWER).replace(/Host: .*/, 'Host:')],
    ['no Host', 400, () => get(ANSWER).replace(/Host: .*\r\n/, '')],
    ['no Host in HTTP/1.0', 421, () => `GET ${ANSWER} HTTP/1.0\r\n\r\n`],
    ['another state', 400, () => get(`/cb?code=${CODE}&state=another`)],
    ['an empty state', 400, () => get(`/cb?code=${CODE}&state=`)],
    ['no state', 400, () => get(`/cb?code=${CODE}`)],
    ['neither code nor state', 400, () => get('/cb')],
    ['two states', 400, () => get(`${ANSWER}&state=${STATE}`)],
    ['two states, one of them encoded', 400, () => get(`${ANSWER}&st%61te=another`)],
    ['two codes', 400, () => get(`${ANSWER}&code=another`)],
    ['two errors', 400, () => get(`/cb?error=a&error=b&state=${STATE}`)],
    ['a query of 64 kB', [414, 431], () => get(`${ANSWER}&x=${long}`)],
    ['a query of 9 kB', 414, () => get(`${ANSWER}&x=${'a'.repeat(9216)}`)],
    ['headers of 64 kB', 431, () => get(ANSWER, `Cookie: ${long}`)],
    ['HEAD', 405, () => get(ANSWER).replace('GET', 'HEAD')],
    ['OPTIONS', 405, () => get(ANSWER).replace('GET', 'OPTIONS')],
    ['POST', 405, () => get(ANSWER, 'Content-Length: 3').replace('GET', 'POST') + 'a=b'],
    ['a POST body that never comes', 405, () => get(ANSWER, 'Content-Length: 3000000').replace('GET', 'POST')],
    ['a body', 400, () => get(ANSWER, 'Content-Length: 3') + 'a=b'],
    ['a chunked body', 400, () => get(ANSWER, 'Transfer-Encoding: chunked') + '0\r\n\r\n'],
    ['the path of the favicon', 404, () => get('/favicon.ico')],
    ['the path with a leading slash added', 404, () => get(`/${ANSWER}`)],
    ['the path with a trailing slash', 404, () => get(ANSWER.replace('?', '/?'))],
    ['the path in uppercase', 404, () => get(ANSWER.replace('cb', 'CB'))],
    ['the path with an encoded letter', 404, () => get(ANSWER.replace('cb', 'c%62'))],
    ['the path after a dot segment', 404, () => get(`/.${ANSWER}`)],
    ['the path after an encoded dot segment', 404, () => get(`/%2e${ANSWER}`)],
    ['the path through another one', 404, () => get(`/x/..${ANSWER}`)],
    ['the path with an encoded question mark', 404, () => get(ANSWER.replace('?', '%3f'))],
    ['the path with path parameters', 404, () => get(ANSWER.replace('?', ';x=1?'))],
    ['the path with a fragment', 404, () => get(ANSWER.replace('?', '#?'))],
    ['a fragment', 400, () => get(`${ANSWER}#there`)],
    ['an absolute URL', 404, () => get(`http://${host}${ANSWER}`)],
    ['an absolute URL of another host', 404, () => get(`http://evil.example${ANSWER}`)],
    ['a CONNECT tunnel, which gets no response', 0, () => get(host).replace('GET', 'CONNECT')],
    ['text that is not HTTP', 400, () => '\u0016\u0003\u0001 TLS, perhaps\r\n\r\n'],
  ])('%s', async (_name, status, request) => {
    const answer = await refused(request());
    expect(answer).not.toBe('taken for the answer');
    expect([status].flat()).toContain(statusOf(answer));
    expect(answer).not.toContain(CODE);
    await stillWaits();
  });

  it('another protocol', async () => {
    const answer = refused(get('/cb', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'));
    expect(statusOf(await answer)).toBe(400);
    await stillWaits();
  });

  it('a redirect pipelined behind another request', async () => {
    const answer = await refused(get('/favicon.ico') + get(ANSWER));
    expect(statusOf(answer)).toBe(404);
    expect(answer.match(/HTTP\/1\.1 2/g)).toBeNull();
    let taken = false;
    void listener.redirect.then(() => (taken = true));
    // One redirect too many if the pipelined one had been accepted.
    expect((await fetch(`http://${host}/cb`)).status).toBe(400);
    expect(taken).toBe(false);
    await stillWaits();
  });
});

describe('after the first redirect', () => {
  it('further redirects, even the same one, are rejected, and the first one counts', async () => {
    const first = exchange(get(ANSWER));
    await listener.redirect;
    for (const target of [ANSWER, `/cb?code=another&state=${STATE}`, '/cb?error=access_denied', '/cb']) {
      const second = await exchange(get(target));
      expect(statusOf(second)).toBe(409);
      expect(second).toContain('<h1>Used</h1>');
    }
    expect(statusOf(await exchange(get('/favicon.ico')))).toBe(404);
    expect((await listener.redirect).searchParams.get('code')).toBe(CODE);
    await listener.end(signedIn);
    expect(statusOf(await first)).toBe(200);
  });

  it('only one of many simultaneous redirects is accepted', async () => {
    const answers = Array.from({ length: 20 }, (_, index) => fetch(`http://${host}/cb?code=c${index}&state=${STATE}`));
    const others: number[] = [];
    const allOthers = new Promise<void>((resolve) => {
      for (const answer of answers) {
        void answer.then(({ status }) => {
          if (others.push(status) === answers.length - 1) resolve();
        });
      }
    });
    await allOthers;
    await listener.end(signedIn);
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(19);
  });

  it('a second request in the same connection gets no response', async () => {
    const answer = exchange(get(ANSWER) + get(`/cb?code=another&state=${STATE}`));
    expect((await listener.redirect).searchParams.get('code')).toBe(CODE);
    await listener.end(signedIn);
    expect((await answer).match(/HTTP\/1\.1/g)).toHaveLength(1);
  });
});

describe('slow or numerous other connections', () => {
  it('do not block the browser, and are closed in time', async () => {
    const slow = await Promise.all([
      send(''),
      send('GET /cb?code=a'),
      send(get('/cb').slice(0, -2)),
      send(get('/cb').slice(0, -2) + 'X-Slow: '),
    ]);
    const cutOff = Promise.all(slow.map(received));
    expect((await fetch(`http://${host}/cb`)).status).toBe(400);
    for (const answer of await cutOff) expect(answer).toMatch(/^(HTTP\/1\.1 408 [^]*)?$/);
    await stillWaits();
  });

  it('are closed, oldest first, when there are too many', async () => {
    const many = await Promise.all(Array.from({ length: 200 }, () => send('GET /cb')));
    const open = () => many.filter((socket) => !socket.closed).length;
    await Promise.all(many.slice(0, 100).map(received));
    await stillWaits();
    expect(open()).toBeLessThan(100);
  });

  it("do not displace the browser's connection", async () => {
    const browser = fetch(`http://${host}${ANSWER}`);
    await listener.redirect;
    const many = await Promise.all(Array.from({ length: 200 }, () => send('GET /cb')));
    await Promise.all(many.slice(0, 100).map(received));
    await listener.end(signedIn);
    expect((await browser).status).toBe(200);
  });
});

describe('the port', () => {
  const elsewhere = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, scopeid }) => !internal && !scopeid)
    .map(({ address }) => address);

  it.each([...elsewhere, '::1', '127.0.0.2'])('is not open at %s', async (address) => {
    const socket = connect(port, address);
    sockets.push(socket);
    const outcome = await new Promise((resolve) => {
      socket.once('connect', () => {
        resolve('connected');
      });
      socket.once('error', (error: NodeJS.ErrnoException) => {
        resolve(error.code);
      });
    });
    // Only Linux has further loopback addresses by default.
    expect(outcome).toMatch(/^(ECONNREFUSED|EADDRNOTAVAIL|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT)$/);
  });

  it('is free as soon as the sign-in has ended, even with open connections', async () => {
    const idle = await send('');
    const half = await send('GET /cb');
    const kept = await fetch(`http://${host}/cb`, { headers: { connection: 'keep-alive' } });
    await kept.text();
    const browser = fetch(`http://${host}${ANSWER}`);
    await listener.redirect;
    const closed = [received(idle), received(half)];
    await listener.end(signedIn);
    listener = await listen();
    expect((await browser).status).toBe(200);
    expect(await Promise.all(closed)).toEqual(['', '']);
    await stillWaits();
  });

  it('is released once, however often that is requested', async () => {
    await Promise.all([listener.end(), listener.end(signedIn)]);
    await listener.end();
    await expect(fetch(`http://${host}/cb`)).rejects.toThrow();
  });

  it('of another sign-in is reported as used by this extension', async () => {
    const redirectUri = `http://${host}/cb`;
    expect(await listenForRedirect(redirectTo(redirectUri), accepts, pages)).toEqual({
      ok: false,
      failure: { kind: 'portTaken', detail: 'EADDRINUSE', redirectUri, portHeldByOtherWindow: true },
    });
    await stillWaits();
  });

  it('that cannot be listened on is reported with the system error code', async () => {
    const redirect = { port: 65_536, pathname: '/cb', host, redirectUri: 'http://127.0.0.1:65536/cb' };
    expect(await listenForRedirect(redirect, accepts, pages)).toEqual({
      ok: false,
      failure: { kind: 'portTaken', detail: 'ERR_SOCKET_BAD_PORT', redirectUri: redirect.redirectUri },
    });
  });
});
