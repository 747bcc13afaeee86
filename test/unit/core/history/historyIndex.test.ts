import { appendFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ChangeResult } from '../../../../src/core/history/changeRecord';
import { JournalError } from '../../../../src/core/history/journalError';
import { JournalFiles } from '../../../../src/core/history/journalFiles';
import { HistoryIndex } from '../../../../src/core/history/historyIndex';
import {
  searchableText,
  type SearchableChange,
  type SearchableHistory,
  trackUndone,
} from '../../../../src/core/history/historySearch';
import {
  A_FILE_A_NOTE,
  all,
  aRemap,
  closedRecord,
  journalFiles,
  journalIn,
  noteDone,
  openedRecord,
  writeLines,
} from './journals';

let folder: string;

beforeEach(async () => {
  folder = path.join(await mkdtemp(path.join(tmpdir(), 'history-index-')), 'journal');
  await mkdir(folder);
});

afterEach(async () => {
  vi.restoreAllMocks();
  await rm(path.dirname(folder), { recursive: true, force: true, maxRetries: 5 });
});

async function found(history: SearchableHistory): Promise<SearchableChange[]> {
  const changes: SearchableChange[] = [];
  for await (const batch of history.newestFirst()) {
    changes.push(...batch.map(({ change, isUndone, text }) => ({ change, isUndone, text })));
  }
  return changes;
}

/** What a search must find, read from the files alone. */
async function recorded(): Promise<SearchableChange[]> {
  const wasUndone = trackUndone();
  return (await all(journalIn(folder))).map((change) => {
    const isUndone = wasUndone(change);
    return { change, isUndone, text: searchableText(change, isUndone, new Map()) };
  });
}

/** Waits for the windows to finish: they start and remove files after they have recorded a change. */
async function expectAll(history: SearchableHistory): Promise<void> {
  await vi.waitFor(async () => {
    expect(await found(history)).toEqual(await recorded());
  }, 10_000);
}

