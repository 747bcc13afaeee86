/**
 * Runs the integration tests in a real extension host and writes what they came to. Options: `--desktop` runs them in a
 * desktop VS Code that is downloaded; `--built` takes `dist/` as it is; `--results` names another file in `test-results/`.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import { startWebServer } from '../support/webServer';
import { environment, type IntegrationResults, type TestFailure } from './results';

const root = path.resolve(import.meta.dirname, '../..');
const { values } = parseArgs({
  options: {
    desktop: { type: 'boolean' },
    built: { type: 'boolean' },
    results: { type: 'string', default: 'integration.json' },
  },
});
const resultsFile = path.join(root, 'test-results', values.results);

/** Matches any token or client secret, including those of the simulator's demo. */
const SECRETS = /Atz[ar]\|[\w-]{10,}|amzn1\.oa2-cs\.v1\.[\w-]{4,}/;

async function main(): Promise<IntegrationResults> {
  if (values.desktop && process.platform === 'linux' && !process.env['DISPLAY']) {
    throw new Error('A desktop VS Code needs a display. Put "xvfb-run -a" (of the package xvfb) before the command.');
  }
  if (!values.built) await promisify(execFile)(process.execPath, [path.join(root, 'esbuild.js')], { cwd: root });
  return runIn(await mkdtemp(path.join(tmpdir(), 'anm-')), values.desktop ? undefined : 'test/runner/code.mjs');
}

/**
 * @param temporary a new folder for everything that VS Code writes; removed at the end
 * @param executable used instead of a downloaded VS Code
 */
async function runIn(temporary: string, executable: string | undefined): Promise<IntegrationResults> {
  const began = Date.now();
  const trap = await startWebServer((_request, response) => response.writeHead(500).end());
  try {
    const userDataDir = path.join(temporary, 'user-data');
    const ownResultsFile = path.join(temporary, 'results.json');
    await runTests({
      ...(executable !== undefined && { vscodeExecutablePath: path.join(root, executable) }),
      extensionDevelopmentPath: root,
      extensionTestsPath: await compileTests(),
      launchArgs: [
        await createWorkspace(temporary, trap.url),
        `--user-data-dir=${userDataDir}`,
        `--extensions-dir=${path.join(temporary, 'extensions')}`,
        '--disable-telemetry',
      ],
      extensionTestsEnv: { [environment.results]: ownResultsFile, [environment.trap]: trap.url },
    }).catch((error: unknown) => {
      // Failed tests are in the results. Without results, this error is the failure.
      if (!existsSync(ownResultsFile)) throw error;
    });
    const results = JSON.parse(await readFile(ownResultsFile, 'utf8')) as IntegrationResults;
    return withFurtherChecks({ ...results, durationMs: Date.now() - began }, [
      {
        test: 'nothing is sent to the endpoints in the workspace settings',
        message: trap.requests.map(({ method, url }) => `${method ?? ''} ${url ?? ''}`).join('\n'),
      },
      {
        test: 'no file that VS Code wrote contains a token or a client secret',
        message: (await filesWith(SECRETS, userDataDir)).join('\n'),
      },
    ]);
  } finally {
    await trap.stop();
    await rm(temporary, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Compiles the tests into the extension's folder, so that VS Code treats them as part of it (see `support/vscodeSpy.ts`). */
async function compileTests(): Promise<string> {
  const outfile = path.join(root, '.vscode-test/build', `${path.parse(resultsFile).name}.cjs`);
  await build({
    entryPoints: [path.join(import.meta.dirname, 'suite.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['vscode', 'mocha'],
    mainFields: ['module', 'main'],
    sourcemap: 'inline',
    logOverride: { 'empty-import-meta': 'silent' }, // used only by the simulator's page, which no test opens
  });
  return outfile;
}

/** A workspace folder whose settings try to redirect secrets. */
async function createWorkspace(temporary: string, trapUrl: string): Promise<string> {
  const folder = path.join(temporary, 'workspace');
  await mkdir(path.join(folder, '.vscode'), { recursive: true });
  const settings = {
    'alexaNetworkMapping.accounts': { default: { apiEndpoint: trapUrl, tokenEndpoint: `${trapUrl}/auth/o2/token` } },
    'alexaNetworkMapping.apiEndpoint': trapUrl,
    'alexaNetworkMapping.authorizationEndpoint': `${trapUrl}/ap/oa`,
    'alexaNetworkMapping.tokenEndpoint': `${trapUrl}/auth/o2/token`,
    'alexaNetworkMapping.redirectUri': `${trapUrl}/cb`,
    'alexaNetworkMapping.clientId': 'amzn1.application-oa2-client.of-the-workspace',
    'alexaNetworkMapping.scopes': ['profile'],
  };
  await writeFile(path.join(folder, '.vscode/settings.json'), JSON.stringify(settings));
  return folder;
}

async function filesWith(pattern: RegExp, folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  if (files.length === 0) throw new Error(`VS Code has written nothing to ${folder}`);
  const matches = await Promise.all(files.map(async (file) => pattern.test(await readFile(file, 'latin1'))));
  return files.filter((_file, index) => matches[index]);
}

/** Adds checks made after VS Code has ended to the results; one with a message has failed. */
function withFurtherChecks(results: IntegrationResults, checks: readonly TestFailure[]): IntegrationResults {
  const failures = checks.filter(({ message }) => message !== '');
  for (const { test, message } of failures) console.error(`\n  After the end: ${test}\n${message}`);
  return {
    ...results,
    passed: results.passed + checks.length - failures.length,
    failed: results.failed + failures.length,
    failures: [...results.failures, ...failures],
  };
}

await mkdir(path.dirname(resultsFile), { recursive: true });
await rm(resultsFile, { force: true });
const results = await main().catch((error: unknown): IntegrationResults => {
  const message = error instanceof Error ? error.message : String(error);
  console.error(message);
  const failures = [{ test: 'the integration tests complete', message }];
  return { passed: 0, failed: 1, skipped: 0, durationMs: 0, failures };
});
await writeFile(resultsFile, `${JSON.stringify(results, null, 2)}\n`);
console.log(`integration: ${results.passed} passed, ${results.failed} failed in ${results.durationMs} ms`);
process.exitCode = results.failed === 0 ? 0 : 1;
