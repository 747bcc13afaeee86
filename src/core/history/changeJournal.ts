import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { watch, type FSWatcher } from 'node:fs';
import { hostname } from 'node:os';
import type { FileLock } from '../crossWindow/fileLock';
import { privateFolder } from '../crossWindow/privateFiles';
import type { ChangeResult, ChangeCompleted, ChangeStarted, ChangeRecord } from './changeRecord';
import { JournalError } from './journalError';
import { JournalFiles, timeOf, type JournalSize } from './journalFiles';
import { validated, type JournalRecord, type StartedRecord, type Writer } from './journalRecord';

interface Events {
  /** Another window has ended changes of these service providers. */
  changedInOtherWindow: [serviceProviderIds: readonly string[]];
  /** A change was noted or has ended, in this window or in another. */
  changed: [];
}

/** A window that has an open change says so often that it still lives, in milliseconds. */
const SIGN_OF_LIFE_MS = 3 * 60_000;

/** A window that has said nothing for so long is gone, though its process ID is in use: by another process by now. */
const SILENCE_MS = 10 * 60_000;

/** An unconfirmed change of a window that is gone is looked after for so long, in milliseconds. */
const RECOVERY_WINDOW_MS = 24 * 60 * 60_000;

/** How long to wait before an end is written again that could not be; the last one is repeated. Milliseconds. */
const WRITE_AGAIN_MS = [1_000, 5_000, 15_000, 60_000] as const;

/** What other windows write in quick succession is read in one go. */
const WATCH_DEBOUNCE_MS = 100;

type Closing = Omit<ChangeCompleted, 'id' | 'completedAtMs'>;

/**
 * The journal of all changes, which all windows share. Each change is noted before it is sent and ended with its outcome, so
 * that after a crash the next start knows which ones to look after.
 */
export class ChangeJournal {
  readonly events = new EventEmitter<Events>();
  private readonly files: JournalFiles;
  private readonly writer: Writer = { host: hostname(), pid: process.pid, id: randomUUID() };
  /** Own changes that may be ended, with their service providers. */
  private readonly openChanges = new Map<
    string,
    { readonly serviceProviderId: string; readonly isUnconfirmed?: true }
  >();
  /** Ends that could not be written, by their changes. */
  private readonly unwritten = new Map<string, JournalRecord>();
  private writesAgain: NodeJS.Timeout | undefined;
  private failures = 0;
  private signsOfLife: NodeJS.Timeout | undefined;
  private waiting: { record: JournalRecord; resolve: () => void; reject: (error: unknown) => void }[] = [];
  private isWriting = false;
  private watcher: FSWatcher | undefined;
  private isDisposed = false;
  private debounce: NodeJS.Timeout | undefined;
  /** How far was read of what others write: up to this byte of this file. */
  private readPosition = { number: 0, offset: 0 };

  /**
   * @param folder is created when the first change is noted
   * @param lock shared by all windows; recovery takes it, notes do not wait for it
   */
  constructor(
    folder: string,
    private readonly lock: Pick<FileLock, 'withLock'>,
    size?: JournalSize,
  ) {
    this.files = new JournalFiles(folder, size);
  }

  /**
   * Notes a change. Resolves with its id when it is on the disk.
   *
   * @throws JournalFailed when it could not be written: then nothing may be sent
   */
  async begin(change: Omit<ChangeStarted, 'id' | 'startedAtMs'>): Promise<string> {
    const id = randomUUID();
    const { writer } = this;
    await this.append({ type: 'started', writer, change: { ...change, id, startedAtMs: Date.now() } });
    this.openChanges.set(id, { serviceProviderId: change.serviceProviderId });
    this.signsOfLife ??= setInterval(() => {
      this.showLife();
    }, SIGN_OF_LIFE_MS).unref();
    return id;
  }

  /**
   * Notes how a change of this window has ended. One that ended as `inDoubt` may be ended once more.
   *
   * @throws JournalFailed when it could not be written: it is written as soon as that is possible
   */
  async complete(id: string, closing: Closing): Promise<void> {
    const { serviceProviderId } = this.openChanges.get(id) ?? {};
    if (serviceProviderId === undefined) throw new Error('not a change of this window that may be ended');
    const record = this.endOf({ id, serviceProviderId }, closing);
    // What is known by now takes the place of what could not be written before.
    this.unwritten.delete(id);
    try {
      await this.append(record);
    } catch (error) {
      if (error instanceof JournalError) {
        this.unwritten.set(id, record);
        this.writeAgainLater();
      }
      throw error;
    }
    this.ended(id, closing.result);
  }

