import { constants } from 'node:fs';
import type * as fs from 'node:fs/promises';
import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { JournalError } from '../../../../src/core/history/journalError';
import { A_FILE_A_NOTE, aRemap, journalFiles, journalIn, noteDone, told } from './journals';

vi.mock('node:fs/promises', async (importActual) => {
  const actual = await importActual<typeof fs>();
  return { ...actual, open: vi.fn(actual.open) };
});
const reallyOpen = vi.mocked(open).getMockImplementation() ?? open;

const has = (flags: string | number | undefined, flag: number) => (Number(flags) & flag) !== 0;
/** Opens files only if they are new. */
const isCreated = (flags: string | number | undefined) => has(flags, constants.O_EXCL);
const isAppended = (flags: string | number | undefined) => has(flags, constants.O_APPEND) && !isCreated(flags);

let folder: string;
beforeEach(async () => {
  folder = path.join(await mkdtemp(path.join(tmpdir(), 'journal-')), 'journal');
});
afterEach(async () => {
  vi.mocked(open).mockImplementation(reallyOpen);
  await rm(path.join(folder, '..'), { recursive: true, maxRetries: 5 });
});

async function failed(noting: Promise<unknown>): Promise<string> {
  const error: unknown = await noting.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof JournalError)) throw new Error('expected a JournalFailed', { cause: error });
  return error.message;
}

/** Accepts only so many bytes per write to each file. */
function takeOnly(share: number): void {
  vi.mocked(open).mockImplementation(async (file, flags, mode) => {
    const started = await reallyOpen(file, flags, mode);
    const write = started.write.bind(started) as (bytes: Buffer) => ReturnType<typeof started.write>;
    started.write = ((bytes: Buffer) => write(bytes.subarray(0, bytes.length * share))) as typeof started.write;
    return started;
  });
}

describe('a recorded change', () => {
  it('counts only once the system has written it to the disk', async () => {
    const done: string[] = [];
    vi.mocked(open).mockImplementationOnce(async (file, flags, mode) => {
      const started = await reallyOpen(file, flags, mode);
      const datasync = started.datasync.bind(started);
      started.datasync = async () => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        await datasync();
        done.push('on the disk');
      };
      return started;
    });
    await journalIn(folder).begin(aRemap('a'));
    done.push('noted');
    expect(done).toEqual(['on the disk', 'noted']);
  });
});

