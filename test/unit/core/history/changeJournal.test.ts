import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ChangeCompleted, ChangeRecord, NewChange } from '../../../../src/core/history/changeRecord';
import { FAILURE_KINDS } from '../../../../src/core/failures/apiFailure';
import type { ChangeJournal } from '../../../../src/core/history/changeJournal';
import type { JournalSize } from '../../../../src/core/history/journalFiles';
import type { JournalRecord } from '../../../../src/core/history/journalRecord';
import { mappedTo, notMapped, OTHER_SKILL, SKILL } from '../../../support/builders';
import {
  A_FILE_A_NOTE,
  all,
  aRemap,
  closedRecord,
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
  it('is read back as recorded, before and after its completion', async () => {
    const journal = journalIn(folder);
    const began = Date.now();
    const change = {
      ...aRemap('a'),
      selected: 500,
      revertsChangeId: 'another change',
      name: 'Grand\nMeridian\u2028 "Café" 🏨',
      account: 'default',
      operation: 'delete' as const,
      target: notMapped,
    };
    const id = await journal.begin(change);
    const [open, ...others] = await all(journalIn(folder));
    expect(others).toEqual([]);
    expect(open).toEqual({ ...change, id, startedAtMs: open?.startedAtMs });
    const closing = {
      result: 'failed' as const,
      actual: mappedTo(SKILL),
      failure: FAILURE_KINDS[0],
      status: 500,
      requestId: 'request\n1',
    };
    await journal.complete(id, closing);
    const [ended] = await all(journalIn(folder));
    expect(ended).toEqual({ ...open, completed: { ...closing, id, completedAtMs: ended?.completed?.completedAtMs } });
    const times = [began, open?.startedAtMs, ended?.completed?.completedAtMs, Date.now()];
    expect(times.toSorted()).toEqual(times);
  });

  it('of a service provider itself is read back as well, with the ID that a create has got', async () => {
    const journal = journalIn(folder);
    const common = { operationId: 'act', serviceProviderId: 'a', name: 'Annex', endpoint: 'https://api.example.com' };
    const changes: readonly NewChange[] = [
      { ...common, serviceProviderId: '', operation: 'createProvider', logicalId: 'annex', displayName: 'Annex' },
      { ...common, operation: 'updateProvider', displayNameBefore: 'Annex', displayName: 'Annex East' },
      { ...common, operation: 'deleteProvider', logicalId: 'annex', mapping: mappedTo(SKILL) },
    ];
    for (const change of changes) {
      const id = await journal.begin(change);
      const [open] = await all(journalIn(folder));
      expect(open).toMatchObject(change);
      const closing = { result: 'succeeded', ...(change.serviceProviderId === '' && { createdId: 'a' }) } as const;
      await journal.complete(id, closing);
      expect((await all(journalIn(folder)))[0]?.completed).toMatchObject(closing);
    }
  });

  it('is recorded with known values only', async () => {
    const journal = journalIn(folder);
    const before = { ...mappedTo(SKILL), accessToken: 'a secret' };
    const id = await journal.begin({ ...aRemap('a'), before, ...{ accessToken: 'a secret' } });
    await journal.complete(id, { result: 'succeeded', ...{ accessToken: 'a secret', actual: before } });
    const text = await readFile(path.join(folder, 'changes-00000001.jsonl'), 'utf8');
    expect(text).toContain(SKILL);
    expect(text).not.toMatch(/accessToken|secret/);
  });

  it('that could not be read back is rejected, and none of those written with it', async () => {
    const journal = journalIn(folder);
    const wrong = { ...aRemap('wrong'), operation: 'get' as 'update' };
    const noted = await Promise.allSettled(
      [aRemap('a'), aRemap('b'), wrong, aRemap('c')].map((each) => journal.begin(each)),
    );
    expect(noted.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(await told(journal)).toEqual(['c open', 'b open', 'a open']);
  });

  it.each(['of another window', 'completed'])('that is %s cannot be completed', async (which) => {
    const journal = journalIn(folder);
    const id = which === 'completed' ? await noteDone(journal, 'a') : await journalIn(folder).begin(aRemap('a'));
    const before = await lines(folder);
    await expect(journal.complete(id, { result: 'failed' })).rejects.toThrow('not a change of this window');
    expect(await lines(folder)).toEqual(before);
  });

  it.skipIf(process.platform === 'win32')('cannot be read by other users of the computer', async () => {
    await noteDone(journalIn(folder, { ...A_FILE_A_NOTE }), 'a');
    for (const name of await journalFiles(folder)) {
      expect((await stat(path.join(folder, name))).mode & 0o777, name).toBe(0o600);
    }
  });
});

