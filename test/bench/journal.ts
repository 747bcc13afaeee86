import { randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { hostname } from 'node:os';
import path from 'node:path';
import type { ChangeCompleted, ChangeStarted } from '../../src/core/history/changeRecord';
import { bundleInto } from './bundle';
import { heapUsed } from './heap';
import { LongestBlock } from './longestBlock';
import { type Measurement, type Row, rounded } from './measurement';
import { median, ratio } from './medians';
import type * as ShippedJournal from './shippedJournal';

const CHANGES = 100_000;
/** The number of changes that the history shows initially. */
const FIRST = 200;
/** Each round reads the whole journal twice. */
const ROUNDS = 5;

/**
 * The time of journal reads with 100,000 changes: the check for interrupted ones at each start, and the opening of the history.
 * Compared with a bare read of its files, with `JSON.parse` of each line and without validation.
 *
 * And of searches in the opened history: the processor time of each, the longest time that it keeps other tasks from running,
 * and the memory of the opened history, which lasts until it is closed.
 */
export const journal: Measurement = {
  name: 'journal',
  async measure({ dir, signal }) {
    const bundle = await bundleInto(dir, 'shippedJournal');
    const { ChangeJournal, FileLock, JOURNAL_SIZE, searchChanges, SkillNames } = createRequire(bundle)(
      bundle,
    ) as typeof ShippedJournal;
    const folder = path.join(dir, 'journal');
    const files = await fill(folder, JOURNAL_SIZE.fileBytes);
    const open = () => new ChangeJournal(folder, new FileLock(path.join(dir, 'locks')));
    const bare: Side = { run: () => bareRead(files), times: [] };
    const start: Side = {
      run: async () => {
        const { length } = await open().orphaned();
        if (length !== 1) throw new Error(`expected one interrupted change, not ${length}`);
      },
      times: [],
    };
    const first: Side = { run: () => expectCount(open().newestFirst(), FIRST), times: [] };
    const all: Side = { run: () => expectCount(open().newestFirst(), CHANGES), times: [] };
    await sampleInTurns([bare, start, first, all], signal);
    const row = (name: string, side: Side, atMost: number): Row => ({
      name: `journal of ${CHANGES.toLocaleString('en')}: ${name} / a bare read of it`,
      ...ratio(side.times, bare.times),
      unit: 'times',
      aim: { atMost },
      information: { oursMs: rounded(median(side.times)), bareMs: rounded(median(bare.times)) },
    });
    return [
      row('the look for interrupted changes at a start', start, 0.05),
      row(`the first ${FIRST} of the history`, first, 0.05),
      row('all of the history', all, 5),
      ...(await searchRows(() => open().searchable(), searchChanges, new SkillNames(), signal)),
    ];
  },
};

/** As if typed: each search narrows the one before; the first one reads the journal. */
const SEARCHES = ['', 'b', 'bu', 'buil', 'building', 'building 7', 'building 77', 'building 777 remap', 'nothing'];

async function searchRows(
  open: () => ReturnType<ShippedJournal.ChangeJournal['searchable']>,
  searchChanges: typeof ShippedJournal.searchChanges,
  skills: ShippedJournal.SkillNames,
  signal: AbortSignal,
): Promise<Row[]> {
  const search = (history: ReturnType<typeof open>, text: string) =>
    searchChanges(history, text, skills, FIRST, signal, () => undefined);
  const heapBefore = heapUsed();
  const history = open();
  const times: number[] = [];
  for (const text of SEARCHES) {
    const before = process.cpuUsage();
    await search(history, text);
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1000);
  }
  const heapBytes = heapUsed() - heapBefore;
  // In another history, because watching takes processor time.
  const another = open();
  const block = new LongestBlock();
  for (const text of SEARCHES) await search(another, text);
  const blockMs = block.stop();
  signal.throwIfAborted();
  const [openingMs = 0, ...searchMs] = times;
  const name = `history of ${CHANGES.toLocaleString('en')}: `;
  return [
    {
      name: `${name}processor time of a search`,
      value: Math.round(Math.max(...searchMs)),
      unit: 'ms',
      aim: { atMost: 300 },
      information: { medianMs: Math.round(median(searchMs)), openingMs: Math.round(openingMs) },
    },
    { name: `${name}longest block of other tasks`, value: Math.round(blockMs), unit: 'ms', aim: { atMost: 50 } },
    { name: `${name}memory while it is open`, value: Math.round(heapBytes / 2 ** 20), unit: 'MiB' },
  ];
}

interface Side {
  readonly run: () => Promise<void>;
  /** Milliseconds, one for each round. */
  readonly times: number[];
}

/** Runs all candidates in each round, in rotating order; the first round is not measured, since it compiles the code. */
async function sampleInTurns(sides: readonly Side[], signal: AbortSignal): Promise<void> {
  for (let round = -1; round < ROUNDS; round++) {
    for (const { run, times } of round % 2 === 0 ? sides : sides.toReversed()) {
      signal.throwIfAborted();
      const began = performance.now();
      await run();
      if (round >= 0) times.push(performance.now() - began);
    }
  }
}

/** Writes the journal like windows that make one change after the other; the second to last was interrupted. */
async function fill(folder: string, fileBytes: number): Promise<string[]> {
  await mkdir(folder);
  const writer = { host: hostname(), pid: process.pid, id: randomUUID() };
  const skillId = `amzn1.ask.skill.${randomUUID()}`;
  const operationId = randomUUID();
  const files: string[] = [];
  let lines: string[] = [];
  let bytes = 0;
  const begin = async () => {
    const name = path.join(folder, `changes-${String(files.length + 1).padStart(8, '0')}.jsonl`);
    await writeFile(name, lines.join(''));
    files.push(name);
    lines = ['\n[{"type":"checkpoint"}]\n'];
    bytes = 0;
  };
  const add = (record: object) => {
    const line = `\n${JSON.stringify([record])}\n`;
    lines.push(line);
    bytes += line.length;
  };
  for (let count = 0; count < CHANGES; count++) {
    const id = randomUUID();
    const serviceProviderId = `amzn1.alexa.csp.id.${randomUUID()}`;
    const change: ChangeStarted = {
      id,
      operationId,
      startedAtMs: Date.now() - (CHANGES - count) * 60_000,
      serviceProviderId,
      name: `Grand Meridian Hotel, building ${count}`,
      account: 'default',
      endpoint: 'https://api.amazonalexa.com',
      operation: 'update',
      before: { type: 'mapped', skillId },
      target: { type: 'mapped', skillId },
    };
    add({ type: 'started', writer, change });
    const closing: ChangeCompleted = {
      id,
      completedAtMs: change.startedAtMs + 400,
      result: 'succeeded',
      actual: change.target,
      requestId: randomUUID(),
    };
    if (count !== CHANGES - 2) add({ type: 'completed', writer, serviceProviderId, closing });
    if (bytes >= fileBytes) await begin();
  }
  await begin();
  return files;
}

async function bareRead(files: readonly string[]): Promise<void> {
  for (const file of files) {
    for (const line of (await readFile(file, 'utf8')).split('\n')) if (line !== '') JSON.parse(line);
  }
}

async function expectCount(changes: AsyncGenerator, expected: number): Promise<void> {
  for (let count = 0; count < expected; count++) {
    if ((await changes.next()).done) throw new Error(`expected ${expected} changes, not ${count}`);
  }
}