describe('the changes kept for searches', () => {
  it('are those of the files, whatever windows record between searches', async () => {
    const results: ChangeResult[] = ['succeeded', 'failed', 'notSent', 'unconfirmed'];
    const step = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ type: fc.constant('begin' as const), window: fc.nat(1), undo: fc.boolean() }),
      },
      {
        weight: 4,
        arbitrary: fc.record({
          type: fc.constant('complete' as const),
          which: fc.nat(),
          result: fc.constantFrom(...results),
        }),
      },
      { weight: 1, arbitrary: fc.record({ type: fc.constant('search' as const) }) },
      {
        weight: 1,
        arbitrary: fc.record({ type: fc.constant('leave' as const), after: fc.integer({ min: 1, max: 3 }) }),
      },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 25 }),
        fc.constantFrom(
          { fileBytes: 1, files: 1000 },
          { fileBytes: 2_000, files: 3 },
          { fileBytes: 1_000_000, files: 3 },
        ),
        async (steps, size) => {
          // Windows of the run before may still be writing.
          folder = await mkdtemp(path.join(path.dirname(folder), 'journal-'));
          const windows = [journalIn(folder, size), journalIn(folder, size)];
          const index = journalIn(folder, size).searchable();
          const begun: string[] = [];
          const open: { id: string; window: number; isUnconfirmed?: true }[] = [];
          for (const each of steps) {
            if (each.type === 'begin') {
              const reverts = each.undo ? begun.at(-1) : undefined;
              const change = { ...aRemap(`provider ${begun.length}`), ...(reverts && { revertsChangeId: reverts }) };
              const id = await windows[each.window]?.begin(change);
              if (id === undefined) throw new Error('expected a window');
              begun.push(id);
              open.push({ id, window: each.window });
            } else if (each.type === 'complete' && open.length > 0) {
              const [change] = open.splice(each.which % open.length, 1);
              if (!change) continue;
              await windows[change.window]?.complete(change.id, { result: each.result });
              if (each.result === 'unconfirmed' && !change.isUnconfirmed) open.push({ ...change, isUnconfirmed: true });
            } else if (each.type === 'search') await expectAll(index);
            else if (each.type === 'leave') {
              let left = each.after;
              for await (const { length } of index.newestFirst()) if (length > 0 && --left === 0) break;
            }
          }
          await expectAll(index);
          for (const window of windows) window.dispose();
        },
      ),
      { numRuns: 60 },
    );
  });

  it('are the same for searches that overlap', async () => {
    const journal = journalIn(folder, A_FILE_A_NOTE);
    for (let count = 0; count < 5; count++) await noteDone(journal, `provider ${count}`);
    const index = journal.searchable();
    const searches = Promise.all([found(index), found(index), found(index)]);
    await noteDone(journal, 'later');
    const expected = await recorded();
    for (const changes of await searches) expect(expected).toEqual(expect.arrayContaining(changes));
    await expectAll(index);
  });

  it('are read from the files once', async () => {
    const journal = journalIn(folder, A_FILE_A_NOTE);
    for (let count = 0; count < 4; count++) await noteDone(journal, `provider ${count}`);
    const index = new HistoryIndex(new JournalFiles(folder));
    await vi.waitFor(async () => {
      expect(await journalFiles(folder)).toHaveLength(9);
    }, 10_000);
    const read = vi.spyOn(JournalFiles.prototype, 'readFrom');
    await found(index);
    const files = read.mock.calls.length;
    expect(files).toBe(9);
    await found(index);
    // The newest file may have grown.
    expect(read.mock.calls.length).toBe(files + 1);
    const [newest, offset] = read.mock.calls.at(-1) ?? [];
    expect(newest).toBe(Math.max(...read.mock.calls.map(([number]) => number)));
    expect(offset).toBe(await new JournalFiles(folder).length(newest ?? 0));
  });

  it('include what a window has written to an older file, without noticing a newer one', async () => {
    await noteDone(journalIn(folder), 'first');
    await writeLines(folder, 2, [[openedRecord('second')]]);
    const index = journalIn(folder).searchable();
    await found(index);
    await appendFile(path.join(folder, 'changes-00000001.jsonl'), `\n${JSON.stringify([openedRecord('late')])}\n`);
    const changes = await found(index);
    expect(changes.map(({ change }) => change.serviceProviderId)).toEqual(['second', 'late', 'first']);
  });

  it('lack what was removed', async () => {
    const journal = journalIn(folder, { fileBytes: 1, files: 2 });
    await noteDone(journal, 'first');
    const index = journal.searchable();
    expect(await found(index)).toHaveLength(1);
    for (let count = 0; count < 4; count++) await noteDone(journal, `provider ${count}`);
    await expectAll(index);
    await rm(folder, { recursive: true });
    expect(await found(index)).toEqual([]);
  });

  it('have the outcome that says most, whichever file it is in', async () => {
    await writeLines(folder, 1, [
      [openedRecord('here')],
      [closedRecord('here', { result: 'succeeded', status: 1 })],
      [openedRecord('there'), closedRecord('there', { result: 'unconfirmed', status: 2 })],
    ]);
    await writeLines(folder, 2, [
      [closedRecord('here', { result: 'failed', recovered: true, status: 3 })],
      [closedRecord('there', { result: 'unconfirmed', status: 4 })],
    ]);
    const index = journalIn(folder).searchable();
    const statuses = async () => (await found(index)).map(({ change }) => change.completed?.status);
    expect(await statuses()).toEqual([4, 1]);
    await writeLines(folder, 3, [[closedRecord('there', { result: 'succeeded', recovered: true, status: 5 })]]);
    expect(await statuses()).toEqual([5, 1]);
    expect(await found(index)).toEqual(await recorded());
  });

  it('have the newest of outcomes that say equally much, and are undone by a change in a newer file', async () => {
    await writeLines(folder, 1, [
      [openedRecord('here'), closedRecord('here', { result: 'unconfirmed', status: 1 })],
      [closedRecord('here', { result: 'unconfirmed', status: 2 })],
    ]);
    const undo = openedRecord('undo');
    const { change } = { ...undo, change: { ...undo.change, revertsChangeId: openedRecord('here').change.id } };
    await writeLines(folder, 2, [[{ ...undo, change }], [closedRecord('undo', { result: 'succeeded' })]]);
    const changes = await found(journalIn(folder).searchable());
    expect(changes).toEqual(await recorded());
    expect(changes[1]).toMatchObject({ isUndone: true, change: { completed: { status: 2 } } });
  });

  it('are found by their new outcome', async () => {
    const journal = journalIn(folder);
    const id = await journal.begin(aRemap('first'));
    const index = journal.searchable();
    expect((await found(index))[0]?.text).toContain('in progress');
    await journal.complete(id, { result: 'failed', failure: 'throttled' });
    const [change] = await found(index);
    expect(change?.text).toContain('too many requests');
    expect(change?.text).not.toContain('in progress');
    const undo = await journal.begin({ ...aRemap('first'), revertsChangeId: id });
    await journal.complete(undo, { result: 'succeeded' });
    expect((await found(index))[1]?.text).toContain('undone later');
    journal.dispose();
  });

  it('end early for a search that a newer one has overtaken after files were removed', async () => {
    const journal = journalIn(folder, A_FILE_A_NOTE);
    for (let count = 0; count < 4; count++) await noteDone(journal, `provider ${count}`);
    const index = journal.searchable();
    await found(index);
    const overtaken = index.newestFirst()[Symbol.asyncIterator]();
    await overtaken.next();
    await rm(path.join(folder, 'changes-00000001.jsonl'));
    const expected = await recorded();
    expect(await found(index)).toEqual(expected);
    expect(await overtaken.next()).toEqual({ done: true, value: undefined });
    expect(await found(index)).toEqual(expected);
  });

  it('lack a file that is removed while it is about to be read', async () => {
    await writeLines(folder, 1, [[openedRecord('first')]]);
    await writeLines(folder, 2, [[openedRecord('second')]]);
    const index = journalIn(folder).searchable();
    const changes = index.newestFirst()[Symbol.asyncIterator]();
    expect((await changes.next()).value).toHaveLength(1);
    await rm(path.join(folder, 'changes-00000001.jsonl'));
    expect(await changes.next()).toEqual({ done: false, value: [] });
  });

  it('cannot be read when a file cannot be, and can be afterwards', async () => {
    const journal = journalIn(folder);
    await noteDone(journal, 'first');
    const index = journal.searchable();
    const read = vi.spyOn(JournalFiles.prototype, 'readFrom').mockRejectedValueOnce(new Error('broken disk'));
    await expect(found(index)).rejects.toThrow(JournalError);
    expect(read).toHaveBeenCalledOnce();
    expect(await found(index)).toEqual(await recorded());
  });
});
