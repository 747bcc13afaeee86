import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileLock } from '../../../../src/core/crossWindow/fileLock';
import { JournalError } from '../../../../src/core/history/journalError';
import { A_FILE_A_NOTE, aRemap, journalIn, noteDone, told } from '../history/journals';

let temporary: string;
beforeEach(async () => {
  temporary = await mkdtemp(path.join(tmpdir(), 'private-'));
});
afterEach(async () => {
  await rm(temporary, { recursive: true, maxRetries: 5 });
});

const modeOf = async (file: string) => ((await lstat(file)).mode & 0o777).toString(8);
const journalFile = () => path.join(temporary, 'journal', 'changes-00000001.jsonl');

// Windows has no file modes, and symbolic links need a privilege.
describe.skipIf(process.platform === 'win32')('the files shared by windows', () => {
  it('are accessible to the user only, and their folders too', async () => {
    const journal = journalIn(path.join(temporary, 'journal'), A_FILE_A_NOTE);
    await noteDone(journal, 'a');
    await new FileLock(path.join(temporary, 'locks')).withLock('name', async () => {
      const [lock = ''] = await readdir(path.join(temporary, 'locks'));
      expect(await modeOf(path.join(temporary, 'locks', lock))).toBe('600');
    });
    for (const folder of ['journal', 'locks']) expect(await modeOf(path.join(temporary, folder))).toBe('700');
    const files = await readdir(path.join(temporary, 'journal'));
    expect(files.length).toBeGreaterThan(1);
    for (const file of files) expect(await modeOf(path.join(temporary, 'journal', file))).toBe('600');
  });

  it('become private if they were accessible to others before', async () => {
    await mkdir(path.join(temporary, 'journal'));
    await mkdir(path.join(temporary, 'locks'));
    await writeFile(journalFile(), '');
    for (const open of ['journal', 'locks']) await chmod(path.join(temporary, open), 0o755);
    await chmod(journalFile(), 0o644);
    await noteDone(journalIn(path.join(temporary, 'journal')), 'a');
    await new FileLock(path.join(temporary, 'locks')).withLock('name', () => Promise.resolve());
    expect(await modeOf(path.join(temporary, 'journal'))).toBe('700');
    expect(await modeOf(path.join(temporary, 'locks'))).toBe('700');
    expect(await modeOf(journalFile())).toBe('600');
  });

  it('are not symbolic links: link targets are neither written nor read', async () => {
    const other = path.join(temporary, 'other');
    await noteDone(journalIn(other), 'elsewhere');
    const target = path.join(other, 'changes-00000001.jsonl');
    const before = await readFile(target, 'utf8');
    await mkdir(path.join(temporary, 'journal'));
    await symlink(target, journalFile());
    const journal = journalIn(path.join(temporary, 'journal'));
    await expect(journal.begin(aRemap('a'))).rejects.toThrow(/could not be written \(ELOOP\)/);
    await expect(told(journal)).rejects.toThrow(JournalError);
    expect(await readFile(target, 'utf8')).toBe(before);
  });

  it('are not in a folder that is a symbolic link', async () => {
    const other = path.join(temporary, 'other');
    await mkdir(other);
    for (const name of ['journal', 'locks']) await symlink(other, path.join(temporary, name));
    const journal = journalIn(path.join(temporary, 'journal'));
    await expect(journal.begin(aRemap('a'))).rejects.toThrow(/could not be written \(ELOOP\)/);
    await expect(told(journal)).rejects.toThrow(/could not be read \(ELOOP\)/);
    const inTurn: number[] = [];
    const lock = new FileLock(path.join(temporary, 'locks'));
    await Promise.all([1, 2].map((each) => lock.withLock('name', () => Promise.resolve(void inTurn.push(each)))));
    expect(inTurn).toEqual([1, 2]);
    expect(await readdir(other)).toEqual([]);
  });
});
