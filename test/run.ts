/**
 * `npm test`: runs all checks and tests, one layer after another. All run even if one fails; the last line has the totals.
 */
import { spawn } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { oldestVsCode } from './runner/oldestVsCode';
import { NOT_CHECKED } from './package/notChecked';

const root = path.resolve(import.meta.dirname, '..');
const results = path.join(root, 'test-results');

interface Counts {
  readonly passed: number;
  readonly failed: number;
  /** The failed tests, if the layer reports them: the name of each, with the first line of its message. */
  readonly failures?: readonly string[];
  /** Set if a check could not be made here, which is neither passed nor failed. Shown in the summary. */
  readonly notChecked?: true;
}

interface Layer {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** The result file it writes, under test-results; if undefined, its exit code is its single result. */
  readonly report?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const bin = (name: string) => path.join(root, 'node_modules/.bin', name);
const node = process.execPath;
const tsx = [node, '--import', 'tsx'] as const;

function vitest(project: string): Layer {
  const report = `${project}.json`;
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${path.join(results, report)}`];
  return { name: project, command: [bin('vitest'), 'run', '--project', project, ...reporters], report };
}

/** The layers that run in VS Code run in the oldest supported version too, which is the one in `engines.vscode`. */
const OLDEST = { VSCODE_HOST_VERSION: oldestVsCode() };

const LAYERS: readonly Layer[] = [
  { name: 'types', command: [bin('tsc'), '--project', '.'] },
  { name: 'lint', command: [bin('eslint'), '.', '--max-warnings=0'] },
  { name: 'format', command: [bin('prettier'), '--check', '--log-level=warn', '.'] },
  { name: 'dependency directions', command: [bin('depcruise'), 'src', 'test/simulator', '--output-type=err'] },
  { name: 'unused code', command: [bin('knip'), '--no-config-hints'] },
  vitest('unit'),
  vitest('package'),
  { name: 'audit', command: [...tsx, 'test/package/audit.ts'] },
  { name: 'VS Code for tests', command: [...tsx, 'test/runner/install.ts'] },
  vitest('runner'),
  { name: 'integration', command: [...tsx, 'test/integration/run.ts'], report: 'integration.json' },
  {
    name: 'integration in the oldest VS Code',
    command: [...tsx, 'test/integration/run.ts', '--built'],
    report: 'integration.json',
    env: OLDEST,
  },
  vitest('ui'),
  { ...vitest('ui'), name: 'ui in the oldest VS Code', env: OLDEST },
];

/** The first line of a message, without terminal colors. */
// eslint-disable-next-line no-control-regex -- color codes start with one
const firstLine = (message = '') => message.replace(/\u001b\[[\d;]*m/g, '').split('\n', 1)[0] ?? '';

/** The parts that are read of the JSON that vitest writes; a file that could not be loaded has its own message. */
const VitestReport = v.pipe(
  v.object({
    numPassedTests: v.number(),
    numFailedTests: v.number(),
    testResults: v.array(
      v.object({
        name: v.string(),
        status: v.string(),
        message: v.string(),
        assertionResults: v.array(
          v.object({ fullName: v.string(), status: v.string(), failureMessages: v.optional(v.array(v.string())) }),
        ),
      }),
    ),
  }),
  v.transform(({ numPassedTests, numFailedTests, testResults }) => ({
    passed: numPassedTests,
    failed: numFailedTests,
    failures: testResults.flatMap(({ name, status, message, assertionResults }) => {
      const file = path.relative(root, name);
      const tests = assertionResults.filter((test) => test.status === 'failed');
      if (tests.length === 0)
        return status === 'failed' ? [`${file}: ${firstLine(message) || 'a hook failed, see above'}`] : [];
      return tests.map(({ fullName, failureMessages }) => `${file}, ${fullName}: ${firstLine(failureMessages?.[0])}`);
    }),
  })),
);

/** The same for the JSON that the integration test runner writes. */
const IntegrationReport = v.pipe(
  v.object({
    passed: v.number(),
    failed: v.number(),
    failures: v.array(v.object({ test: v.string(), message: v.string() })),
  }),
  v.transform(({ failures, ...counts }) => ({
    ...counts,
    failures: failures.map(({ test, message }) => `${test}: ${firstLine(message)}`),
  })),
);

const Report = v.union([VitestReport, IntegrationReport]);

function run({ command: [program, ...args], env }: Layer): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env },
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      resolve(code ?? 1);
    });
  });
}

async function runLayer(layer: Layer): Promise<Counts> {
  console.log(`\n── ${layer.name}`);
  const exitCode = await run(layer);
  if (layer.report === undefined && exitCode === NOT_CHECKED) return { passed: 0, failed: 0, notChecked: true };
  if (layer.report === undefined) return exitCode === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  try {
    const report = v.parse(Report, JSON.parse(await readFile(path.join(results, layer.report), 'utf8')));
    const { passed, failed } = report;
    // A run that was aborted, or that found no test, has failed regardless of its counts.
    return { ...report, failed: failed === 0 && (exitCode !== 0 || passed === 0) ? 1 : failed };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  await rm(results, { recursive: true, force: true });
  await mkdir(results, { recursive: true });
  let total: Counts = { passed: 0, failed: 0 };
  const lines: string[] = [];
  for (const layer of LAYERS.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
    const began = performance.now();
    const { passed, failed, notChecked, failures = [] } = await runLayer(layer);
    total = { passed: total.passed + passed, failed: total.failed + failed };
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    if (notChecked) lines.push(`? ${layer.name}: NOT CHECKED, and so not passed (${seconds} s)`);
    else lines.push(`${failed === 0 ? '✓' : '✗'} ${layer.name}: ${passed} passed, ${failed} failed (${seconds} s)`);
    lines.push(...failures.map((failure) => `    ✗ ${failure}`));
  }
  console.log(`\n${lines.join('\n')}\n`);
  console.log(`${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
}

void main();
