import fc from 'fast-check';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { formatHistory, HISTORY_FORMATS } from '../../../src/core/history/historyExport';
import { searchChanges } from '../../../src/core/history/historySearch';
import { FAILURE_KINDS } from '../../../src/core/failures/apiFailure';
import { changesToUndo } from '../../../src/core/history/undo';
import { toSearchResultMessage } from '../../../src/editor/webview/changeHistoryRows';
import { hostileJson, hostileText } from '../../support/hostileText';
import { aRemap, all, journalIn, noteDone, told } from '../core/history/journals';
import { skillsNamed } from '../../support/builders';

let folder: string;
beforeEach(async () => {
  folder = path.join(await mkdtemp(path.join(tmpdir(), 'journal-')), 'journal');
  await mkdir(folder);
});
afterEach(() => rm(path.join(folder, '..'), { recursive: true, maxRetries: 5 }));

const FILE = 'changes-00000001.jsonl';

const anyNumber = fc.oneof(
  fc.constantFrom(0, 1, 1_700_000_000_000, -0, -1, 1e308, -1e308, 8.64e15 + 1, 0.5),
  fc.integer(),
  fc.double(),
);
const mapping = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('mapped'), skillId: hostileText }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('notMapped') }) },
  hostileJson,
);
const writer = fc.record({
  host: hostileText,
  pid: fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 1 }) }, anyNumber),
  id: hostileText,
});

/** Few values, so that records belong together; one name is in no record. */
const id = fc.oneof({ weight: 3, arbitrary: fc.constantFrom('a', 'b', '__proto__') }, hostileText);

/** Records as a window writes them except for their values: any text, any number, and almost valid. */
const started = fc.record({
  type: fc.constant('started'),
  writer,
  change: fc.record(
    {
      id,
      operationId: id,
      revertsChangeId: id,
      startedAtMs: anyNumber,
      serviceProviderId: hostileText,
      name: hostileText,
      account: hostileText,
      endpoint: hostileText,
      operation: fc.constantFrom('create', 'update', 'delete'),
      before: mapping,
      target: mapping,
    },
    { requiredKeys: ['id', 'operationId', 'startedAtMs', 'serviceProviderId', 'endpoint', 'operation', 'target'] },
  ),
});
const completed = fc.record({
  type: fc.constant('completed'),
  writer,
  serviceProviderId: hostileText,
  closing: fc.record(
    {
      id,
      completedAtMs: anyNumber,
      result: fc.constantFrom('succeeded', 'succeeded', 'succeeded', 'failed', 'notSent', 'unconfirmed'),
      actual: mapping,
      failure: fc.constantFrom(...FAILURE_KINDS),
      status: anyNumber,
      requestId: hostileText,
      recovered: fc.constant(true),
    },
    { requiredKeys: ['id', 'completedAtMs', 'result'] },
  ),
});
const records = fc.oneof(
  fc.array(fc.oneof(started, completed, fc.constant({ type: 'checkpoint' })), { maxLength: 3 }),
  // A change and its outcome.
  fc.tuple(started, completed).map(([one, end]) => [one, { ...end, closing: { ...end.closing, id: one.change.id } }]),
);

/** Lines that someone else has written into the journal file. */
const line = fc.oneof(
  { weight: 4, arbitrary: records.map((each) => Buffer.from(JSON.stringify(each))) },
  hostileJson.map((json) => Buffer.from(JSON.stringify(json))),
  hostileText.map((text) => Buffer.from(text.replaceAll('\n', ''))),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes.filter((byte) => byte !== 0x0a))),
  fc.constant(Buffer.from('[{"type":"opened","change":{"id":"')),
);

/** Adds them; the last line has no line break. */
async function addLines(lines: readonly Buffer[]): Promise<void> {
  const bytes = Buffer.concat(lines.flatMap((each) => [Buffer.from('\n'), each]));
  await appendFile(path.join(folder, FILE), bytes);
}

/** All output from the history, which must be sanitized text. */
async function showAll(text: string): Promise<void> {
  const journal = journalIn(folder);
  for (const words of ['', text]) {
    await searchChanges(journal.searchable(), words, skillsNamed(), 50, new AbortController().signal, (found) => {
      for (const each of textsIn(
        toSearchResultMessage(found, words, 'en', skillsNamed()).operations.map(({ id: _, ...shown }) => shown),
      )) {
        expect(each).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200b\u202a-\u202e\u2066-\u2069]/u);
        expect(each.length).toBeLessThan(3_000);
      }
    });
  }
  for (const format of HISTORY_FORMATS) {
    let written = '';
    for await (const piece of formatHistory(journal.newestFirst(), format, skillsNamed())) written += piece;
    if (format === 'json') expect(JSON.parse(written)).toHaveLength((await all(journal)).length);
  }
  await changesToUndo(journal.newestFirst(), () => 'https://api.example.com');
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

it('keeps its own entries among foreign lines, and ignores those', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { maxLength: 5 }),
      fc.array(line, { maxLength: 5 }),
      hostileText,
      async (...given) => {
        const [before, between, words] = given;
        await rm(folder, { recursive: true });
        await mkdir(folder);
        await addLines(before);
        const journal = journalIn(folder);
        await noteDone(journal, 'first');
        const open = await journal.begin(aRemap('second'));
        await addLines(between);
        const own = async () => (await told(journalIn(folder))).filter((each) => /^(?:first|second) /.test(each));
        expect(await own()).toEqual(['second open', 'first succeeded']);
        await journalIn(folder).orphaned();
        await journal.complete(open, { result: 'succeeded' });
        expect(await own()).toEqual(['second succeeded', 'first succeeded']);
        await showAll(words);
      },
    ),
    { numRuns: 250 },
  );
});

it('completes open changes of others, whatever they are, once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 6 }), async (lines) => {
      await rm(folder, { recursive: true });
      await mkdir(folder);
      await addLines(lines);
      const settled: string[] = [];
      await journalIn(folder).recover((change) => {
        settled.push(change.id);
        return Promise.resolve({ result: 'failed' });
      });
      expect(settled).toEqual([...new Set(settled)]);
      expect((await journalIn(folder).orphaned()).map(({ id }) => id)).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

it('tolerates a line of megabytes, and a binary file', async () => {
  const journal = journalIn(folder);
  await noteDone(journal, 'first');
  const bytes = await readFile(path.join(folder, FILE));
  await addLines([Buffer.from('['.repeat(4_000_000)), Buffer.alloc(4_000_000, 0xff), Buffer.alloc(100_000)]);
  await noteDone(journal, 'second');
  expect(await told(journalIn(folder))).toEqual(['second succeeded', 'first succeeded']);
  await writeFile(path.join(folder, 'changes-00000000.jsonl'), bytes);
  await writeFile(path.join(folder, 'changes-99999999.jsonl.bak'), bytes);
  await noteDone(journalIn(folder), 'third');
  expect((await told(journalIn(folder))).filter((each) => !each.startsWith('first'))).toEqual([
    'third succeeded',
    'second succeeded',
  ]);
  expect((await readdir(folder)).length).toBeGreaterThan(2);
});