describe('the history', () => {
  it('is empty, and nothing is created, when nothing was recorded', async () => {
    expect(await all(journalIn(folder))).toEqual([]);
    expect(await journalIn(folder).orphaned()).toEqual([]);
    await expect(stat(folder)).rejects.toThrow('ENOENT');
  });

  it.each([
    ['in one file', undefined],
    ['in a file for each entry', A_FILE_A_NOTE],
  ])('has the newest first, each once, with its outcome wherever that is stored, %s', async (_where, size) => {
    const journal = journalIn(folder, size);
    const long = await journal.begin(aRemap('long'));
    for (const id of ['a', 'b', 'c']) await noteDone(journal, id);
    await journal.begin(aRemap('open'));
    await journal.complete(long, { result: 'unconfirmed' });
    await noteDone(journal, 'd');
    expect(await told(journal)).toEqual([
      'd succeeded',
      'open open',
      'c succeeded',
      'b succeeded',
      'a succeeded',
      'long unconfirmed',
    ]);
    await expect.poll(() => journalFiles(folder)).toHaveLength(size ? 12 : 1);
  });

  it('is read file by file, on demand', async () => {
    const journal = journalIn(folder, A_FILE_A_NOTE);
    for (const id of ['a', 'b', 'c']) await noteDone(journal, id);
    const history = journal.newestFirst();
    expect((await history.next()).value).toMatchObject({ serviceProviderId: 'c' });
    // Of the seven files, those with the outcome and the start of the newest change, and the empty next one.
    for (const number of [1, 2, 3, 4]) await rm(path.join(folder, `changes-0000000${number}.jsonl`));
    expect((await history.next()).done).toBe(true);
  });

  it('skips what does not belong to the journal or to its version', async () => {
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
      { ...known, change: { ...known.change, startedAtMs: '1' } },
      { ...known, change: { ...known.change, operation: 'replace' } },
      { ...known, change: { ...known.change, target: { type: 'mapped' } } },
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
    expect(await told(journal)).toEqual(['b succeeded', 'newer open', 'known open', 'a succeeded']);
  });
});

describe('a file that has reached its size limit', () => {
  it('is followed by another, and the oldest above the limit is removed', async () => {
    const journal = journalIn(folder, { fileBytes: 1, files: 3 });
    for (const id of ['a', 'b', 'c']) await noteDone(journal, id);
    await expect
      .poll(() => journalFiles(folder))
      .toEqual(['changes-00000005.jsonl', 'changes-00000006.jsonl', 'changes-00000007.jsonl']);
    expect(await told(journal)).toEqual(['c succeeded']);
  });

  it('passes its open changes on to the next file', async () => {
    const gone = openedRecord('gone', { pid: await endedProcess() });
    const journal = journalIn(folder, { fileBytes: 1, files: 4 });
    const open = await journal.begin(aRemap('own'));
    await writeLines(folder, 2, [[gone]]);
    for (const id of ['a', 'b', 'c', 'd']) await noteDone(journal, id);
    const abandoned = await journalIn(folder).orphaned();
    expect(abandoned).toHaveLength(2);
    expect(abandoned).toEqual(expect.arrayContaining([expect.objectContaining({ id: open }), gone.change]));
    await journal.complete(open, { result: 'succeeded' });
    expect(await journalIn(folder).orphaned()).toEqual([gone.change]);
    // The file with the original is gone by now, and a copy of an old change is no event.
    expect(await told(journal)).toEqual(['d succeeded']);
  });
});