describe('a change that cannot be recorded', () => {
  it('because the folder name is taken is rejected, until it is free', async () => {
    const journal = journalIn(folder);
    await writeFile(folder, 'a file in its place');
    expect(await failed(journal.begin(aRemap('a')))).toMatch(
      /^The change history could not be written \((?:ENOTDIR|EEXIST)\)\. There is a file in place of the folder .+journal\. Move the file away, then try again\.$/,
    );
    await rm(folder);
    await noteDone(journal, 'b');
    expect(await told(journal)).toEqual(['b succeeded']);
  });

  it.skipIf(process.platform !== 'linux')('because the disk is full is refused, with all that go with it', async () => {
    const journal = journalIn(folder);
    vi.mocked(open).mockImplementation((_file, _flags, mode) => reallyOpen('/dev/full', 'a', mode));
    for (const message of await Promise.all(['a', 'b', 'c'].map((id) => failed(journal.begin(aRemap(id)))))) {
      expect(message).toBe('The change history could not be written (ENOSPC). Free up disk space, then try again.');
    }
    vi.mocked(open).mockImplementation(reallyOpen);
    await noteDone(journal, 'd');
    expect(await told(journal)).toEqual(['d succeeded']);
  });

  it.each([0, 0.1, 0.5, 0.9])(
    'because the disk accepts %s of the bytes is rejected, and none of a group counts',
    async (share) => {
      const journal = journalIn(folder);
      await noteDone(journal, 'a');
      takeOnly(share);
      const noted = Array.from({ length: 9 }, (_, index) => failed(journal.begin(aRemap(`refused ${index}`))));
      expect(new Set(await Promise.all(noted))).toEqual(new Set([expect.stringContaining('(ENOSPC)')]));
      vi.mocked(open).mockImplementation(reallyOpen);
      expect(await told(journal)).toEqual(['a succeeded']);
      await noteDone(journal, 'b');
      expect(await told(journal)).toEqual(['b succeeded', 'a succeeded']);
    },
  );

  it('is rejected alone: later ones are tried separately', async () => {
    const journal = journalIn(folder);
    vi.mocked(open).mockRejectedValueOnce(Object.assign(new Error('no handles'), { code: 'EMFILE' }));
    const noted = await Promise.allSettled(['a', 'b', 'c'].map((id) => journal.begin(aRemap(id))));
    expect(noted.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(await told(journal)).toEqual(['c open', 'b open']);
  });
});

describe('a journal that cannot be read', () => {
  it.each([
    ['its folder', async () => writeFile(folder, 'a file in its place')],
    ['a file of it', async () => mkdir(path.join(folder, 'changes-00000001.jsonl'), { recursive: true })],
  ])('because of %s rejects all reads', async (_what, breakIt) => {
    await breakIt();
    const journal = journalIn(folder);
    const asked = [journal.newestFirst().next(), journal.orphaned(), journal.recover(() => Promise.resolve(undefined))];
    for (const message of await Promise.all(asked.map(failed))) {
      expect(message).toMatch(
        /^The change history could not be read \(E\w+\)\. (?:Check|There is a file in place of) .+journal.+ then try again\.$/,
      );
    }
  });
});

describe('a change whose outcome cannot be recorded', () => {
  it('remains open, for this window to retry and for a later start', async () => {
    const journal = journalIn(folder);
    const id = await journal.begin(aRemap('a'));
    takeOnly(0.5);
    await failed(journal.complete(id, { result: 'succeeded' }));
    vi.mocked(open).mockImplementation(reallyOpen);
    expect(await journalIn(folder).orphaned()).toMatchObject([{ id }]);
    await journal.complete(id, { result: 'succeeded' });
    expect(await told(journal)).toEqual(['a succeeded']);
    journal.dispose();
  });

  it('is completed with the next entry that can be written', async () => {
    const journal = journalIn(folder);
    const [first, second] = [await journal.begin(aRemap('a')), await journal.begin(aRemap('b'))];
    takeOnly(0.5);
    await Promise.all([first, second].map((id) => failed(journal.complete(id, { result: 'succeeded' }))));
    await failed(journal.begin(aRemap('c')));
    vi.mocked(open).mockImplementation(reallyOpen);
    await journal.begin(aRemap('d'));
    // Written after them.
    await journal.begin(aRemap('e'));
    expect(await told(journal)).toEqual(['e open', 'd open', 'b succeeded', 'a succeeded']);
    journal.dispose();
  });

  it('is completed without another entry, after growing delays', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const journal = journalIn(folder);
      const id = await journal.begin(aRemap('a'));
      let tries = 0;
      vi.mocked(open).mockImplementation(() => {
        tries++;
        return Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }));
      });
      await failed(journal.complete(id, { result: 'unconfirmed' }));
      for (const pauseMs of [1_000, 5_000, 15_000, 60_000, 60_000]) {
        const before = tries;
        await vi.advanceTimersByTimeAsync(pauseMs - 1);
        expect(tries).toBe(before);
        await vi.advanceTimersByTimeAsync(1);
        await vi.waitFor(() => {
          expect(tries).toBe(before + 1);
          expect(vi.getTimerCount()).toBe(1);
        });
      }
      // The latest known outcome is written.
      await failed(journal.complete(id, { result: 'succeeded' }));
      vi.mocked(open).mockImplementation(reallyOpen);
      await vi.advanceTimersByTimeAsync(60_000);
      await vi.waitFor(async () => {
        expect(await told(journal)).toEqual(['a succeeded']);
      });
      expect(vi.getTimerCount()).toBe(0);

      const next = await journal.begin(aRemap('b'));
      vi.mocked(open).mockRejectedValueOnce(Object.assign(new Error('full'), { code: 'ENOSPC' }));
      await failed(journal.complete(next, { result: 'succeeded' }));
      await vi.advanceTimersByTimeAsync(1_000);
      await vi.waitFor(
        async () => {
          expect(await told(journal)).toEqual(['b succeeded', 'a succeeded']);
        },
        { timeout: 500 },
      );
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('a file that cannot be followed by another', () => {
  it('grows until it can be, and what was written to it counts', async () => {
    const journal = journalIn(folder, A_FILE_A_NOTE);
    vi.mocked(open).mockImplementation((file, flags, mode) =>
      isCreated(flags) ? Promise.reject(new Error('no more files')) : reallyOpen(file, flags, mode),
    );
    await noteDone(journal, 'a');
    await noteDone(journal, 'b');
    expect(await journalFiles(folder)).toHaveLength(1);
    vi.mocked(open).mockImplementation(reallyOpen);
    await noteDone(journal, 'c');
    await expect.poll(() => journalFiles(folder)).toHaveLength(3);
    expect(await told(journal)).toEqual(['c succeeded', 'b succeeded', 'a succeeded']);
  });

  it('because the disk is full loses none of its open changes', async () => {
    const journal = journalIn(folder, A_FILE_A_NOTE);
    const id = await journal.begin(aRemap('a'));
    await expect.poll(() => journalFiles(folder)).toHaveLength(2);
    let created: unknown;
    vi.mocked(open).mockImplementation(async (file, flags, mode) => {
      const started = await reallyOpen(file, flags, mode);
      const isCarrying = created === file;
      if (isCreated(flags)) created ??= file;
      if (isCarrying) {
        created = 'no other file';
        started.write = () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }));
      }
      return started;
    });
    for (const other of ['b', 'c', 'd']) {
      await noteDone(journal, other);
      expect(await journalIn(folder).orphaned()).toMatchObject([{ id }]);
    }
    expect(created).toBe('no other file');
    expect(await told(journal)).toEqual(['d succeeded', 'c succeeded', 'b succeeded', 'a open']);
  });
});

describe('a window that is slow to write', () => {
  it('leaves its entries where the next start finds them, while others start new files', async () => {
    const quick = journalIn(folder, A_FILE_A_NOTE);
    const slow = journalIn(folder, A_FILE_A_NOTE);
    const isSlowIn = async (noting: () => Promise<unknown>) => {
      let isFirst = true;
      vi.mocked(open).mockImplementation(async (file, flags, mode) => {
        if (isAppended(flags) && isFirst) {
          isFirst = false;
          for (const id of ['b', 'c', 'd']) await noteDone(quick, id);
        }
        return reallyOpen(file, flags, mode);
      });
      await noting();
      expect(isFirst).toBe(false);
      vi.mocked(open).mockImplementation(reallyOpen);
    };
    await noteDone(quick, 'a');
    let id = '';
    await isSlowIn(async () => {
      id = await slow.begin(aRemap('slow'));
    });
    expect(await journalIn(folder).orphaned()).toMatchObject([{ id }]);
    await isSlowIn(() => slow.complete(id, { result: 'succeeded' }));
    expect(await journalIn(folder).orphaned()).toEqual([]);
    expect((await told(journalIn(folder))).filter((each) => each.startsWith('slow'))).toEqual(['slow succeeded']);
  });
});
