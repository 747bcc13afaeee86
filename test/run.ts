/**
 * `npm test` and, with `--all`, `npm run test:all`: layers of checks and tests, or those that are named as arguments. All run
 * even when one fails; the last line adds them up.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { oldestVsCode } from './runner/oldestVsCode';
import { NOT_CHECKED } from './package/notChecked';
import { MAIN_PATHS, VERSION_DEPENDENT } from './ui/fileSets';

const root = path.resolve(import.meta.dirname, '..');
const results = path.join(root, 'test-results');

interface Counts {
  readonly passed: number;
  readonly failed: number;
  /** The failed tests, if the layer reports them: the name of each, with the first line of its message. */
  readonly failures?: readonly string[];
  /** What can run again: the test files with these, relative to the root, or the tests where they share one VS Code. */
  readonly failedParts?: readonly string[];
  /** What failed, and then passed when its file ran a second time: to be mended too. Shown in the summary. */
  readonly unsteady?: readonly string[];
  /** Set if a check could not be made here, which is neither passed nor failed. Shown in the summary. */
  readonly notChecked?: true;
}

/**
 * Layers of a lane run one after another, in `npm test` beside the other lane; a third one would gain nothing on two processors.
 * `newest` has the newest VS Code and what changes `dist/`.
 */
type Lane = 'newest' | 'other';

interface Layer {
  readonly name: string;
  readonly lane: Lane;
  /** The command that runs it: `test` and `all` are `npm test` and `npm run test:all` alone. */
  readonly in: 'both' | 'test' | 'all';
  readonly command: readonly [string, ...string[]];
  /** The result file it writes, under test-results; if undefined, its exit code is its single result. */
  readonly report?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Layers that must end before it begins, and that run with it when it is named. */
  readonly needs?: readonly string[];
  /**
   * The command that runs a part of it again, for a layer that drives a real VS Code, which is not steady under load. If undefined, or
   * if more than {@link MAX_PARTS_AGAIN} parts failed, it runs once.
   */
  readonly again?: (parts: readonly string[]) => Layer['command'];
}

/** Up to how many failed parts of a layer run a second time. */
const MAX_PARTS_AGAIN = 2;

const bin = (name: string) => path.join(root, 'node_modules/.bin', name);
const node = process.execPath;
const tsx = [node, '--import', 'tsx'] as const;

