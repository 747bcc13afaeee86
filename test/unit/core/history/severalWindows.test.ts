import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ChangeRecord } from '../../../../src/core/history/changeRecord';
import { fromLine } from '../../../../src/core/history/journalRecord';
import { all, journalFiles, journalIn, lines } from './journals';

/**
 * A window that makes changes, several at once, and reports which were recorded (`open`) and completed (`done`)
 * as soon as it knows. Every fifth remains open. Or a window that has just started, completes what others left
 * open (`recover`), and reports which.
 */
const PROGRAM = `
  import { writeSync } from 'node:fs';
  import { aRemap, journalIn } from './test/unit/core/history/journals';
  const [act, folder, fileBytes, name, count] = process.argv.slice(2);
  const journal = journalIn(folder, { fileBytes: Number(fileBytes), files: 100_000 });
  const say = (text) => writeSync(1, text + '\\n');
  let next = 0;
  const work = async () => {
    while (next < Number(count)) {
      const number = next++;
      const id = await journal.begin(aRemap(name + ' ' + number));
      say('open ' + id);
      if (number % 5 === 4) continue;
      await journal.complete(id, { result: 'succeeded' });
      say('done ' + id);
    }
  };
  if (act === 'work') await Promise.all([work(), work(), work(), work()]);
  else {
    await journal.recover(async ({ id }) => {
      say('done ' + id);
      return { result: 'failed' };
    });
  }
`;

let bundles: string;
let program: string;
let folder: string;
const running = new Set<ChildProcess>();

beforeAll(async () => {
  bundles = await mkdtemp(path.join(tmpdir(), 'journal-program-'));
  program = path.join(bundles, 'program.mjs');
  await build({
    stdin: { contents: PROGRAM, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    outfile: program,
    logLevel: 'error',
  });
});
afterAll(() => rm(bundles, { recursive: true }));
beforeEach(async () => {
  folder = path.join(await mkdtemp(path.join(tmpdir(), 'journal-')), 'journal');
});
afterEach(async () => {
  for (const each of running) each.kill('SIGKILL');
  await rm(path.join(folder, '..'), { recursive: true, maxRetries: 5 });
});

/** The reports of the windows in a test. */
class Said {
  readonly open = new Set<string>();
  readonly done: string[] = [];

  /**
   * Runs a window to its end.
   *
   * @param killAt kills it after that many reports
   */
  async run(args: readonly string[], killAt = Infinity): Promise<void> {
    const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    running.add(child);
    let count = 0;
    const completed = once(child, 'close');
    for await (const line of createInterface(child.stdout)) {
      const [what, id = ''] = line.split(' ');
      if (what === 'open') this.open.add(id);
      else this.done.push(id);
      if (++count === killAt) child.kill('SIGKILL');
    }
    expect(await completed).toEqual(count < killAt ? [0, null] : [null, 'SIGKILL']);
    running.delete(child);
  }
}

const work = (fileBytes: number, name: string, count: number) => [
  'work',
  folder,
  String(fileBytes),
  name,
  String(count),
];

/** The random numbers of one seed, each below 1. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
}

const isOpen = ({ completed }: ChangeRecord) => !completed;
const ids = (changes: readonly ChangeRecord[]) => changes.map(({ id }) => id).sort();

describe('several windows that write at once', () => {
  it.each([
    ['to one file', 1e9, 1],
    ['and start many files', 4000, 20],
    ['and start a file with each entry', 1, 50],
  ])('%s lose and corrupt nothing', async (_how, fileBytes, leastFiles) => {
    const said = new Said();
    await Promise.all(['a', 'b', 'c', 'd'].map((name) => said.run(work(fileBytes, name, 60))));
    expect([said.open.size, said.done.length]).toEqual([240, 192]);
    const changes = await all(journalIn(folder));
    expect(ids(changes)).toEqual([...said.open].sort());
    expect(ids(changes.filter((each) => !isOpen(each)))).toEqual(said.done.sort());
    expect(ids(await journalIn(folder).orphaned())).toEqual(ids(changes.filter(isOpen)));
    for (const line of await lines(folder)) expect(fromLine(line), line).not.toEqual([]);
    expect((await journalFiles(folder)).length).toBeGreaterThanOrEqual(leastFiles);
  });

  it.each([1, 2, 3, 4, 5])('and are killed lose nothing that was recorded (seed %i)', async (seed) => {
    const random = seeded(seed);
    const said = new Said();
    const killed = Array.from({ length: 5 }, (_, index) =>
      said.run(work(3000, `killed ${index}`, 1e6), 1 + Math.floor(random() * 100)),
    );
    await Promise.all([...killed, said.run(work(3000, 'lives', 60))]);
    const changes = await all(journalIn(folder));
    const known = new Map(changes.map((change) => [change.id, change]));
    expect(known.size).toBe(changes.length);
    for (const id of said.open) expect(known.has(id), id).toBe(true);
    for (const id of said.done) expect(known.get(id)?.completed?.result, id).toBe('succeeded');
    // An outcome that the kill kept from being repeated in a newer file may be recovered too; its own outcome takes
    // precedence.
    expect(ids(await journalIn(folder).orphaned())).toEqual(expect.arrayContaining(ids(changes.filter(isOpen))));
  });
});

describe('several windows that have just started', () => {
  it('complete each open change once', async () => {
    const left = new Said();
    await left.run(work(4000, 'left', 1e6), 90);
    const open = ids(await journalIn(folder).orphaned());
    expect(open.length).toBeGreaterThan(5);
    const ended = new Said();
    await Promise.all([1, 2, 3].map(() => ended.run(['recover', folder, '4000'])));
    expect(ended.done.sort()).toEqual(open);
    expect((await all(journalIn(folder))).filter(isOpen)).toEqual([]);
    expect(await journalIn(folder).orphaned()).toEqual([]);
  });
});
