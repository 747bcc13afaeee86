import { EventEmitter, once } from 'node:events';
import * as fs from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ChangeJournal } from '../../../../src/core/history/changeJournal';
import type { JournalSize } from '../../../../src/core/history/journalFiles';
import { A_FILE_A_NOTE, aRemap, journalIn, noteDone } from './journals';

vi.mock('node:fs', async (importActual) => {
  const actual = await importActual<typeof fs>();
  return { ...actual, watch: vi.fn(actual.watch) };
});

let folder: string;
const watching: ChangeJournal[] = [];
beforeEach(async () => {
  folder = path.join(await mkdtemp(path.join(tmpdir(), 'journal-')), 'journal');
});
afterEach(async () => {
  for (const each of watching.splice(0)) each.dispose();
  await rm(path.join(folder, '..'), { recursive: true, maxRetries: 5 });
});

/** A watching window, and the providers it was notified of. */
async function listening(size?: JournalSize) {
  const journal = journalIn(folder, size);
  const heard: string[] = [];
  journal.events.on('changedInOtherWindow', (ids) => heard.push(...ids));
  watching.push(journal);
  await journal.watch();
  return { journal, heard };
}

/** Waits for the notification of this change, and so of all written before it. */
async function hears(heard: readonly string[], last: string): Promise<void> {
  await vi.waitUntil(() => heard.includes(last), { timeout: 20_000 });
}

describe('a watching window', () => {
  it.each([
    ['in one file', undefined],
    ['in a file for each entry', A_FILE_A_NOTE],
  ])('is notified of changes that others complete, unless they were not sent, %s', async (_where, size) => {
    await noteDone(journalIn(folder, size), 'earlier');
    const { journal, heard } = await listening(size);
    const other = journalIn(folder, size);
    await other.begin(aRemap('open'));
    await noteDone(journal, 'own');
    await other.complete(await other.begin(aRemap('not sent')), { result: 'notSent' });
    for (const result of ['succeeded', 'failed', 'unconfirmed'] as const) {
      await other.complete(await other.begin(aRemap(result)), { result });
    }
    await noteDone(other, 'last');
    await hears(heard, 'last');
    await noteDone(journalIn(folder, size), 'a third window');
    await hears(heard, 'a third window');
    // When a new file was started, the same change may be notified twice.
    expect(size ? [...new Set(heard)] : heard).toEqual([
      'succeeded',
      'failed',
      'unconfirmed',
      'last',
      'a third window',
    ]);
  });

  it('is notified of changes that another window completes for a closed one', async () => {
    const gone = journalIn(folder);
    await gone.begin(aRemap('left open'));
    const { heard } = await listening();
    await journalIn(folder).recover(() => Promise.resolve({ result: 'failed' }));
    await hears(heard, 'left open');
  });

  it('is notified of its own entries too, for the history', async () => {
    const { journal, heard } = await listening();
    const changed = once(journal.events, 'changed');
    await journal.begin(aRemap('own'));
    await changed;
    expect(heard).toEqual([]);
  });

  it('is not notified after dispose, even during its start', async () => {
    vi.mocked(fs.watch).mockClear();
    const { journal: disposed, heard } = await listening();
    disposed.dispose();
    const journal = journalIn(folder);
    const early: string[] = [];
    journal.events.on('changedInOtherWindow', (ids) => early.push(...ids));
    const began = journal.watch();
    journal.dispose();
    await began;
    const { heard: last } = await listening();
    await noteDone(journalIn(folder), 'a');
    await hears(last, 'a');
    expect([heard, early]).toEqual([[], []]);
    expect(vi.mocked(fs.watch)).toHaveBeenCalledTimes(2);
  });

  it('starts at the end of a journal, of which it reads nothing', async () => {
    await mkdir(folder);
    // As left by a crash.
    await writeFile(path.join(folder, 'changes-00000007.jsonl'), '\n'.repeat(1_000_000) + '[{"type":"clo');
    const { heard } = await listening();
    await noteDone(journalIn(folder), 'a');
    await hears(heard, 'a');
    expect(heard).toEqual(['a']);
  });
});

describe('a folder that cannot be watched', () => {
  it('because its name is taken causes no notification', async () => {
    await writeFile(folder, 'a file in its place');
    const { heard } = await listening();
    await rm(folder);
    await noteDone(journalIn(folder), 'a');
    expect(heard).toEqual([]);
  });

  it.each(['throws', 'fails later'])('because the system %s causes no notification', async (how) => {
    const watcher = Object.assign(new EventEmitter(), { close: vi.fn() });
    vi.mocked(fs.watch).mockImplementationOnce(() => {
      if (how === 'throws') throw new Error('ENOSPC: system limit for number of file watchers reached');
      return watcher as unknown as fs.FSWatcher;
    });
    const { journal, heard } = await listening();
    if (how !== 'throws') {
      watcher.emit('error', new Error('EPERM'));
      expect(watcher.close).toHaveBeenCalledOnce();
    }
    await noteDone(journalIn(folder), 'a');
    await noteDone(journal, 'own');
    expect(heard).toEqual([]);
  });
});