describe('the outcome of a change', () => {
  const own = (closing: Partial<ChangeCompleted>) => closedRecord('a', closing);
  const others = (closing: Partial<ChangeCompleted>) =>
    closedRecord('a', { recovered: true, ...closing }, { host: 'h', pid: 1, id: 'another window' });

  /** `actual` distinguishes the outcomes. */
  it.each<[string, JournalRecord[], string | undefined]>([
    ['of its own window that is certain', [own({ result: 'failed' }), others({ result: 'succeeded' })], 'failed'],
    [
      'of its own window, recorded first or last',
      [others({ result: 'succeeded' }), own({ result: 'failed' })],
      'failed',
    ],
    ['that is certain', [others({ result: 'succeeded' }), own({ result: 'unconfirmed' })], 'succeeded'],
    ['likewise', [own({ result: 'unconfirmed' }), others({ result: 'succeeded' })], 'succeeded'],
    [
      'of its own window',
      [own({ result: 'unconfirmed' }), others({ result: 'unconfirmed', recovered: true })],
      'unconfirmed',
    ],
    ['that is the newest', [own({ result: 'unconfirmed' }), own({ result: 'succeeded' })], 'succeeded'],
    [
      'that is the newest, even when both are certain',
      [own({ result: 'failed' }), own({ result: 'succeeded' })],
      'succeeded',
    ],
    ['that is the newest of others', [others({ result: 'failed' }), others({ result: 'succeeded' })], 'succeeded'],
  ])('is the one %s, in one file or in several', async (_which, ends, expected) => {
    const started = openedRecord('a');
    for (const files of [1, 3]) {
      await noteDone(journalIn(folder), 'b');
      const groups = [[started], ...ends.map((end) => [end])];
      if (files === 1) await writeLines(folder, 2, groups);
      else for (const [index, group] of groups.entries()) await writeLines(folder, index + 2, [group]);
      const change = (await all(journalIn(folder))).find(({ id }) => id === started.change.id);
      expect(change?.completed?.result).toBe(expected);
      const isOwn = ends.some(
        (end) => end.type === 'completed' && !end.closing.recovered && end.closing.result === expected,
      );
      expect(change?.completed?.recovered).toBe(isOwn ? undefined : true);
      await rm(folder, { recursive: true });
    }
  });

  it('may be recorded again by its window as long as it is unconfirmed', async () => {
    const journal = journalIn(folder);
    const id = await journal.begin(aRemap('a'));
    await journal.complete(id, { result: 'unconfirmed', failure: 'timeout' });
    await journal.complete(id, { result: 'unconfirmed', failure: 'timeout', actual: mappedTo(SKILL) });
    expect((await all(journal))[0]?.completed).toMatchObject({ result: 'unconfirmed', actual: mappedTo(SKILL) });
    await journal.complete(id, { result: 'succeeded', actual: mappedTo(OTHER_SKILL) });
    expect((await all(journal))[0]?.completed).toMatchObject({ result: 'succeeded', actual: mappedTo(OTHER_SKILL) });
    await expect(journal.complete(id, { result: 'failed' })).rejects.toThrow('not a change of this window');
  });
});

