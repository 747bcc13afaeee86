/**
 * Runs extension tests like VS Code's desktop executable, with the command line of @vscode/test-electron: in a real extension
 * host, without a desktop. `code.mjs` is the executable file.
 *
 * Environment variables: `VSCODE_HOST_TIMEOUT`, the timeout of the tests in milliseconds; `VSCODE_HOST_VERBOSE`, for more output.
 */
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { compileInto } from './compile';
import { launchBrowser, newContext } from './browser';
import { type Server, startServer, workbenchUrl } from './server';
import { environment, type TestMessage } from './testsMain';

interface CommandLine {
  readonly extensions: readonly string[];
  readonly tests: string;
  readonly folder: string | undefined;
  readonly userDataDir: string | undefined;
  readonly extensionsDir: string | undefined;
}

const verbose = process.env['VSCODE_HOST_VERBOSE'] !== undefined;
const timeout = Number(process.env['VSCODE_HOST_TIMEOUT'] ?? 600_000);

const interruption = new Promise<string>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, resolve);
});

function readCommandLine(): CommandLine {
  const { values, positionals } = parseArgs({
    strict: false, // VS Code's other options have no effect here
    allowPositionals: true,
    options: {
      extensionDevelopmentPath: { type: 'string', multiple: true },
      extensionTestsPath: { type: 'string' },
      'extensions-dir': { type: 'string' },
      'folder-uri': { type: 'string' },
      'user-data-dir': { type: 'string' },
    },
  }) as { values: Record<string, string | string[] | undefined>; positionals: string[] };
  const one = (name: string) => [values[name] ?? []].flat().at(-1);
  const tests = one('extensionTestsPath');
  if (tests === undefined) throw new Error('--extensionTestsPath is missing');
  const folderUri = one('folder-uri');
  return {
    extensions: [values['extensionDevelopmentPath'] ?? []].flat(),
    tests: path.resolve(tests),
    folder: positionals[0] ?? (folderUri === undefined ? undefined : fileURLToPath(folderUri)),
    userDataDir: one('user-data-dir'),
    extensionsDir: one('extensions-dir'),
  };
}

/** The messages of testsMain.ts, which runs inside the extension host. */
class Report {
  passed: boolean | undefined;
  /** Resolves when the extension host has connected and ended, or closed the connection. */
  readonly complete: Promise<void>;
  readonly #listener = createServer();

  constructor(socketPath: string) {
    this.#listener.listen(socketPath);
    this.complete = once(this.#listener, 'connection').then(([socket]) => this.#read(socket as Socket));
  }

  async #read(socket: Socket): Promise<void> {
    for await (const line of createInterface({ input: socket })) {
      const message = JSON.parse(line) as TestMessage;
      if ('print' in message) process.stdout.write(message.print);
      else this.passed = message.passed;
    }
  }

  close(): void {
    this.#listener.close();
  }
}

/** Runs the tests and resolves with their exit code; rejects if they have no result. */
async function run(commandLine: CommandLine, dataDir: string): Promise<number> {
  const socket = path.join(dataDir, 'tests.sock');
  const report = new Report(socket);
  const { userDataDir, extensionsDir } = commandLine;
  const env = { [environment.socket]: socket, [environment.module]: commandLine.tests };
  const server = await startServer({ dataDir, userDataDir, extensionsDir, testDriver: true, env });
  try {
    const browser = await launchBrowser();
    try {
      const page = await (await newContext(browser)).newPage();
      const exitCode = runInWorkbench(page, server, commandLine, await compileInto(dataDir, 'testsMain'));
      const tooLate = delay(timeout, undefined, { ref: false });
      return await Promise.race([
        exitCode.then((code) => checked(code, report)),
        report.complete.then(() => (report.passed === undefined ? fail('the extension host ended') : exitCode)),
        server.ended.then((end) => fail(`VS Code's server ended with ${end}`)),
        new Promise((resolve) => browser.once('disconnected', resolve)).then(() => fail('the browser ended')),
        page.waitForEvent('crash', { timeout: 0 }).then(() => fail('the page crashed')),
        tooLate.then(() => fail(`they did not end within ${timeout} ms`)),
        interruption.then((signal) => fail(signal)),
      ]);
    } finally {
      await browser.close();
    }
  } catch (error) {
    if (verbose) console.error(await readFile(server.logFile, 'utf8'));
    throw error;
  } finally {
    for (const address of server.outsideRequests)
      console.error(`Rejected, since tests must not reach other computers: ${address}`);
    report.close();
    await server.stop();
  }
}

/** Opens the workbench so that it runs `main`; resolves with the exit code that VS Code would end with. */
async function runInWorkbench(
  page: Page,
  server: Server,
  { extensions, folder }: CommandLine,
  main: string,
): Promise<number> {
  const uri = (file: string) => `vscode-remote://${new URL(server.url).host}${path.resolve(file)}`;
  const exitCode = new Promise<number>((resolve) => {
    // The functions that VS Code's driver calls in the window.
    void page.exposeFunction('codeAutomationExit', resolve);
    void page.exposeFunction('codeAutomationLog', (type: string, values: unknown[]) => {
      if (verbose) console.error(type, ...values);
    });
  });
  page.on('pageerror', (error) => {
    console.error('In the workbench:', error);
  });
  const payload = [
    ...extensions.map((extension) => ['extensionDevelopmentPath', uri(extension)] as const),
    ['extensionTestsPath', uri(main)] as const,
    ['skipWelcome', 'true'] as const,
  ];
  await page.goto(workbenchUrl(server, { folder, payload }));
  return exitCode;
}

/** Checks that the tests have a result: VS Code also exits with 0 if the extension host died. */
async function checked(exitCode: number, report: Report): Promise<number> {
  await Promise.race([report.complete, delay(1_000, undefined, { ref: false })]);
  return report.passed === undefined ? fail(`VS Code ended with ${exitCode}`) : exitCode;
}

function fail(reason: string): never {
  throw new Error(`The tests have no result: ${reason}`);
}

let exitCode = 1;
const dataDir = await mkdtemp(path.join(tmpdir(), 'hosted-tests-'));
try {
  exitCode = await run(readCommandLine(), dataDir);
} catch (error) {
  console.error(verbose || !(error instanceof Error) ? error : error.message);
} finally {
  await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
}
process.exit(exitCode);
