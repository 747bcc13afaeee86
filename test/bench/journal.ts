import { randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { hostname } from 'node:os';
import path from 'node:path';
import type { ChangeCompleted, ChangeStarted } from '../../src/core/history/changeRecord';
import { bundleInto } from './bundle';
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
 */
export const journal: Measurement = {
  name: 'journal',
  async measure({ dir, signal }) {
    const bundle = await bundleInto(dir, 'shippedJournal');
    const { ChangeJournal, FileLock, JOURNAL_SIZE } = createRequire(bundle)(bundle) as typeof ShippedJournal;
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
    ];
  },
};

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
    lines = ['\n[{"type":"carriedOver"}]\n'];
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
