import { constants } from 'node:fs';
import { open, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { isOpenToOthers, NO_LINK, noLink, PRIVATE_FILE, privateFolder } from '../crossWindow/privateFiles';
import { fromLine, toLine, type JournalRecord, type StartedRecord } from './journalRecord';

/** The size limits of the journal. */
export interface JournalSize {
  /** In bytes. A file that has reached this size is followed by another. */
  readonly fileBytes: number;
  /** The oldest files above this number are removed. */
  readonly files: number;
}

/** A change takes 0.7 to 1.2 kB, so this is enough for more than 100,000 changes. */
export const JOURNAL_SIZE: JournalSize = { fileBytes: 1_000_000, files: 128 };

const READ = constants.O_RDONLY | NO_LINK;
const APPEND = constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY | NO_LINK;

const FILE = /^changes-(\d{8})\.jsonl$/;

/**
 * The files of the journal: records in lines, in numbered files of which only the last one grows. All windows append to
 * it.
 *
 * Each append is one line and one write to a file opened for appending, which the system places at the end as a whole.
 * It begins and ends with a line break, so that a record torn by a crash or a full disk affects only itself.
 */
export class JournalFiles {
  constructor(
    readonly folder: string,
    private readonly size: JournalSize = JOURNAL_SIZE,
  ) {}

  /**
   * Appends records; resolves once they are on disk.
   *
   * @returns the number of the file if it has reached its maximum size and needs a successor
   * @throws what the file system throws; then none of the records counts as written
   */
  async append(records: readonly JournalRecord[]): Promise<number | undefined> {
    await privateFolder(this.folder);
    let number = (await this.newest()) ?? 1;
    let bytes = await this.write(number, records);
    // Another window may have started a file meanwhile, and collected open changes before these records were written.
    for (let newest = await this.newest(); newest !== undefined && newest > number; newest = await this.newest()) {
      number = newest;
      bytes = await this.write(number, records.map(copyForward));
    }
    return bytes < this.size.fileBytes ? undefined : number;
  }

  /**
   * Starts the file after a full one, unless another window has, and removes the oldest. Uses no lock: a killed window
   * would block the changes of all.
   *
   * @throws what the file system throws; then the full file keeps growing, or the new one lacks the open changes
   */
  async rotate(full: number): Promise<void> {
    const sequence = await this.sequence();
    if (sequence.at(-1) !== full) return;
    // Only one window creates it. Records written before that are read here; after it, other windows also write to the
    // new file.
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

  /** Returns the numbers of the files, the oldest first. */
  async sequence(): Promise<number[]> {
    const names = await unlessMissing(this.names());
    return (names ?? [])
      .flatMap((name) => Number(FILE.exec(name)?.[1] ?? []))
      .filter(Boolean)
      .sort((one, other) => one - other);
  }

  /** Returns the records of a file in order; none if it was removed meanwhile. */
  async read(number: number): Promise<JournalRecord[]> {
    const text = await unlessMissing(readFile(this.path(number), { encoding: 'utf8', flag: READ }));
    return (text ?? '').split('\n').flatMap(fromLine);
  }

  /** Returns the current length of a file, in bytes. */
  async length(number: number): Promise<number> {
    return (await noLink(this.path(number))).size;
  }

  /** Returns the records appended after an offset, and the offset where complete lines end. */
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
   * Returns the records that include all open changes, the oldest first. They are all in the newest file with copied
   * records, and in those after it: a window that wrote to an older file without noticing has also written to the
   * newest.
   *
   * @param sinceMs also includes records written since, in Unix time in milliseconds
   */
  async sinceCarriedOver(sinceMs?: number): Promise<JournalRecord[]> {
    let records: JournalRecord[] = [];
    for (const number of (await this.sequence()).reverse()) {
      const ofFile = await this.read(number);
      records = [...ofFile, ...records];
      // Copied records do not show when this file was started.
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

  /** @returns the length of the file afterwards */
  private async write(number: number, records: readonly JournalRecord[], flags = APPEND): Promise<number> {
    const file = await open(this.path(number), flags, PRIVATE_FILE);
    try {
      // Written by an earlier version, or copied. Not every file system has modes.
      if (isOpenToOthers((await file.stat()).mode)) await file.chmod(PRIVATE_FILE).catch(() => undefined);
      const bytes = Buffer.from(records.length > 0 ? `\n${toLine(records)}\n` : '');
      // Do not append the rest of a partial write: it would follow other windows' records. The line counts as torn.
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

/** Returns a copy for a newer file, marked as such. */
function copyForward<R extends JournalRecord>(record: R): R {
  return record.type === 'started' ? { ...record, copied: true } : record;
}

/** Returns when a record's event happened, in Unix time in milliseconds. */
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

/** Returns the started changes that are not completed. */
function unfinished(records: readonly JournalRecord[]): StartedRecord[] {
  const open = new Map<string, StartedRecord>();
  for (const record of records) if (record.type === 'started') open.set(record.change.id, record);
  // If a file was started meanwhile, a change's completion may precede the copy of its start.
  for (const record of records) if (record.type === 'completed') open.delete(record.closing.id);
  return [...open.values()];
}

/**
 * Returns undefined for a file or folder that does not exist.
 *
 * @throws anything else that the promise rejects with
 */
export async function unlessMissing<T>(read: Promise<T>): Promise<T | undefined> {
  return read.catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
}
