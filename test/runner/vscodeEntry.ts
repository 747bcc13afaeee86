/**
 * The program of the server's process, compiled for the Node.js that VS Code runs on.
 *
 * It replaces code-server's own entry, which depends on a hundred packages for features that no test needs (passwords, proxies,
 * certificates), and has what VS Code's workbench needs of it: the HTTP server and `/mint-key`, which returns half of a key,
 * without which VS Code would store secrets in memory only.
 */
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import { pathToFileURL } from 'node:url';

/** The only argument, which the launcher passes as JSON. */
export interface Launch {
  /** VS Code's folder. */
  readonly root: string;
  /** VS Code's own command line options. */
  readonly options: Record<string, unknown> & { readonly 'user-data-dir': string };
  /** The port to listen on, 0 for any; if undefined, VS Code runs a command with the options and ends. */
  readonly port?: number;
}

/** A message to the launcher: the server is listening, or a process has tried to reach another computer. */
export type ServerMessage = { readonly port: number } | { readonly outside: string };

interface VsCodeServer {
  handleRequest(request: IncomingMessage, response: ServerResponse): Promise<void>;
  handleUpgrade(request: IncomingMessage, socket: Duplex): void;
}

interface VsCodeModule {
  createServer(address: null, options: object): Promise<VsCodeServer>;
  spawnCli(options: object): Promise<void>;
}

const { root, options, port } = JSON.parse(process.argv[2] ?? '') as Launch;

// When the launcher ends for any reason, end this process and everything it has started.
process.on('disconnect', () => process.kill(-process.pid, 'SIGKILL'));

/** Where VS Code sends its own telemetry if it is enabled. */
const telemetrySink = '/telemetry';

async function loadVsCode(): Promise<VsCodeModule> {
  process.env['CODE_SERVER_PARENT_PID'] = String(process.pid); // without it, VS Code starts on import
  const entry = (await import(pathToFileURL(path.join(root, 'out/server-main.js')).href)) as {
    loadCodeWithNls(): Promise<VsCodeModule>;
  };
  return entry.loadCodeWithNls();
}

async function readOrCreateKeyHalf(): Promise<Buffer> {
  const file = path.join(options['user-data-dir'], 'serve-web-key-half');
  await writeFile(file, randomBytes(32), { flag: 'wx', mode: 0o600 }).catch(() => undefined); // never overwrite an existing key
  return readFile(file);
}

async function serve(requestedPort: number): Promise<void> {
  let vscode: VsCodeServer | undefined = undefined;
  let ownHost = '';
  const server = createServer((request, response) => {
    // VS Code opens localhost URLs through its server, as if the browser were on another computer.
    const [, localPort, rest] = /^\/proxy\/(\d+)(\/.*)$/.exec(request.url ?? '') ?? [];
    const posted = request.method === 'POST' ? request.url?.replace(/\?.*/, '') : undefined;
    if (request.headers.host !== ownHost) {
      notifyLauncher({ outside: request.headers.host ?? '' });
      response.writeHead(421).end(`This server is only available at http://${ownHost}`);
    } else if (localPort !== undefined && rest !== undefined) {
      response.writeHead(302, { location: `http://127.0.0.1:${localPort}${rest}` }).end();
    } else if (posted?.endsWith('/mint-key') === true) void readOrCreateKeyHalf().then((key) => response.end(key));
    else if (posted === telemetrySink) request.resume().on('end', () => response.writeHead(204).end());
    else if (vscode) void vscode.handleRequest(request, response);
    else response.writeHead(503).end();
  });
  server.on('upgrade', (request, socket) => {
    // Otherwise any page in the developer's browser could open this WebSocket and run programs through it.
    const own = request.headers.host === ownHost && request.headers.origin === `http://${ownHost}`;
    if (own && vscode) vscode.handleUpgrade(request, socket);
    else socket.destroy();
  });
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(requestedPort, '127.0.0.1', resolve),
  );
  const { port } = server.address() as AddressInfo;
  ownHost = `127.0.0.1:${port}`;
  rejectOutside(server, `http://${ownHost}`);
  process.env['CS_TELEMETRY_URL'] = `http://${ownHost}${telemetrySink}`;
  vscode = await (await loadVsCode()).createServer(null, options);
  notifyLauncher({ port });
}

/** Makes this server the proxy of everything it starts, and rejects all connections, so that tests reach no other computer. */
function rejectOutside(server: Server, proxy: string): void {
  for (const name of ['http_proxy', 'https_proxy']) process.env[name] = process.env[name.toUpperCase()] = proxy;
  process.env['no_proxy'] = process.env['NO_PROXY'] = '127.0.0.1,localhost,::1';
  server.on('connect', (request, socket) => {
    notifyLauncher({ outside: request.url ?? '' });
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
}

function notifyLauncher(message: ServerMessage): void {
  process.send?.(message);
}

async function runCommand(): Promise<void> {
  const vscode = await loadVsCode();
  await vscode.spawnCli(options);
}

(port === undefined ? runCommand() : serve(port)).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