/** What runs a vitest project, or some of its files. */
function vitest(
  name: string,
  project: string,
  files: readonly string[] = [],
): Pick<Layer, 'name' | 'report'> & { command: Layer['command'] } {
  const report = `${fileName(name)}.json`;
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${path.join(results, report)}`];
  return { name, command: [bin('vitest'), 'run', '--project', project, ...reporters, ...files], report };
}

/** The tests that drive VS Code as a person does, or some of their files. */
function ui(name: string, files?: readonly string[]): Pick<Layer, 'name' | 'command' | 'report' | 'needs' | 'again'> {
  return { ...vitest(name, 'ui', files), needs: ['build'], again: (failed) => vitest(name, 'ui', failed).command };
}

function integration(name: string): Pick<Layer, 'name' | 'command' | 'report' | 'needs' | 'again'> {
  const report = `${fileName(name)}.json`;
  const command: Layer['command'] = [...tsx, 'test/integration/run.ts', '--built', '--results', report];
  return { name, command, report, needs: ['build'], again: () => command };
}

const fileName = (layer: string) => layer.replaceAll(/\W+/g, '-');

/** The `build` layer has built the extension, and no other may replace it under a VS Code that runs. */
const BUILT = { EXTENSION_BUILT: '1' };

/** The oldest VS Code is the one that `engines.vscode` names. */
const OLDEST = { VSCODE_HOST_VERSION: oldestVsCode() };

const both = { in: 'both' } as const;
const newest = { lane: 'newest' } as const;
const other = { lane: 'other' } as const;

const LAYERS: readonly Layer[] = [
  { ...other, ...both, name: 'types', command: ['npm', 'run', '--silent', 'types'] },
  { ...other, ...both, name: 'lint', command: [bin('eslint'), '.', '--max-warnings=0'] },
  { ...other, ...both, name: 'format', command: [bin('prettier'), '--check', '--log-level=warn', '.'] },
  {
    ...other,
    ...both,
    name: 'dependency directions',
    command: [bin('depcruise'), 'src', 'test/simulator', '--output-type=err'],
  },
  { ...other, ...both, name: 'unused code', command: [bin('knip'), '--no-config-hints'] },
  { ...other, ...both, ...vitest('unit', 'unit') },
  { ...other, in: 'test', ...vitest('sample of the faults', 'faults'), env: { FAULT_MATRIX: 'sample' } },
  { ...other, in: 'all', ...vitest('faults', 'faults') },
  { ...other, in: 'all', ...vitest('runner', 'runner') },
  { ...other, in: 'all', ...integration('integration in the oldest VS Code'), env: OLDEST },
  {
    ...other,
    in: 'all',
    ...ui('ui in the oldest VS Code', Object.keys(VERSION_DEPENDENT)),
    env: { ...BUILT, ...OLDEST },
  },
  // The package is built in `dist/`, so it comes before the build that the others use.
  { ...newest, in: 'all', ...vitest('package', 'package') },
  { ...newest, ...both, name: 'build', command: [node, 'esbuild.js'] },
  { ...newest, ...both, name: 'audit', command: [...tsx, 'test/package/audit.ts'], needs: ['build'] },
  { ...newest, ...both, name: 'VS Code for tests', command: [...tsx, 'test/runner/install.ts'] },
  { ...newest, ...both, ...integration('integration') },
  { ...newest, in: 'test', ...ui('main paths of the ui', MAIN_PATHS), env: BUILT },
  { ...newest, in: 'all', ...ui('ui'), env: BUILT },
];

/** The first line of a message, without terminal colors, and what it waited for if it is one of the browser driver. */
function firstLine(message = ''): string {
  // eslint-disable-next-line no-control-regex -- color codes start with one
  const lines = message.replace(/\u001b\[[\d;]*m/g, '').split('\n');
  const awaited = lines.find((line) => /^\s*- waiting for /.test(line));
  return [lines[0] ?? '', ...(awaited === undefined ? [] : [awaited.trim()])].join(' ');
}

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
    failedParts: testResults.filter(({ status }) => status === 'failed').map(({ name }) => path.relative(root, name)),
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
    failedParts: failures.map(({ test }) => test),
    failures: failures.map(({ test, message }) => `${test}: ${firstLine(message)}`),
  })),
);

const Report = v.union([VitestReport, IntegrationReport]);

/** The processes of the layers that run, each the leader of a process group. */
const running = new Set<ChildProcess>();
let stopped = false;

/** Runs a layer to its end, with all it prints in a file. */
async function run({ command: [program, ...args], env }: Layer, log: string): Promise<number> {
  const output = await open(log, 'w');
  try {
    return await new Promise<number>((resolve, reject) => {
      const child = spawn(program, args, {
        cwd: root,
        stdio: ['ignore', output.fd, output.fd],
        env: { ...process.env, ...env },
        detached: process.platform !== 'win32',
      });
      running.add(child);
      child.once('error', reject);
      child.once('exit', (code) => {
        running.delete(child);
        resolve(code ?? 1);
      });
    });
  } finally {
    await output.close();
  }
}

/** Runs a layer once, and prints what it prints in one piece: another layer may end meanwhile. */
async function runOnce(layer: Layer): Promise<Counts> {
  const log = path.join(results, `${fileName(layer.name)}.log`);
  console.log(`   ${layer.name} …`);
  const exitCode = await run(layer, log);
  console.log(`\n── ${layer.name}\n${await readFile(log, 'utf8')}`);
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

/** Runs a layer, and files of it that failed once more if it may. What fails twice has failed; the rest is reported as unsteady. */
async function runLayer(layer: Layer): Promise<Counts> {
  const first = await runOnce(layer);
  const { failures = [], failedParts = [] } = first;
  if (layer.again === undefined || failedParts.length === 0 || failedParts.length > MAX_PARTS_AGAIN || stopped)
    return first;
  const second = await runOnce({ ...layer, command: layer.again(failedParts) });
  if (second.failed > 0) return { ...first, failures: [...failures, ...(second.failures ?? [])] };
  return { passed: first.passed + first.failed, failed: 0, unsteady: failures };
}

/** The lines that sum up a layer. */
function summary(
  { name }: Layer,
  { passed, failed, notChecked, failures = [], unsteady = [] }: Counts,
  seconds: string,
): string[] {
  const line = notChecked
    ? `? ${name}: NOT CHECKED, and so not passed (${seconds} s)`
    : `${failed === 0 ? '✓' : '✗'} ${name}: ${passed} passed, ${failed} failed (${seconds} s)`;
  return [
    line,
    ...failures.map((failure) => `    ✗ ${failure}`),
    ...unsteady.map((failure) => `    ! unsteady, passed in a second run: ${failure}`),
  ];
}

interface Result extends Counts {
  readonly lines: readonly string[];
}

/**
 * Runs the layers of each lane one after another, and the lanes at the same time, or in one lane.
 *
 * @returns the results in the order of the layers
 */
async function runAll(layers: readonly Layer[], oneLane: boolean): Promise<Result[]> {
  const ends = new Map<Layer, Promise<Result>>();
  const begin = async (layer: Layer, earlier: readonly Promise<unknown>[]): Promise<Result> => {
    await Promise.all(earlier);
    if (stopped) return { passed: 0, failed: 1, lines: [] };
    const began = performance.now();
    const counts = await runLayer(layer);
    return { ...counts, lines: summary(layer, counts, ((performance.now() - began) / 1000).toFixed(1)) };
  };
  const inLane = (lane: Lane) => layers.filter((each) => each.lane === lane);
  const lanes = oneLane ? [[...inLane('newest'), ...inLane('other')]] : [inLane('newest'), inLane('other')];
  for (const lane of lanes) {
    let last: Promise<unknown> = Promise.resolve();
    for (const layer of lane) {
      const needed = [...ends].filter(([{ name }]) => layer.needs?.includes(name)).map(([, end]) => end);
      const end = begin(layer, [last, ...needed]);
      ends.set(layer, end);
      last = end;
    }
  }
  return Promise.all(layers.map((layer) => ends.get(layer)).filter((end) => end !== undefined));
}

/** The layers of a command, or those named and what they need. */
function choose(names: readonly string[], all: boolean): readonly Layer[] {
  const unknown = names.filter((name) => !LAYERS.some((layer) => layer.name === name));
  if (unknown.length > 0) {
    const known = LAYERS.map(({ name }) => name).join(', ');
    throw new Error(`Unknown layer: ${unknown.join(', ')}. The layers are: ${known}`);
  }
  if (names.length === 0) return LAYERS.filter((layer) => layer.in === 'both' || layer.in === (all ? 'all' : 'test'));
  const wanted = LAYERS.filter(({ name }) => names.includes(name));
  const needed = new Set([...names, ...wanted.flatMap(({ needs = [] }) => needs)]);
  return LAYERS.filter(({ name }) => needed.has(name));
}

/** Ends all layers with all they have started, and then this process; the second time by force. */
function stopAll(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP'): void {
  const sent = stopped ? 'SIGKILL' : signal;
  stopped = true;
  for (const child of running) {
    try {
      if (child.pid === undefined || process.platform === 'win32') child.kill(sent);
      else process.kill(-child.pid, sent);
    } catch {
      // It has just ended.
    }
  }
  process.exitCode = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }[signal];
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { all: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const layers = choose(positionals, values.all);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stopAll);
  await rm(results, { recursive: true, force: true });
  await mkdir(results, { recursive: true });
  // Beside another VS Code or the fault matrix, the limits of UI tests are too short for two processors.
  const counts = await runAll(layers, values.all);
  if (stopped) return;
  console.log(`\n${counts.flatMap(({ lines }) => lines).join('\n')}\n`);
  const sum = (of: 'passed' | 'failed') => counts.reduce((total, each) => total + each[of], 0);
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
  process.exitCode = sum('failed') === 0 && sum('passed') > 0 ? 0 : 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
