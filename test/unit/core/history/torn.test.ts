import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ChangeJournal } from '../../../../src/core/history/changeJournal';
import { aRemap, journalFiles, journalIn, noteDone, told } from './journals';

let folder: string;
beforeEach(async () => {
  folder = path.join(await mkdtemp(path.join(tmpdir(), 'journal-')), 'journal');
});
afterEach(() => rm(path.join(folder, '..'), { recursive: true, maxRetries: 5 }));

/** The journal's contents after each of its lines. The name has characters of two and of four bytes. */
const TOLD_AFTER = [
  [],
  ['a open'],
  ['a failed'],
  // Writes that arrive during a write go out in one line.
  ['b open', 'a failed'],
  ['d open', 'c open', 'b open', 'a failed'],
  ['d open', 'c open', 'b succeeded', 'a failed'],
];

/** The journal's contents without the changes of the given line. */
const OF_THE_OTHERS = [
  ['d open', 'c open', 'b succeeded'],
  ['d open', 'c open', 'b succeeded'],
  ['d open', 'c open', 'a failed'],
  ['b succeeded', 'a failed'],
  ['d open', 'c open', 'a failed'],
];

async function writeFiveLines(journal: ChangeJournal): Promise<void> {
  const a = await journal.begin({ ...aRemap('a'), name: 'Hôtel 🏨' });
  await journal.complete(a, { result: 'failed', failure: 'serverError', status: 500 });
  const [b] = await Promise.all(['b', 'c', 'd'].map((id) => journal.begin(aRemap(id))));
  await journal.complete(b ?? '', { result: 'succeeded' });
}

/** Where each line of a file ends, without its line break. */
function endsOf(bytes: Buffer): number[] {
  return [...bytes.entries()]
    .filter(([at, byte]) => byte === 0x0a && bytes[at - 1] !== 0x0a && at > 0)
    .map(([at]) => at);
}

async function file(): Promise<string> {
  const names = await journalFiles(folder);
  expect(names).toEqual(['changes-00000001.jsonl']);
  return path.join(folder, 'changes-00000001.jsonl');
}

it('keeps all whole lines wherever it is torn, and accepts new ones after that', async () => {
  await writeFiveLines(journalIn(folder));
  const bytes = await readFile(await file());
  const ends = endsOf(bytes);
  expect(ends).toHaveLength(TOLD_AFTER.length - 1);
  for (let length = 0; length <= bytes.length; length++) {
    await writeFile(await file(), bytes.subarray(0, length));
    const journal = journalIn(folder);
    const kept = TOLD_AFTER[ends.filter((end) => end <= length).length] ?? [];
    expect(await told(journal), `torn at ${length}`).toEqual(kept);
    await noteDone(journal, 'next');
    expect(await told(journal), `torn at ${length}, then written to`).toEqual(['next succeeded', ...kept]);
  }
});

it('loses at most one line to a corrupt byte', async () => {
  await writeFiveLines(journalIn(folder));
  const bytes = await readFile(await file());
  const ends = endsOf(bytes);
  for (let at = 0; at < bytes.length; at++) {
    const spoilt = Buffer.from(bytes);
    spoilt[at] = 0xff;
    await writeFile(await file(), spoilt);
    const others = OF_THE_OTHERS[ends.findIndex((end) => at <= end)] ?? [];
    const kept = (await told(journalIn(folder))).filter((each) => others.includes(each));
    expect(kept, `spoilt at ${at}`).toEqual(others);
  }
});
