import { constants } from 'node:fs';
import { open, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { isOpenToOthers, NO_LINK, noLink, PRIVATE_FILE, privateFolder } from '../crossWindow/privateFiles';
import { fromLine, toLine, type JournalRecord, type StartedRecord } from './journalRecord';

/** How much the journal keeps, in bytes and files. */
export interface JournalSize {
  /** A file that has grown to this size is followed by another. */
  readonly fileBytes: number;
  /** The oldest files above this number are removed. */
  readonly files: number;
}

/** A change takes 0.7 to 1.2 kB, so that this holds more than 100,000 of them. */
export const JOURNAL_SIZE: JournalSize = { fileBytes: 1_000_000, files: 128 };

const READ = constants.O_RDONLY | NO_LINK;
const APPEND = constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY | NO_LINK;

const FILE = /^changes-(\d{8})\.jsonl$/;

/**
 * The files of the journal: records in lines, in numbered files of which only the last one grows. All windows append to it.
 *
 * Each append is one line, and one write to a file that was opened for appending, which the system puts at the end whole. It
 * begins and ends with a line break, so that what was torn before it, by a crash or a full disk, spoils nothing but itself.
 */
export class JournalFiles {
  constructor(
    readonly folder: string,
    private readonly size: JournalSize = JOURNAL_SIZE,
  ) {}

  /**
   * Resolves when the records are on the disk.
   *
   * @returns the number of the file when it has grown to its size, so that another one is to follow it
   * @throws what the file system throws; then none of them counts as written
   */
  async append(records: readonly JournalRecord[]): Promise<number | undefined> {
    await privateFolder(this.folder);
    let number = (await this.newest()) ?? 1;
    let bytes = await this.write(number, records);
    // Others may have begun a file meanwhile, and have looked for open changes before these records were there.
    for (let newest = await this.newest(); newest !== undefined && newest > number; newest = await this.newest()) {
      number = newest;
      bytes = await this.write(number, records.map(copyForward));
    }
    return bytes < this.size.fileBytes ? undefined : number;
  }

  /**
   * Begins the file after a full one, unless another window has, and removes the oldest. Windows do not wait for each other
   * here: one that is killed would stop the changes of all.
   *
   * @throws what the file system throws; then the full one goes on to grow, or the new one lacks the open changes
   */
  async rotate(full: number): Promise<void> {
    const sequence = await this.sequence();
    if (sequence.at(-1) !== full) return;
    // Only one window creates it. What others wrote before that is there to be read; afterwards they write to it as well.
    await this.write(full + 1, [], APPEND | constants.O_EXCL);
    const records = await this.sinceCarriedOver();
    const open = unfinished(records);
    const writers = new Set(open.map(({ writer }) => writer.id));
    const signs = records.filter((record) => record.type === 'alive' && writers.has(record.writer.id));
    await this.write(full + 1, [{ type: 'checkpoint' }, ...open.map(copyForward), ...signs]);
    for (const old of sequence.slice(0, Math.max(0, sequence.length + 1 - this.size.files))) {
      await rm(this.path(old), { force: true });
    }
  }

  /** The numbers of the files, from the oldest to the newest. */
  async sequence(): Promise<number[]> {
    const names = await this.names().catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw error;
    });
    return names
      .flatMap((name) => Number(FILE.exec(name)?.[1] ?? []))
      .filter(Boolean)
      .sort((one, other) => one - other);
  }

  /** The records of a file in their order; none when it was removed meanwhile. */
  async read(number: number): Promise<JournalRecord[]> {
    const text = await readFile(this.path(number), { encoding: 'utf8', flag: READ }).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
      throw error;
    });
    return text.split('\n').flatMap(fromLine);
  }

  /** How long a file is by now, in bytes. */
  async length(number: number): Promise<number> {
    return (await noLink(this.path(number))).size;
  }

  /** What was appended after an offset, and how far whole lines reach. */
  async readFrom(number: number, offset: number): Promise<{ records: JournalRecord[]; offset: number }> {
    const file = await open(this.path(number), READ);
    try {
      const { size } = await file.stat();
      if (size <= offset) return { records: [], offset };
      const { buffer, bytesRead } = await file.read(Buffer.alloc(size - offset), 0, size - offset, offset);
      const end = buffer.subarray(0, bytesRead).lastIndexOf('\n') + 1;
      const lines = buffer.toString('utf8', 0, end).split('\n');
      return { records: lines.flatMap(fromLine), offset: offset + end };
    } finally {
      await file.close();
    }
  }

  /**
   * The records among which all changes are that are still open, the oldest first. They are all in the newest file into which
   * they were carried over, and in those after it: a window that wrote to an older one because it had not noticed yet has
   * written to the newest, too.
   *
   * @param sinceMs also those written since, in Unix time in milliseconds
   */
  async sinceCarriedOver(sinceMs?: number): Promise<JournalRecord[]> {
    let records: JournalRecord[] = [];
    for (const number of (await this.sequence()).reverse()) {
      const ofFile = await this.read(number);
      records = [...ofFile, ...records];
      // What was copied says nothing of when this file was begun.
      const own = ofFile.filter(
        (record) => record.type === 'completed' || (record.type === 'started' && !record.copied),
      );
      const [firstMs = Infinity] = own.map(timeOf);
      if ((sinceMs === undefined || firstMs < sinceMs) && records.some(({ type }) => type === 'checkpoint')) break;
    }
    return records;
  }

  private async newest(): Promise<number | undefined> {
    return (await this.sequence()).at(-1);
  }

  /** @returns the length of the file with them */
  private async write(number: number, records: readonly JournalRecord[], flags = APPEND): Promise<number> {
    const file = await open(this.path(number), flags, PRIVATE_FILE);
    try {
      // Of an earlier version, or copied from elsewhere. Not every file system has modes.
      if (isOpenToOthers((await file.stat()).mode)) await file.chmod(PRIVATE_FILE).catch(() => undefined);
      const bytes = Buffer.from(records.length > 0 ? `\n${toLine(records)}\n` : '');
      // The rest of what the system did not take at once would stand behind what others write: it is torn.
      const { bytesWritten } = await file.write(bytes);
      if (bytesWritten < bytes.length) throw Object.assign(new Error('written in part only'), { code: 'ENOSPC' });
      await file.datasync();
      return (await file.stat()).size;
    } finally {
      await file.close();
    }
  }

  private async names(): Promise<string[]> {
    await noLink(this.folder);
    return readdir(this.folder);
  }

  private path(number: number): string {
    return path.join(this.folder, `changes-${String(number).padStart(8, '0')}.jsonl`);
  }
}

/** A copy of what is in an older file, too. */
function copyForward<R extends JournalRecord>(record: R): R {
  return record.type === 'started' ? { ...record, copied: true } : record;
}

/** When what a record tells happened, in Unix time in milliseconds. */
export function timeOf(record: JournalRecord): number | undefined {
  switch (record.type) {
    case 'started':
      return record.change.startedAtMs;
    case 'completed':
      return record.closing.completedAtMs;
    case 'alive':
      return record.atMs;
    case 'checkpoint':
      return undefined;
  }
}

/** The changes among these records that have not ended. */
function unfinished(records: readonly JournalRecord[]): StartedRecord[] {
  const open = new Map<string, StartedRecord>();
  for (const record of records) if (record.type === 'started') open.set(record.change.id, record);
  // Where a file was begun meanwhile, the end of a change may stand before the copy of its beginning.
  for (const record of records) if (record.type === 'completed') open.delete(record.closing.id);
  return [...open.values()];
}
