import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import * as v from 'valibot';
import { linkExtensions } from '../runner/profile';
import { NOTHING, writeExtension } from './extensionFolder';
import { INPUT, RESULT } from './hostNames';
import type { Bench } from './measurement';

interface HostRun {
  /** The bundle of a module that exports `run`. */
  readonly module: string;
  /** The folders of the extensions to install; they run in place. */
  readonly extensions: readonly string[];
  readonly input?: unknown;
  readonly userSettings?: Readonly<Record<string, unknown>>;
  readonly workspaceSettings?: Readonly<Record<string, unknown>>;
}

/** Long enough for a busy computer; a run takes a few seconds. */
const TIMEOUT_MS = '120000';

let runs = 0;

/** Runs a module in the extension host of a new VS Code, and resolves with its result. */
export async function runInHost<T>(bench: Bench, run: HostRun, schema: v.GenericSchema<unknown, T>): Promise<T> {
  const dir = path.join(bench.dir, `host-${++runs}`);
  const userDataDir = path.join(dir, 'user-data');
  const extensionsDir = path.join(dir, 'extensions');
  const workspace = path.join(dir, 'workspace');
  const result = path.join(dir, 'result.json');
  await writeJson(path.join(userDataDir, 'User/settings.json'), run.userSettings ?? {});
  await writeJson(path.join(workspace, '.vscode/settings.json'), run.workspaceSettings ?? {});
  await linkExtensions(run.extensions, extensionsDir);
  const child = spawn(
    path.join(import.meta.dirname, '../runner/code.mjs'),
    [
      workspace,
      `--user-data-dir=${userDataDir}`,
      `--extensionTestsPath=${run.module}`,
      `--extensions-dir=${extensionsDir}`,
      `--extensionDevelopmentPath=${await writeExtension(dir, 'bench.under-development', NOTHING)}`, // one is required
    ],
    {
      env: {
        ...process.env,
        [INPUT]: JSON.stringify(run.input ?? null),
        [RESULT]: result,
        VSCODE_HOST_TIMEOUT: TIMEOUT_MS,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const stop = () => child.kill();
  bench.signal.addEventListener('abort', stop);
  try {
    const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    bench.signal.throwIfAborted();
    if (child.exitCode !== 0) throw new Error(`${path.basename(run.module)} failed in VS Code:\n${output}${errors}`);
  } finally {
    bench.signal.removeEventListener('abort', stop);
  }
  return v.parse(schema, JSON.parse(await readFile(result, 'utf8')));
}

async function writeJson(file: string, value: unknown): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(value));
}
