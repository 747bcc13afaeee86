/**
 * `npm run bench`: measures the size, speed and resource use of the extension. Prints a table and writes `dist/bench.json` and,
 * after all measurements, `docs/performance.md`. Every time is a ratio to a baseline measured alternately with it in the same
 * run, so that it is comparable between computers; slow results do not fail. `-- NAME…` runs some of the measurements.
 */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { activation } from './activation';
import { bytes } from './bytes';
import { read } from './read';
import { readInHost } from './readInHost';
import { rows as firstRows } from './rows';
import { visibleRows } from './visibleRows';
import { longList } from './longList';
import { changes } from './changes';
import { commandLine } from './commandLine';
import { journal } from './journal';
import { mappingFile } from './mappingFile';
import { outage } from './outage';
import { pacing } from './pacing';
import { skills } from './skills';
import type { Measurement, Row } from './measurement';
import { table, toJson, toMarkdown } from './report';

const MEASUREMENTS: readonly Measurement[] = [
  bytes,
  activation,
  read,
  readInHost,
  firstRows,
  visibleRows,
  longList,
  changes,
  journal,
  skills,
  mappingFile,
  outage,
  pacing,
  commandLine,
];

const root = path.resolve(import.meta.dirname, '../..');
const resultFile = path.join(root, 'dist/bench.json');
const page = path.join(root, 'docs/performance.md');

async function main(): Promise<number> {
  execFileSync(process.execPath, ['esbuild.js'], { cwd: root, stdio: 'inherit' });
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      interruption.abort(new Error(`interrupted by ${signal}`));
    });
  }
  const wanted = process.argv.slice(2);
  const measurements = MEASUREMENTS.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  const dir = await mkdtemp(path.join(tmpdir(), 'bench-'));
  const rows: Row[] = [];
  let broken = measurements.length === 0;
  try {
    for (const { name, measure } of measurements) {
      const own = path.join(dir, name);
      await mkdir(own);
      const began = performance.now();
      try {
        rows.push(...(await measure({ dir: own, signal: interruption.signal })));
      } catch (error) {
        interruption.signal.throwIfAborted();
        console.error(`The measurement of ${name} failed:`, error);
        broken = true;
      }
      console.log(`${name}: ${((performance.now() - began) / 1000).toFixed(1)} s`);
    }
  } finally {
    await rm(dir, { recursive: true, force: true, maxRetries: 3 });
  }
  console.log(`\n${table(rows)}\n`);
  await writeFile(resultFile, `${JSON.stringify(toJson(rows), null, 2)}\n`);
  if (wanted.length === 0 && !broken) await writePage(rows);
  return broken ? 1 : 0;
}

async function writePage(rows: readonly Row[]): Promise<void> {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
  const isChanged = git('status', '--porcelain', '--untracked-files=no') !== '';
  const commit = git('rev-parse', '--short', 'HEAD') + (isChanged ? ' with changes' : '');
  await mkdir(path.dirname(page), { recursive: true });
  const options = await resolveConfig(page);
  await writeFile(page, await format(toMarkdown(rows, commit), { ...options, filepath: page }));
}

main().then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
