import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { compileInto } from './compile';
import { installVsCode, type VsCodeVersion } from './install';
import { CLOCK_FILE } from './movableClock';
import { linkExtensions, writeSettings } from './profile';
import type { Launch } from './vscodeEntry';
import { cleanEnvironment, type End, VsCodeProcess } from './vscodeProcess';

export interface ServerOptions {
  /** This server's own folder for its log and, if omitted, the two below. It can be reused by later runs. */
  readonly dataDir: string;
  readonly userDataDir?: string | undefined;
  readonly extensionsDir?: string | undefined;
  /** Extensions to install: VSIX files, or folders of extensions, which are linked and run in place. */
  readonly extensions?: readonly string[];
  /** User settings, which override those of an earlier run and the defaults of profile.ts. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** With a fixed port, what the browser stores for the origin, such as secrets, is available again. */
  readonly port?: number;
  /** Additional environment variables of VS Code and its extensions. */
  readonly env?: Readonly<Record<string, string>>;
  /** Lets extensions send telemetry (`vscode.env.isTelemetryEnabled`); VS Code's own is sent only to this server. */
  readonly telemetry?: boolean;
  /** A file with the milliseconds that the clock of the extension hosts is ahead; see movableClock.ts. */
  readonly clockFile?: string;
  /** Lets the user decide whether to trust a workspace; otherwise, all are trusted. */
  readonly workspaceTrust?: boolean;
  /** Enables the driver that runs `extensionTestsPath`, hides notifications and rejects modal dialogs. */
  readonly testDriver?: boolean;
  readonly version?: VsCodeVersion;
  /** The timeout for VS Code to start listening, in milliseconds. */
  readonly startTimeout?: number;
}

export interface Server {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly port: number;
  readonly userDataDir: string;
  readonly extensionsDir: string;
  /** The output of the server and the processes it has started. */
  readonly logFile: string;
  /** The folder of VS Code's logs and output channels, with a subfolder for each start and window. */
  readonly logsDir: string;
  /** The rejected requests of VS Code and its extensions to other computers. */
  readonly outsideRequests: readonly string[];
  /** Resolves when the server has ended for any reason. */
  readonly ended: Promise<End>;
  /** Stops the server and everything it has started. */
  stop(): Promise<void>;
}

/** Starts a real VS Code for browsers on this computer. It ends with this process at the latest, even if that is killed. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const dataDir = path.resolve(options.dataDir);
  const userDataDir = path.resolve(options.userDataDir ?? path.join(dataDir, 'user-data'));
  const extensionsDir = path.resolve(options.extensionsDir ?? path.join(dataDir, 'extensions'));
  const logFile = path.join(dataDir, 'server.log');
  const { extensions = [], telemetry = false, testDriver = false, workspaceTrust = false } = options;

  const { node, root } = await installVsCode(options.version);
  await mkdir(dataDir, { recursive: true });
  await rm(logFile, { force: true });
  const telemetryLevel = { 'telemetry.telemetryLevel': telemetry ? 'all' : 'off' };
  await writeSettings(userDataDir, { ...telemetryLevel, ...options.settings });

  const { clockFile } = options;
  // VS Code starts an extension host with the options of Node.js that its server has.
  const nodeOptions = clockFile === undefined ? [] : ['--require', await compileInto(dataDir, 'movableClock')];
  const program = [node, ...nodeOptions, await compileInto(dataDir, 'vscodeEntry')] as const;
  const clock = clockFile === undefined ? {} : { [CLOCK_FILE]: path.resolve(clockFile) };
  const env = { ...cleanEnvironment(), EXTENSIONS_GALLERY: '{"serviceUrl":""}', ...clock, ...options.env };
  const dataFolders = { 'user-data-dir': userDataDir, 'extensions-dir': extensionsDir, 'server-data-dir': userDataDir };
  const start = (launch: Omit<Launch, 'root'>) => new VsCodeProcess(program, { root, ...launch }, env, logFile);

  await linkExtensions(
    extensions.filter((extension) => !isVsix(extension)),
    extensionsDir,
  );
  const packages = extensions.filter(isVsix).map((file) => path.resolve(file));
  if (packages.length > 0) {
    const command = start({ options: { ...dataFolders, 'install-extension': packages } });
    const end = await command.ended;
    if (end !== 0) throw command.failure(`could not install ${packages.join(', ')} (${end})`);
  }

  const server = start({
    port: options.port ?? 0,
    options: {
      ...dataFolders,
      'accept-server-license-terms': true,
      auth: 'none',
      compatibility: '1.64', // as in code-server: no connection token
      'without-connection-token': true,
      'disable-experiments': true,
      'disable-getting-started-override': true,
      'disable-telemetry': !telemetry,
      'disable-update-check': true,
      'disable-workspace-trust': !workspaceTrust,
      'enable-smoke-test-driver': testDriver,
      'force-disable-user-env': true,
    },
  });
  try {
    const port = await server.listening(options.startTimeout ?? 30_000);
    return {
      url: `http://127.0.0.1:${port}`,
      port,
      userDataDir,
      extensionsDir,
      logFile,
      logsDir: path.join(userDataDir, 'logs'),
      outsideRequests: server.outsideRequests,
      ended: server.ended,
      stop: () => server.stop(),
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** The URL that opens a folder, or an empty window, in a server's workbench. */
export function workbenchUrl(
  server: Pick<Server, 'url'>,
  { folder, payload }: { folder?: string | undefined; payload?: readonly (readonly [string, string])[] } = {},
): string {
  const url = new URL(server.url);
  if (folder === undefined) url.searchParams.set('ew', 'true');
  else url.searchParams.set('folder', path.resolve(folder));
  if (payload) url.searchParams.set('payload', JSON.stringify(payload));
  return url.href;
}

function isVsix(extension: string): boolean {
  return extension.endsWith('.vsix');
}
