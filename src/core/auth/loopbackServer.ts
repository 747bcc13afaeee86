import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { SignInFailure, SignInResult } from '../failures/signInFailure';
import { escapeHtml } from '../text/escapeHtml';
import { isOtherSignIn, SERVER_NAME, type Loopback } from './otherSignIn';

/** What the user reads in the browser. Plain text. */
interface Page {
  readonly title: string;
  readonly text: string;
}

/** The texts for the browser, passed in because this module belongs to a bundle without translations. */
export interface RedirectPages {
  /** Language of the texts, for screen readers, such as `en`. */
  readonly language: string;
  /** For requests that are not this sign-in's redirect, and for a waiting browser when the sign-in is canceled. */
  readonly rejected: Page;
  /** For requests after the redirect. */
  readonly alreadyHandled: Page;
}

export interface LoopbackServer {
  /** Resolves with the first accepted URL, which contains the code. Never rejects. */
  readonly redirect: Promise<URL>;
  /**
   * Shows the outcome of the sign-in to the waiting browser, then frees the port. Does nothing if no browser waits; can
   * be called again.
   *
   * @param page undefined if the sign-in was canceled
   */
  end(page?: Page): Promise<void>;
}

/** The parts of a validated redirect URI (`checkRedirectUri`). */
interface Redirect {
  readonly port: number;
  readonly pathname: string;
  readonly host: string;
  readonly redirectUri: string;
}

/** In characters. Codes, states and scopes need a few hundred. */
const MAX_URL_LENGTH = 8192;

/** In bytes. A browser sends the cookies of all local servers, which can be many. */
const MAX_HEADERS_LENGTH = 65_536;

/** In milliseconds. A browser sends its request as soon as it is connected; a preconnection loses nothing. */
const REQUEST_LIMIT_MS = 5000;

const MAX_CONNECTIONS = 32;

/** If repeated, one value could be checked and another one used (RFC 6749, section 3.1). */
const SINGLE_PARAMETERS = ['code', 'state', 'scope', 'error'];

/**
 * Listens on this machine for the browser's redirect from Login with Amazon: one URL, once. Rejects every other request
 * without side effects, and never echoes or logs any part of a request. The redirected browser waits for the page
 * passed to {@link LoopbackServer.end}.
 *
 * Listens on both 127.0.0.1 and ::1, because a browser resolves `localhost` to either: a program that listens on the
 * other one could get the code.
 *
 * @param accepts whether a URL is the redirect of the current sign-in, such as by its `state`; must not throw
 */
export async function listenForRedirect(
  redirect: Redirect,
  accepts: (address: URL) => boolean,
  pages: RedirectPages,
): Promise<SignInResult<LoopbackServer>> {
  const listener = new LoopbackListener(redirect, accepts, pages);
  try {
    await listener.start();
    return { ok: true, value: listener };
  } catch (error) {
    await listener.end();
    return { ok: false, failure: await toFailure(redirect, error) };
  }
}

/**
 * Returns why the port cannot be used. Treats a port without permission (EACCES, such as one reserved by Windows) like
 * one in use: either way, another port is needed.
 */
