import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FAILURE_KINDS } from '../../../src/core/failure';
import { mappedTo, notMapped, OTHER_SKILL, SKILL } from '../../support/builders';
import {
  A_FILE_A_NOTE,
  all,
  aRemap,
  endedProcess,
  journalFiles,
  journalIn,
  lines,
  noteDone,
  openedRecord,
  told,
  writeLines,
} from './journals';

const MINUTE = 60_000;
let folder: string;
beforeEach(async () => {
  folder = path.join(await mkdtemp(path.join(tmpdir(), 'journal-')), 'journal');
});
afterEach(() => rm(path.join(folder, '..'), { recursive: true, maxRetries: 5 }));

describe('a change', () => {
  it('is read as it was noted, before and after its end', async () => {
    const journal = journalIn(folder);
    const began = Date.now();
    const change = {
      ...aRemap('a'),
      undoes: 'another change',
      name: 'Grand\nMeridian\u2028 "Café" 🏨',
      account: 'default',
      operation: 'delete' as const,
      wished: notMapped,
    };
    const id = await journal.open(change);
    const [open, ...others] = await all(journalIn(folder));
    expect(others).toEqual([]);
    expect(open).toEqual({ ...change, id, openedAtMs: open?.openedAtMs });
    const closing = {
      result: 'failed' as const,
      holds: mappedTo(SKILL),
      failure: FAILURE_KINDS[0],
      status: 500,
      requestId: 'request\n1',
    };
    await journal.close(id, closing);
    const [ended] = await all(journalIn(folder));
    expect(ended).toEqual({ ...open, closed: { ...closing, id, closedAtMs: ended?.closed?.closedAtMs } });
    const times = [began, open?.openedAtMs, ended?.closed?.closedAtMs, Date.now()];
    expect(times.toSorted()).toEqual(times);
  });

  it('is noted with nothing but what is known of a change', async () => {
    const journal = journalIn(folder);
    const before = { ...mappedTo(SKILL), accessToken: 'a secret' };
    const id = await journal.open({ ...aRemap('a'), before, ...{ accessToken: 'a secret' } });
    await journal.close(id, { result: 'done', ...{ accessToken: 'a secret', holds: before } });
    const text = await readFile(path.join(folder, 'changes-00000001.jsonl'), 'utf8');
    expect(text).toContain(SKILL);
    expect(text).not.toMatch(/accessToken|secret/);
  });

  it('that could not be read again is refused, and none of those that come with it', async () => {
    const journal = journalIn(folder);
    const wrong = { ...aRemap('wrong'), operation: 'get' as 'update' };
    const noted = await Promise.allSettled(
      [aRemap('a'), aRemap('b'), wrong, aRemap('c')].map((each) => journal.open(each)),
    );
    expect(noted.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(await told(journal)).toEqual(['c open', 'b open', 'a open']);
  });

  it.each(['nobody’s', 'ended'])('that is %s cannot be ended', async (whose) => {
    const journal = journalIn(folder);
    const id = whose === 'ended' ? await noteDone(journal, 'a') : await journalIn(folder).open(aRemap('a'));
    const before = await lines(folder);
    await expect(journal.close(id, { result: 'failed' })).rejects.toThrow('not a change of this window');
    expect(await lines(folder)).toEqual(before);
  });

  it.skipIf(process.platform === 'win32')('is nothing that other users of the computer could read', async () => {
    await noteDone(journalIn(folder, { ...A_FILE_A_NOTE }), 'a');
    for (const name of await journalFiles(folder)) {
      expect((await stat(path.join(folder, name))).mode & 0o777, name).toBe(0o600);
    }
  });
});

describe('the history', () => {
  it('is empty, and nothing is created, where nothing was noted', async () => {
    expect(await all(journalIn(folder))).toEqual([]);
    expect(await journalIn(folder).abandoned()).toEqual([]);
    await expect(stat(folder)).rejects.toThrow('ENOENT');
  });

  it.each([
    ['in one file', undefined],
    ['in a file for each note', A_FILE_A_NOTE],
  ])('has the newest first, each once, with its end wherever that stands, %s', async (_where, size) => {
    const journal = journalIn(folder, size);
    const long = await journal.open(aRemap('long'));
    for (const id of ['a', 'b', 'c']) await noteDone(journal, id);
    await journal.open(aRemap('open'));
    await journal.close(long, { result: 'inDoubt' });
    await noteDone(journal, 'd');
    expect(await told(journal)).toEqual(['d done', 'open open', 'c done', 'b done', 'a done', 'long inDoubt']);
    await expect.poll(() => journalFiles(folder)).toHaveLength(size ? 12 : 1);
  });

  it('is read file by file, as it is asked for', async () => {
    const journal = journalIn(folder, A_FILE_A_NOTE);
    for (const id of ['a', 'b', 'c']) await noteDone(journal, id);
    const history = journal.newestFirst();
    expect((await history.next()).value).toMatchObject({ serviceProviderId: 'c' });
    // Of the seven files, that took the closing and the opening of the newest change, and the empty one that is to follow.
    for (const number of [1, 2, 3, 4]) await rm(path.join(folder, `changes-0000000${number}.jsonl`));
    expect((await history.next()).done).toBe(true);
  });

  it('leaves out what is not of the journal, or of another version of it', async () => {
    const journal = journalIn(folder);
    const known = openedRecord('known');
    const newer = {
      ...known,
      colour: 'red',
      change: { ...known.change, id: 'newer', serviceProviderId: 'newer', age: 1 },
    };
    const odd = [
      { ...known, type: 'paused' },
      { ...known, writer: { ...known.writer, pid: 0 } },
      { ...known, change: { ...known.change, openedAtMs: '1' } },
      { ...known, change: { ...known.change, operation: 'replace' } },
      { ...known, change: { ...known.change, wished: { type: 'mapped' } } },
      null,
      7,
      [known],
    ];
    await noteDone(journal, 'a');
    const text = [[known], ...odd.map((each) => [each]), [...odd, newer], known, 'text', null, { known }]
      .map((line) => JSON.stringify(line))
      .join('\n');
    await writeFile(path.join(folder, 'changes-00000002.jsonl'), `${text}\n\u0000\n[\n`);
    await writeFile(path.join(folder, 'changes-00000003.jsonl'), '');
    for (const name of ['changes-3.jsonl', 'changes-00000004.json', 'CHANGES', 'changes-00000005.jsonl.new', '.x']) {
      await writeFile(path.join(folder, name), JSON.stringify([openedRecord('foreign')]));
    }
    await noteDone(journal, 'b');
    expect(await told(journal)).toEqual(['b done', 'newer open', 'known open', 'a done']);
  });
});

describe('a file that has grown to its size', () => {
  it('is followed by another, and the oldest above the number is removed', async () => {
    const journal = journalIn(folder, { fileBytes: 1, files: 3 });
    for (const id of ['a', 'b', 'c']) await noteDone(journal, id);
    await expect
      .poll(() => journalFiles(folder))
      .toEqual(['changes-00000005.jsonl', 'changes-00000006.jsonl', 'changes-00000007.jsonl']);
    expect(await told(journal)).toEqual(['c done']);
  });

  it('leaves to the next one the changes that are open', async () => {
    const gone = openedRecord('gone', { pid: await endedProcess() });
    const journal = journalIn(folder, { fileBytes: 1, files: 3 });
    const open = await journal.open(aRemap('own'));
    await writeLines(folder, 2, [[gone]]);
    for (const id of ['a', 'b', 'c', 'd']) await noteDone(journal, id);
    const abandoned = await journalIn(folder).abandoned();
    expect(abandoned).toHaveLength(2);
    expect(abandoned).toEqual(expect.arrayContaining([expect.objectContaining({ id: open }), gone.change]));
    await journal.close(open, { result: 'done' });
    expect(await journalIn(folder).abandoned()).toEqual([gone.change]);
    // The file with the original is gone by now, and a copy of an old change is no news.
    expect(await told(journal)).toEqual(['d done']);
  });
});

describe('an open change', () => {
  const hour = 60 * MINUTE;
  it.each<[string, boolean, () => Promise<Parameters<typeof openedRecord>[1]>]>([
    ['of a process that lives', false, () => Promise.resolve({})],
    ['of a process that has ended', true, async () => ({ pid: await endedProcess() })],
    ['of an earlier process with the id of this one', true, () => Promise.resolve({ pid: process.pid })],
    ['of another computer', false, async () => ({ host: 'another', pid: await endedProcess() })],
    [
      'of another computer, a process of the same id',
      false,
      () => Promise.resolve({ host: 'another', pid: process.pid }),
    ],
    ['of nine minutes ago', false, () => Promise.resolve({ openedAtMs: Date.now() - 9 * MINUTE })],
    ['of eleven minutes ago', true, () => Promise.resolve({ openedAtMs: Date.now() - 11 * MINUTE })],
    ['of another computer, of an hour ago', true, () => Promise.resolve({ host: 'a', openedAtMs: Date.now() - hour })],
    ['of a clock that was set back', true, () => Promise.resolve({ openedAtMs: Date.now() + 11 * MINUTE })],
    ['that was carried over', true, async () => ({ pid: await endedProcess(), carried: true })],
  ])('%s: abandoned is %s', async (_whose, isAbandoned, some) => {
    const record = openedRecord('a', await some());
    const journal = journalIn(folder);
    await noteDone(journal, 'b');
    await writeLines(folder, 2, [[record]]);
    expect(await journal.abandoned()).toEqual(isAbandoned ? [record.change] : []);
  });

  it('of this window is never abandoned', async () => {
    const journal = journalIn(folder);
    await journal.open(aRemap('a'));
    expect(await journal.abandoned()).toEqual([]);
    expect(await journalIn(folder).abandoned()).toMatchObject([{ serviceProviderId: 'a' }]);
  });

  it('is ended once by all windows that start at the same time, unless nobody finds out how it ended', async () => {
    const pid = await endedProcess();
    await noteDone(journalIn(folder), 'z');
    await writeLines(folder, 2, [['a', 'b', 'c', 'd'].map((id) => openedRecord(id, { pid }))]);
    const asked: string[] = [];
    const settle = async ({ serviceProviderId }: { serviceProviderId: string }) => {
      asked.push(serviceProviderId);
      await new Promise((resolve) => setImmediate(resolve));
      return serviceProviderId === 'c' ? undefined : { result: 'failed' as const, holds: mappedTo(SKILL) };
    };
    await Promise.all([1, 2, 3].map(() => journalIn(folder).recover(settle)));
    expect(asked).toEqual(['a', 'b', 'c', 'd', 'c', 'c']);
    expect(await told(journalIn(folder))).toEqual(['d failed', 'c open', 'b failed', 'a failed', 'z done']);
    expect((await all(journalIn(folder)))[0]?.closed).toMatchObject({ holds: mappedTo(SKILL), recovered: true });
    expect(await journalIn(folder).abandoned()).toMatchObject([{ serviceProviderId: 'c' }]);
  });

  it.each(['before', 'after'])(
    'that its window ends %s another one found out ended as its window says',
    async (when) => {
      for (const size of [undefined, A_FILE_A_NOTE]) {
        const own = journalIn(folder, size);
        const id = await own.open(aRemap('a'));
        const end = () => own.close(id, { result: 'done', holds: mappedTo(OTHER_SKILL) });
        await journalIn(folder, size).recover(async () => {
          if (when === 'before') await end();
          return { result: 'failed' };
        });
        if (when === 'after') await end();
        const [change] = await all(journalIn(folder));
        expect(change?.closed).toEqual({
          id,
          closedAtMs: change?.closed?.closedAtMs,
          result: 'done',
          holds: mappedTo(OTHER_SKILL),
        });
        expect(await journalIn(folder).abandoned()).toEqual([]);
      }
    },
  );
});