describe('an unconfirmed change', () => {
  const DAY = 24 * 60 * MINUTE;

  it('of a closed window is checked for a day, until more is known', async () => {
    const pid = await endedProcess();
    const at = (id: string, startedAtMs: number) => openedRecord(id, { pid, startedAtMs });
    const now = Date.now();
    await noteDone(journalIn(folder), 'z');
    const unconfirmed = [at('new', now - MINUTE), at('day', now - DAY + MINUTE), at('old', now - DAY - MINUTE)];
    await writeLines(folder, 2, [
      [...unconfirmed, at('succeeded', now), at('open', now - 2 * DAY), openedRecord('living')],
      [...unconfirmed.map(({ change }) => change.serviceProviderId), 'living'].map((id) =>
        closedRecord(id, { result: 'unconfirmed' }),
      ),
      [closedRecord('succeeded', { result: 'unconfirmed' }), closedRecord('succeeded', { result: 'succeeded' })],
    ]);
    const looked: string[] = [];
    const settle = ({ serviceProviderId, completed }: ChangeRecord) => {
      looked.push(`${serviceProviderId} ${completed?.result ?? 'open'}`);
      return Promise.resolve(serviceProviderId === 'new' ? { result: 'succeeded' as const } : undefined);
    };
    await journalIn(folder).recover(settle);
    expect(looked.splice(0).sort()).toEqual(['day unconfirmed', 'new unconfirmed', 'open open']);
    expect(await journalIn(folder).orphaned()).toMatchObject([{ serviceProviderId: 'open' }]);
    await journalIn(folder).recover(settle);
    expect(looked.sort()).toEqual(['day unconfirmed', 'open open']);
    expect(await told(journalIn(folder))).toContain('new succeeded');
  });

  it('is found in an older file', async () => {
    const pid = await endedProcess();
    const journal = journalIn(folder, A_FILE_A_NOTE);
    await noteDone(journal, 'z');
    await expect.poll(() => journalFiles(folder)).toHaveLength(3);
    await writeLines(folder, 3, [[openedRecord('a', { pid })], [closedRecord('a', { result: 'unconfirmed' })]]);
    for (const id of ['b', 'c', 'd']) await noteDone(journal, id);
    expect(await journalIn(folder).unsettled()).toMatchObject([{ serviceProviderId: 'a' }]);
  });
});

describe('a window that waits long with an open change', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** A window of another, running process. */
  function otherProcess(size?: JournalSize): ChangeJournal {
    const { pid } = process;
    Object.defineProperty(process, 'pid', { value: process.ppid, configurable: true });
    const journal = journalIn(folder, size);
    Object.defineProperty(process, 'pid', { value: pid, configurable: true });
    return journal;
  }

  /** Advances the time, and runs the window's timers. */
  async function pass(ms: number): Promise<void> {
    for (let passedMs = 0; passedMs < ms; passedMs += MINUTE) {
      const written = (await lines(folder)).length;
      await vi.advanceTimersByTimeAsync(MINUTE);
      if ((passedMs / MINUTE) % 3 === 2)
        await vi.waitFor(async () => {
          expect((await lines(folder)).length).toBeGreaterThan(written);
        });
    }
  }

  it('records that it is alive, and counts as abandoned after ten minutes without such a record', async () => {
    const news: unknown[] = [];
    for (const size of [undefined, A_FILE_A_NOTE]) {
      const own = otherProcess(size);
      const other = journalIn(folder, size);
      other.events.on('changedInOtherWindow', (ids) => news.push(ids));
      const id = await own.begin(aRemap('a'));
      await pass(30 * MINUTE);
      expect(await other.unsettled()).toEqual([]);
      own.dispose();
      vi.setSystemTime(Date.now() + 11 * MINUTE);
      expect(await other.unsettled()).toMatchObject([{ id }]);
      await rm(folder, { recursive: true });
    }
    expect(news).toEqual([]);
  });

  it('also records that it is alive in a file that was started meanwhile', async () => {
    const own = otherProcess();
    await own.begin(aRemap('a'));
    await pass(12 * MINUTE);
    const filling = journalIn(folder, { fileBytes: 1, files: 2 });
    for (const id of ['b', 'c', 'd']) await noteDone(filling, id);
    expect(await journalIn(folder).unsettled()).toEqual([]);
    own.dispose();
  });

  it('is recognized as alive by everything it writes, even before the copy of its change', async () => {
    const at = (minutesAgo: number) => Date.now() - minutesAgo * MINUTE;
    const started = openedRecord('a', { startedAtMs: at(20) });
    await noteDone(journalIn(folder), 'z');
    await writeLines(folder, 2, [[started], [closedRecord('b', { completedAtMs: at(2) }, started.writer)]]);
    await writeLines(folder, 3, [[{ type: 'checkpoint' }, { ...started, copied: true }]]);
    expect(await journalIn(folder).unsettled()).toEqual([]);
  });

  it('records nothing more once its changes have ended', async () => {
    const own = journalIn(folder);
    const id = await own.begin(aRemap('a'));
    await own.complete(id, { result: 'unconfirmed' });
    const written = (await lines(folder)).length;
    await vi.advanceTimersByTimeAsync(30 * MINUTE);
    expect(await lines(folder)).toHaveLength(written);
    const again = await own.begin(aRemap('b'));
    await pass(3 * MINUTE);
    await own.complete(again, { result: 'succeeded' });
    own.dispose();
  });
});