async function toFailure({ port, redirectUri }: Redirect, error: unknown): Promise<SignInFailure> {
  const code = codeOf(error) ?? 'UNKNOWN';
  const isAtIPv6 = error instanceof Error && 'address' in error && error.address === '::1';
  const isHeld = code === 'EADDRINUSE' && (await isOtherSignIn(port, isAtIPv6 ? '::1' : '127.0.0.1'));
  return {
    kind: 'portTaken',
    detail: code,
    redirectUri,
    ...(isHeld && { portHeldByOtherWindow: true }),
  };
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/** The errors for ::1 on a machine without IPv6. */
const NO_SUCH_ADDRESS = ['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'ENETUNREACH', 'EINVAL'];

class LoopbackListener implements LoopbackServer {
  readonly redirect: Promise<URL>;
  /** The listening servers, one per address. */
  private readonly servers: Server[] = [];
  /** In order of arrival. */
  private readonly connections = new Set<Socket>();
  private readonly accept: (address: URL) => void;
  private taken = false;
  /** The browser that was redirected. */
  private pendingBrowser: { readonly response: ServerResponse; readonly gone: Promise<void> } | undefined;
  private ended: Promise<void> | undefined;

  constructor(
    private readonly redirectUri: Redirect,
    private readonly accepts: (address: URL) => boolean,
    private readonly pages: RedirectPages,
  ) {
    let accept: (address: URL) => void = () => undefined;
    this.redirect = new Promise((resolve) => {
      accept = resolve;
    });
    this.accept = accept;
  }

  /** Listens on loopback addresses only, whatever `localhost` resolves to, so that no other machine can connect. */
  async start(): Promise<void> {
    await this.listen('127.0.0.1');
    if (this.redirectUri.host !== `localhost:${this.redirectUri.port}`) return;
    try {
      await this.listen('::1');
    } catch (error) {
      if (!NO_SUCH_ADDRESS.includes(codeOf(error) ?? '')) throw error;
    }
  }

  private async listen(address: Loopback): Promise<void> {
    const server = createServer(
      {
        maxHeaderSize: MAX_HEADERS_LENGTH,
        headersTimeout: REQUEST_LIMIT_MS,
        requestTimeout: REQUEST_LIMIT_MS,
        connectionsCheckingInterval: 1000,
      },
      (request, response) => {
        this.receive(request, response);
      },
    );
    // Reject pipelined requests: no browser sends them.
    server.maxRequestsPerSocket = 1;
    server.on('connection', (socket: Socket) => {
      this.trackConnection(socket);
    });
    server.listen(this.redirectUri.port, address);
    await once(server, 'listening');
    server.on('error', () => {
      // A connection could not be accepted: the browser retries, or the user cancels.
    });
    this.servers.push(server);
  }

  end(page?: Page): Promise<void> {
    this.ended ??= this.close(page);
    return this.ended;
  }

  private async close(page: Page | undefined): Promise<void> {
    this.taken = true;
    const closed = this.servers.map(async (server) => {
      const close = once(server, 'close');
      server.close();
      await close;
    });
    if (this.pendingBrowser) {
      this.answer(this.pendingBrowser.response, page ? 200 : 400, page ?? this.pages.rejected);
      await this.pendingBrowser.gone;
    }
    for (const connection of this.connections) connection.destroy();
    await Promise.all(closed);
  }

  /** Closes the oldest connection if there are too many, so that idle ones cannot block the browser. */
  private trackConnection(socket: Socket): void {
    this.connections.add(socket);
    socket.once('close', () => this.connections.delete(socket));
    if (this.connections.size <= MAX_CONNECTIONS) return;
    for (const connection of this.connections) {
      if (connection === this.pendingBrowser?.response.socket) continue;
      connection.destroy();
      this.connections.delete(connection);
      return;
    }
  }

  private receive(request: IncomingMessage, response: ServerResponse): void {
    const rejectionStatus = this.rejectionStatus(request);
    if (rejectionStatus !== undefined) {
      this.answer(response, rejectionStatus, this.pages.rejected);
      return;
    }
    if (this.taken) {
      this.answer(response, 409, this.pages.alreadyHandled);
      return;
    }
    const address = new URL(`http://${this.redirectUri.host}${request.url ?? ''}`);
    const repeated = SINGLE_PARAMETERS.some((name) => address.searchParams.getAll(name).length > 1);
    if (repeated || !this.accepts(address)) {
      this.answer(response, 400, this.pages.rejected);
      return;
    }
    this.taken = true;
    const gone = new Promise<void>((resolve) => {
      response.once('close', resolve);
    });
    this.pendingBrowser = { response, gone };
    this.accept(address);
  }

  /** Returns the status that rejects a request which cannot be a browser's redirect; undefined if it may be one. */
  private rejectionStatus({ method, url = '', headers, headersDistinct }: IncomingMessage): number | undefined {
    const { host, pathname } = this.redirectUri;
    // Another host name indicates a web page that tries to read local data (DNS rebinding).
    if (headersDistinct['host']?.join() !== host) return 421;
    if (method !== 'GET') return 405;
    if (url.length > MAX_URL_LENGTH) return 414;
    // Compare the path as sent: URL parsing would make several paths equal.
    if (url.split('?', 1)[0] !== pathname) return 404;
    const hasBody = 'transfer-encoding' in headers || Number(headers['content-length'] ?? 0) !== 0;
    return hasBody || url.includes('#') ? 400 : undefined;
  }

  private answer(response: ServerResponse, status: number, page: Page): void {
    const document = documentOf(page, this.pages.language);
    response.writeHead(status, {
      ...HEADERS,
      ...(status === 405 && { Allow: 'GET' }),
      'Content-Length': Buffer.byteLength(document),
    });
    response.end(document);
  }
}

const STYLE =
  ':root{color-scheme:light dark}body{max-width:36em;margin:15vh auto;padding:0 1.5em;font:1.1em/1.5 system-ui,sans-serif}';

const HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'Cache-Control': 'no-store',
  // The page's URL contains the code.
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  Server: SERVER_NAME,
  // A kept-alive connection would block the port.
  Connection: 'close',
};

function documentOf({ title, text }: Page, language: string): string {
  return [
    `<!doctype html><html lang="${escapeHtml(language)}"><head><meta charset="utf-8">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeHtml(title)}</title><style>${STYLE}</style></head>`,
    `<body><main><h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p></main></body></html>`,
  ].join('');
}
