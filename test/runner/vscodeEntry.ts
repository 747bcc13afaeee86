/**
 * The program of the server's process, compiled for the Node.js that VS Code runs on.
 *
 * It takes the place of code-server's own entry, which brings a hundred packages for things no test needs (passwords,
 * proxies, certificates), and keeps what VS Code's workbench needs of it: the HTTP server and `/mint-key`, the half of a
 * key without which VS Code would keep secrets in memory only.
 */
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import { pathToFileURL } from 'node:url';

/** What the launcher passes as JSON, the only argument. */
export interface Launch {
  /** VS Code's folder. */
  readonly root: string;
  /** VS Code's own command line options. */
  readonly options: Record<string, unknown> & { readonly 'user-data-dir': string };
  /** The port to listen on, 0 for any; without it the options are those of a command that VS Code runs and ends. */
  readonly port?: number;
}

/** What the launcher is told: that the server listens, or that a process of it wanted to reach another machine. */
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

// The launcher's end, however it came about, ends this process and everything it has started.
process.on('disconnect', () => process.kill(-process.pid, 'SIGKILL'));

/** Where VS Code sends its own telemetry, when it is not switched off. */
const telemetrySink = '/telemetry';

async function loadVsCode(): Promise<VsCodeModule> {
  process.env['CODE_SERVER_PARENT_PID'] = String(process.pid); // VS Code starts by itself on import without it
  const entry = (await import(pathToFileURL(path.join(root, 'out/server-main.js')).href)) as {
    loadCodeWithNls(): Promise<VsCodeModule>;
  };
  return entry.loadCodeWithNls();
}

async function halfOfTheSecretsKey(): Promise<Buffer> {
  const file = path.join(options['user-data-dir'], 'serve-web-key-half');
  await writeFile(file, randomBytes(32), { flag: 'wx', mode: 0o600 }).catch(() => undefined); // it stays the same for ever
  return readFile(file);
}

async function serve(wantedPort: number): Promise<void> {
  let vscode: VsCodeServer | undefined = undefined;
  let ownHost = '';
  const server = createServer((request, response) => {
    // VS Code opens addresses of this machine through its server, as if the browser were on another one.
    const [, localPort, rest] = /^\/proxy\/(\d+)(\/.*)$/.exec(request.url ?? '') ?? [];
    const posted = request.method === 'POST' ? request.url?.replace(/\?.*/, '') : undefined;
    if (request.headers.host !== ownHost) {
      tellLauncher({ outside: request.headers.host ?? '' });
      response.writeHead(421).end(`Here is only http://${ownHost}`);
    } else if (localPort !== undefined && rest !== undefined) {
      response.writeHead(302, { location: `http://127.0.0.1:${localPort}${rest}` }).end();
    } else if (posted?.endsWith('/mint-key') === true) void halfOfTheSecretsKey().then((key) => response.end(key));
    else if (posted === telemetrySink) request.resume().on('end', () => response.writeHead(204).end());
    else if (vscode) void vscode.handleRequest(request, response);
    else response.writeHead(503).end();
  });
  server.on('upgrade', (request, socket) => {
    // Any page in the developer's browser could otherwise open this socket and run programs through it.
    const own = request.headers.host === ownHost && request.headers.origin === `http://${ownHost}`;
    if (own && vscode) vscode.handleUpgrade(request, socket);
    else socket.destroy();
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(wantedPort, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  ownHost = `127.0.0.1:${port}`;
  refuseOutside(server, `http://${ownHost}`);
  process.env['CS_TELEMETRY_URL'] = `http://${ownHost}${telemetrySink}`;
  vscode = await (await loadVsCode()).createServer(null, options);
  tellLauncher({ port });
}

/** Makes this server the proxy of all it starts, one that connects nobody to anything: tests stay on this machine. */
function refuseOutside(server: Server, proxy: string): void {
  for (const name of ['http_proxy', 'https_proxy']) process.env[name] = process.env[name.toUpperCase()] = proxy;
  process.env['no_proxy'] = process.env['NO_PROXY'] = '127.0.0.1,localhost,::1';
  server.on('connect', (request, socket) => {
    tellLauncher({ outside: request.url ?? '' });
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
}

function tellLauncher(message: ServerMessage): void {
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