  /**
   * All changes, the newest first, read file by file as they are asked for.
   *
   * @throws JournalFailed when a file cannot be read
   */
  async *newestFirst(): AsyncGenerator<ChangeRecord> {
    const ends = new Map<string, ChangeCompleted>();
    for (const number of (await this.files.sequence().catch(this.unreadable)).reverse()) {
      const records = (await this.files.read(number).catch(this.unreadable)).reverse();
      for (const record of records) if (record.type === 'completed') preferOwnCompletion(ends, record.closing);
      for (const record of records) {
        // Of what was carried over, the original comes later.
        if (record.type !== 'started' || record.copied) continue;
        const { change } = record;
        const completed = ends.get(change.id);
        ends.delete(change.id);
        yield { ...change, ...(completed && { completed }) };
      }
    }
  }

  /**
   * The open changes of windows that are gone.
   *
   * @throws JournalFailed when they cannot be read
   */
  async orphaned(): Promise<ChangeRecord[]> {
    return (await this.unsettled()).filter(({ completed }) => !completed);
  }

  /**
   * The changes of windows that are gone of which it is not known how they ended: those that are open, and those of the last
   * 24 hours that ended as `inDoubt`.
   *
   * @throws JournalFailed when they cannot be read
   */
  async unsettled(): Promise<ChangeRecord[]> {
    const sinceMs = Date.now() - RECOVERY_WINDOW_MS;
    const records = await this.files.sinceCarriedOver(sinceMs).catch(this.unreadable);
    const lastSignMs = new Map<string, number>();
    const started = new Map<string, StartedRecord>();
    const ends = new Map<string, ChangeCompleted>();
    for (const record of records) {
      if (record.type === 'checkpoint') continue;
      const { id } = record.writer;
      const isCopy = record.type === 'started' && record.copied;
      if (!isCopy || !lastSignMs.has(id)) lastSignMs.set(id, timeOf(record) ?? 0);
      if (record.type === 'started') started.set(record.change.id, record);
    }
    for (const record of records.reverse()) if (record.type === 'completed') preferOwnCompletion(ends, record.closing);
    return [...started.values()].flatMap(({ writer, change }) => {
      const completed = ends.get(change.id);
      const isSettled = completed && (completed.result !== 'inDoubt' || change.startedAtMs < sinceMs);
      if (isSettled || !this.isWriterDead(writer, lastSignMs.get(writer.id) ?? 0)) return [];
      return { ...change, ...(completed && { completed }) };
    });
  }

  /**
   * Ends what windows that are gone have left unsettled, one window at a time.
   *
   * @param settle finds out how a change has ended; undefined leaves it as it is
   * @throws JournalFailed when they cannot be read, or an end cannot be noted
   */
  async recover(settle: (change: ChangeRecord) => Promise<Closing | undefined>): Promise<void> {
    await this.lock.withLock('journal recovery', async () => {
      for (const change of await this.unsettled()) {
        const closing = await settle(change);
        if (closing) await this.append(this.endOf(change, { ...closing, recovered: true }));
      }
    });
  }

  /** Begins to listen for what other windows write. Where that cannot be watched, nothing is heard of it. */
  async watch(): Promise<void> {
    try {
      await privateFolder(this.files.folder);
      const number = (await this.files.sequence()).at(-1);
      if (number !== undefined) this.readPosition = { number, offset: await this.files.length(number) };
      // During what was awaited.
      if (this.isDisposed) return;
      this.watcher = watch(this.files.folder, { persistent: false }, () => {
        this.debounce ??= setTimeout(() => {
          this.debounce = undefined;
          void this.readNewRecords();
        }, WATCH_DEBOUNCE_MS).unref();
      });
      this.watcher.on('error', () => this.watcher?.close());
    } catch {
      // A file system without notifications: the view still reads what is old when somebody looks at it.
    }
  }

  dispose(): void {
    this.isDisposed = true;
    this.watcher?.close();
    clearTimeout(this.debounce);
    clearTimeout(this.writesAgain);
    clearInterval(this.signsOfLife);
  }

  private async readNewRecords(): Promise<void> {
    const ids = new Set<string>();
    let isNews = false;
    try {
      // What is written late to an older file is written to the newest one, too.
      for (const number of (await this.files.sequence()).filter((each) => each >= this.readPosition.number)) {
        const from = number === this.readPosition.number ? this.readPosition.offset : 0;
        const { records, offset } = await this.files.readFrom(number, from);
        this.readPosition = { number, offset };
        isNews ||= records.some(({ type }) => type !== 'alive');
        for (const record of records) {
          if (
            record.type === 'completed' &&
            record.writer.id !== this.writer.id &&
            record.closing.result !== 'notSent'
          ) {
            ids.add(record.serviceProviderId);
          }
        }
      }
    } catch {
      // Removed by hand, or just now as the oldest.
    }
    if (ids.size > 0) this.events.emit('changedInOtherWindow', [...ids]);
    if (isNews) this.events.emit('changed');
  }

