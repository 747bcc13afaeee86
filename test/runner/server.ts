import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { compileInto } from './compile';
import { installVsCode, type VsCodeVersion } from './install';
import { linkExtensions, writeSettings } from './profile';
import type { Launch } from './vscodeEntry';
import { cleanEnvironment, type End, VsCodeProcess } from './vscodeProcess';

export interface ServerOptions {
  /** A folder of this server's own for its log and, unless given, what follows. It may be kept from one run to the next. */
  readonly dataDir: string;
  readonly userDataDir?: string | undefined;
  readonly extensionsDir?: string | undefined;
  /** Extensions to have installed: a VSIX file, or an extension's folder, which is linked and so runs in place. */
  readonly extensions?: readonly string[];
  /** User settings, over those of an earlier run and those that keep VS Code quiet. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** With a fixed port the browser finds again what it kept for it, secrets for example. */
  readonly port?: number;
  /** Further environment variables of VS Code and its extensions. */
  readonly env?: Readonly<Record<string, string>>;
  /** Lets extensions send telemetry (`vscode.env.isTelemetryEnabled`); VS Code's own goes no farther than this server. */
  readonly telemetry?: boolean;
  /** The driver that runs `extensionTestsPath`; it hides notifications and refuses modal dialogs. */
  readonly testDriver?: boolean;
  readonly version?: VsCodeVersion;
  /** How long VS Code may take to listen, in milliseconds. */
  readonly startTimeout?: number;
}

export interface Server {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly port: number;
  readonly userDataDir: string;
  readonly extensionsDir: string;
  /** What the server and the processes it has started print. */
  readonly logFile: string;
  /** The folder of VS Code's logs and output channels, in a folder for each start and window. */
  readonly logsDir: string;
  /** What VS Code and its extensions have asked for from other machines, in vain: tests stay on this one. */
  readonly outsideRequests: readonly string[];
  /** Resolves when the server has ended, for whatever reason. */
  readonly ended: Promise<End>;
  /** Ends the server and everything it has started. */
  stop(): Promise<void>;
}

/** Starts a real VS Code for browsers on this machine. It ends with this process at the latest, however that ends. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const dataDir = path.resolve(options.dataDir);
  const userDataDir = path.resolve(options.userDataDir ?? path.join(dataDir, 'user-data'));
  const extensionsDir = path.resolve(options.extensionsDir ?? path.join(dataDir, 'extensions'));
  const logFile = path.join(dataDir, 'server.log');
  const { extensions = [], telemetry = false, testDriver = false } = options;

  const { node, root } = await installVsCode(options.version);
  await mkdir(dataDir, { recursive: true });
  await rm(logFile, { force: true });
  const telemetryLevel = { 'telemetry.telemetryLevel': telemetry ? 'all' : 'off' };
  await writeSettings(userDataDir, { ...telemetryLevel, ...options.settings });

  const program = [node, await compileInto(dataDir, 'vscodeEntry')] as const;
  const env = { ...cleanEnvironment(), EXTENSIONS_GALLERY: '{"serviceUrl":""}', ...options.env };
  const places = { 'user-data-dir': userDataDir, 'extensions-dir': extensionsDir, 'server-data-dir': userDataDir };
  const start = (launch: Omit<Launch, 'root'>) => new VsCodeProcess(program, { root, ...launch }, env, logFile);

  await linkExtensions(
    extensions.filter((extension) => !isVsix(extension)),
    extensionsDir,
  );
  const packages = extensions.filter(isVsix).map((file) => path.resolve(file));
  if (packages.length > 0) {
    const command = start({ options: { ...places, 'install-extension': packages } });
    const end = await command.ended;
    if (end !== 0) throw command.failure(`could not install ${packages.join(', ')} (${end})`);
  }

  const server = start({
    port: options.port ?? 0,
    options: {
      ...places,
      'accept-server-license-terms': true,
      auth: 'none',
      compatibility: '1.64', // as code-server has it: no connection token
      'without-connection-token': true,
      'disable-experiments': true,
      'disable-getting-started-override': true,
      'disable-telemetry': !telemetry,
      'disable-update-check': true,
      'disable-workspace-trust': true,
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

/** The address that opens a folder, or an empty window, in a server's workbench. */
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