describe('an open change', () => {
  const hour = 60 * MINUTE;
  it.each<[string, boolean, () => Promise<Parameters<typeof openedRecord>[1]>]>([
    ['of a running process', false, () => Promise.resolve({})],
    ['of a process that has ended', true, async () => ({ pid: await endedProcess() })],
    ['of an earlier process with the same process ID', true, () => Promise.resolve({ pid: process.pid })],
    ['of another computer', false, async () => ({ host: 'another', pid: await endedProcess() })],
    [
      'of another computer with the same process ID',
      false,
      () => Promise.resolve({ host: 'another', pid: process.pid }),
    ],
    ['from nine minutes ago', false, () => Promise.resolve({ startedAtMs: Date.now() - 9 * MINUTE })],
    ['from eleven minutes ago', true, () => Promise.resolve({ startedAtMs: Date.now() - 11 * MINUTE })],
    [
      'of another computer, from an hour ago',
      true,
      () => Promise.resolve({ host: 'a', startedAtMs: Date.now() - hour }),
    ],
    ['of a clock that was set back', true, () => Promise.resolve({ startedAtMs: Date.now() + 11 * MINUTE })],
    ['that was carried over', true, async () => ({ pid: await endedProcess(), copied: true })],
  ])('%s: abandoned is %s', async (_whose, isAbandoned, some) => {
    const record = openedRecord('a', await some());
    const journal = journalIn(folder);
    await noteDone(journal, 'b');
    await writeLines(folder, 2, [[record]]);
    expect(await journal.orphaned()).toEqual(isAbandoned ? [record.change] : []);
  });

  it('of this window is never abandoned', async () => {
    const journal = journalIn(folder);
    await journal.begin(aRemap('a'));
    expect(await journal.orphaned()).toEqual([]);
    expect(await journalIn(folder).orphaned()).toMatchObject([{ serviceProviderId: 'a' }]);
  });

  it('is completed once by all windows that start at the same time, unless its outcome remains unknown', async () => {
    const pid = await endedProcess();
    await noteDone(journalIn(folder), 'z');
    await writeLines(folder, 2, [['a', 'b', 'c', 'd'].map((id) => openedRecord(id, { pid }))]);
    const asked: string[] = [];
    const settle = async ({ serviceProviderId }: { serviceProviderId: string }) => {
      asked.push(serviceProviderId);
      await new Promise((resolve) => setImmediate(resolve));
      return serviceProviderId === 'c' ? undefined : { result: 'failed' as const, actual: mappedTo(SKILL) };
    };
    await Promise.all([1, 2, 3].map(() => journalIn(folder).recover(settle)));
    expect(asked).toEqual(['a', 'b', 'c', 'd', 'c', 'c']);
    expect(await told(journalIn(folder))).toEqual(['d failed', 'c open', 'b failed', 'a failed', 'z succeeded']);
    expect((await all(journalIn(folder)))[0]?.completed).toMatchObject({ actual: mappedTo(SKILL), recovered: true });
    expect(await journalIn(folder).orphaned()).toMatchObject([{ serviceProviderId: 'c' }]);
  });

  it.each(['before', 'after'])(
    'that its window completes %s another one does so has the outcome of its window',
    async (when) => {
      for (const size of [undefined, A_FILE_A_NOTE]) {
        const own = journalIn(folder, size);
        const id = await own.begin(aRemap('a'));
        const end = () => own.complete(id, { result: 'succeeded', actual: mappedTo(OTHER_SKILL) });
        await journalIn(folder, size).recover(async () => {
          if (when === 'before') await end();
          return { result: 'failed' };
        });
        if (when === 'after') await end();
        const [change] = await all(journalIn(folder));
        expect(change?.completed).toEqual({
          id,
          completedAtMs: change?.completed?.completedAtMs,
          result: 'succeeded',
          actual: mappedTo(OTHER_SKILL),
        });
        expect(await journalIn(folder).orphaned()).toEqual([]);
      }
    },
  );
});