  private endOf(
    { id, serviceProviderId }: Pick<ChangeStarted, 'id' | 'serviceProviderId'>,
    closing: Closing,
  ): JournalRecord {
    const { writer } = this;
    return { type: 'completed', writer, serviceProviderId, closing: { ...closing, id, completedAtMs: Date.now() } };
  }

  private ended(id: string, result: ChangeResult): void {
    const openChanges = this.openChanges.get(id);
    if (openChanges && result === 'inDoubt') this.openChanges.set(id, { ...openChanges, isUnconfirmed: true });
    else this.openChanges.delete(id);
  }

  /** Says that this window still lives, while it has open changes: one may wait long, as for a token that is to be pasted. */
  private showLife(): void {
    if ([...this.openChanges.values()].some(({ isUnconfirmed }) => !isUnconfirmed)) {
      // Where it cannot be written, the change will not be ended either.
      this.append({ type: 'alive', writer: this.writer, atMs: Date.now() }).catch(() => undefined);
    } else {
      clearInterval(this.signsOfLife);
      this.signsOfLife = undefined;
    }
  }

  private writeAgainLater(): void {
    if (this.isDisposed || this.writesAgain !== undefined) return;
    const pauseMs = WRITE_AGAIN_MS[Math.min(this.failures++, WRITE_AGAIN_MS.length - 1)];
    this.writesAgain = setTimeout(() => {
      this.writeAgain();
    }, pauseMs).unref();
  }

  /** Writes the ends that could not be written. */
  private writeAgain(): void {
    clearTimeout(this.writesAgain);
    this.writesAgain = undefined;
    for (const [id, record] of this.unwritten) {
      if (record.type !== 'completed') continue;
      this.unwritten.delete(id);
      this.append(record).then(
        () => {
          this.ended(id, record.closing.result);
        },
        () => {
          if (this.openChanges.has(id)) this.unwritten.set(id, record);
          this.writeAgainLater();
        },
      );
    }
  }

  /** What comes while a write is under way goes out with the next one. */
  private append(record: JournalRecord): Promise<void> {
    return new Promise((resolve, reject) => {
      // One that could not be read again is refused alone, not with all that go out with it.
      this.waiting.push({ record: validated(record), resolve, reject });
      if (!this.isWriting) void this.writeAll();
    });
  }

  private async writeAll(): Promise<void> {
    this.isWriting = true;
    while (this.waiting.length > 0) {
      const batch = this.waiting;
      this.waiting = [];
      try {
        const full = await this.files.append(batch.map(({ record }) => record));
        for (const { resolve } of batch) resolve();
        this.failures = 0;
        if (this.unwritten.size > 0) this.writeAgain();
        // All have their answer by now: where no file can be begun, the full one grows until it can.
        if (full !== undefined) await this.files.rotate(full);
      } catch (error) {
        for (const { reject } of batch) reject(new JournalError('write', this.files.folder, error));
      }
    }
    this.isWriting = false;
  }

  private readonly unreadable = (cause: unknown): never => {
    throw new JournalError('read', this.files.folder, cause);
  };

  /** @param heardAtMs when it wrote last, in Unix time in milliseconds */
  private isWriterDead(writer: Writer, lastSignMs: number): boolean {
    if (writer.id === this.writer.id) return false;
    if (Math.abs(Date.now() - lastSignMs) > SILENCE_MS) return true;
    if (writer.host !== this.writer.host) return false;
    // An earlier process of the same id as this one.
    if (writer.pid === process.pid) return true;
    try {
      // Signal 0 is never sent: it only asks.
      process.kill(writer.pid, 0);
      return false;
    } catch (error) {
      return error instanceof Error && 'code' in error && error.code === 'ESRCH';
    }
  }
}

/**
 * Keeps what tells most of how a change ended: what is decided before what is not, then what its own window has noted before
 * what was found out later, then the newest. Is called with the newest first.
 */
function preferOwnCompletion(ends: Map<string, ChangeCompleted>, closing: ChangeCompleted): void {
  const before = ends.get(closing.id);
  if (!before || weightOf(closing) > weightOf(before)) ends.set(closing.id, closing);
}

function weightOf({ result, recovered }: ChangeCompleted): number {
  return (result === 'inDoubt' ? 0 : 2) + (recovered ? 0 : 1);
}
