import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { watch, type FSWatcher } from 'node:fs';
import { hostname } from 'node:os';
import type { FileLock } from '../crossWindow/fileLock';
import { privateFolder } from '../crossWindow/privateFiles';
import type { ChangeResult, ChangeCompleted, ChangeStarted, ChangeRecord, NewChange } from './changeRecord';
import { preferredCompletion } from './completion';
import { HistoryIndex } from './historyIndex';
import type { SearchableHistory } from './historySearch';
import { JournalError } from './journalError';
import { JournalFiles, timeOf, type JournalSize } from './journalFiles';
import { validated, type JournalRecord, type StartedRecord, type Writer } from './journalRecord';

interface Events {
  /** Another window has completed changes of these service providers. */
  changedInOtherWindow: [serviceProviderIds: readonly string[]];
  /** A change was recorded or completed, in this window or another. */
  changed: [];
}

/** How often a window with an open change records that it is alive, in milliseconds. */
const ALIVE_INTERVAL_MS = 3 * 60_000;

/** A window that has recorded nothing for this long is gone, even if its process ID is in use: by another process. */
const DEAD_AFTER_MS = 10 * 60_000;

/** How long an unconfirmed change of a window that is gone is checked, in milliseconds. */
const RECOVERY_WINDOW_MS = 24 * 60 * 60_000;

/** Delays before a failed completion record is written again; the last one repeats. Milliseconds. */
const WRITE_RETRY_DELAYS_MS = [1_000, 5_000, 15_000, 60_000] as const;

/** Combines writes of other windows in quick succession into one read. */
const WATCH_DEBOUNCE_MS = 100;

type Completion = Omit<ChangeCompleted, 'id' | 'completedAtMs'>;

/**
 * The journal of all changes, shared by all windows. Each change is recorded before it is sent and completed with its
 * outcome (write-ahead), so that after a crash the next start knows which ones to check.
 */
export class ChangeJournal {
  readonly events = new EventEmitter<Events>();
  private readonly files: JournalFiles;
  private readonly writer: Writer = { host: hostname(), pid: process.pid, id: randomUUID() };
  /** This window's changes that can be completed, with their service providers. */
  private readonly openChanges = new Map<
    string,
    { readonly serviceProviderId: string; readonly isUnconfirmed?: true }
  >();
  /** Completion records that could not be written, by change ID. */
  private readonly unwritten = new Map<string, JournalRecord>();
  private retryTimer: NodeJS.Timeout | undefined;
  private failures = 0;
  private signsOfLife: NodeJS.Timeout | undefined;
  private waiting: { record: JournalRecord; resolve: () => void; reject: (error: unknown) => void }[] = [];
  private isWriting = false;
  private watcher: FSWatcher | undefined;
  private isDisposed = false;
  private debounce: NodeJS.Timeout | undefined;
  /** How much of other windows' records was read: up to this byte of this file. */
  private readPosition = { number: 0, offset: 0 };

  /**
   * @param folder created when the first change is recorded
   * @param lock shared by all windows; taken for recovery, not for writing records
   */
  constructor(
    folder: string,
    private readonly lock: Pick<FileLock, 'withLock'>,
    size?: JournalSize,
  ) {
    this.files = new JournalFiles(folder, size);
  }

  /**
   * Records a change. Resolves with its ID once the record is on disk.
   *
   * @throws JournalError if it could not be written: then nothing may be sent
   */
  async begin(change: NewChange): Promise<string> {
    const id = randomUUID();
    const { writer } = this;
    await this.append({ type: 'started', writer, change: { ...change, id, startedAtMs: Date.now() } });
    this.openChanges.set(id, { serviceProviderId: change.serviceProviderId });
    this.signsOfLife ??= setInterval(() => {
      this.recordAlive();
    }, ALIVE_INTERVAL_MS).unref();
    return id;
  }

  /**
   * Records the outcome of a change of this window. One completed as `unconfirmed` may be completed once more.
   *
   * @throws JournalError if it could not be written: then it is written as soon as possible
   */
  async complete(id: string, closing: Completion): Promise<void> {
    const { serviceProviderId } = this.openChanges.get(id) ?? {};
    if (serviceProviderId === undefined) throw new Error('not a change of this window that may be ended');
    const record = this.endOf({ id, serviceProviderId }, closing);
    // The current outcome replaces one that could not be written.
    this.unwritten.delete(id);
    try {
      await this.append(record);
    } catch (error) {
      if (error instanceof JournalError) {
        this.unwritten.set(id, record);
        this.scheduleRetry();
      }
      throw error;
    }
    this.ended(id, closing.result);
  }

  /**
   * All changes, the newest first, reading one file at a time on demand.
   *
   * @throws JournalError if a file cannot be read
   */
  async *newestFirst(): AsyncGenerator<ChangeRecord> {
    const completions = new Map<string, ChangeCompleted>();
    for (const number of (await this.files.sequence().catch(this.unreadable)).reverse()) {
      const records = (await this.files.read(number).catch(this.unreadable)).reverse();
      addCompletions(completions, records);
      for (const record of records) {
        // The original of a copied record comes later.
        if (record.type !== 'started' || record.copied) continue;
        const { change } = record;
        const completed = completions.get(change.id);
        completions.delete(change.id);
        yield { ...change, ...(completed && { completed }) };
      }
    }
  }

  /** All changes for searches, which stay in memory as long as the returned object does. */
  searchable(): SearchableHistory {
    return new HistoryIndex(this.files);
  }

  /**
   * Returns the open changes of windows that are gone.
   *
   * @throws JournalError if they cannot be read
   */
  async orphaned(): Promise<ChangeRecord[]> {
    return (await this.unsettled()).filter(({ completed }) => !completed);
  }

  /**
   * Returns the changes of windows that are gone whose outcome is unknown: open ones, and those of the last 24 hours
   * completed as `unconfirmed`.
   *
   * @throws JournalError if they cannot be read
   */
  async unsettled(): Promise<ChangeRecord[]> {
    const sinceMs = Date.now() - RECOVERY_WINDOW_MS;
    const records = await this.files.sinceCarriedOver(sinceMs).catch(this.unreadable);
    const lastSignMs = new Map<string, number>();
    const started = new Map<string, StartedRecord>();
    const completions = new Map<string, ChangeCompleted>();
    for (const record of records) {
      if (record.type === 'checkpoint') continue;
      const { id } = record.writer;
      const isCopy = record.type === 'started' && record.copied;
      if (!isCopy || !lastSignMs.has(id)) lastSignMs.set(id, timeOf(record) ?? 0);
      if (record.type === 'started') started.set(record.change.id, record);
    }
    addCompletions(completions, records.reverse());
    return [...started.values()].flatMap(({ writer, change }) => {
      const completed = completions.get(change.id);
      const isSettled = completed && (completed.result !== 'unconfirmed' || change.startedAtMs < sinceMs);
      if (isSettled || !this.isWriterDead(writer, lastSignMs.get(writer.id) ?? 0)) return [];
      return { ...change, ...(completed && { completed }) };
    });
  }

  /**
   * Completes the unsettled changes of windows that are gone; one window at a time does this.
   *
   * @param settle finds out the outcome of a change; undefined leaves it as it is
   * @throws JournalError if they cannot be read, or a completion cannot be recorded
   */
  async recover(settle: (change: ChangeRecord) => Promise<Completion | undefined>): Promise<void> {
    await this.lock.withLock('journal recovery', async () => {
      for (const change of await this.unsettled()) {
        const closing = await settle(change);
        if (closing) await this.append(this.endOf(change, { ...closing, recovered: true }));
      }
    });
  }

  /**
   * Starts watching the records of other windows. Where the folder cannot be watched, this window is not notified of
   * them.
   */
  async watch(): Promise<void> {
    try {
      await privateFolder(this.files.folder);
      const number = (await this.files.sequence()).at(-1);
      if (number !== undefined) this.readPosition = { number, offset: await this.files.length(number) };
      // It may have been disposed meanwhile.
      if (this.isDisposed) return;
      this.watcher = watch(this.files.folder, { persistent: false }, () => {
        this.debounce ??= setTimeout(() => {
          this.debounce = undefined;
          void this.readNewRecords();
        }, WATCH_DEBOUNCE_MS).unref();
      });
      this.watcher.on('error', () => this.watcher?.close());
    } catch {
      // A file system without notifications: the view still re-reads stale mappings when it is shown.
    }
  }

  dispose(): void {
    this.isDisposed = true;
    this.watcher?.close();
    clearTimeout(this.debounce);
    clearTimeout(this.retryTimer);
    clearInterval(this.signsOfLife);
  }

  private async readNewRecords(): Promise<void> {
    const ids = new Set<string>();
    let isNews = false;
    try {
      // Records written late to an older file are also written to the newest.
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
      // Removed by hand, or by rotation as the oldest.
    }
    if (ids.size > 0) this.events.emit('changedInOtherWindow', [...ids]);
    if (isNews) this.events.emit('changed');
  }

  private endOf(
    { id, serviceProviderId }: Pick<ChangeStarted, 'id' | 'serviceProviderId'>,
    closing: Completion,
  ): JournalRecord {
    return {
      type: 'completed',
      writer: this.writer,
      serviceProviderId: closing.createdId ?? serviceProviderId,
      closing: { ...closing, id, completedAtMs: Date.now() },
    };
  }

  private ended(id: string, result: ChangeResult): void {
    const openChanges = this.openChanges.get(id);
    if (openChanges && result === 'unconfirmed') this.openChanges.set(id, { ...openChanges, isUnconfirmed: true });
    else this.openChanges.delete(id);
  }

  /** Records that this window is alive while it has open changes: one may wait long, as for a token to be pasted. */
  private recordAlive(): void {
    if ([...this.openChanges.values()].some(({ isUnconfirmed }) => !isUnconfirmed)) {
      // If this cannot be written, the change cannot be completed either.
      this.append({ type: 'alive', writer: this.writer, atMs: Date.now() }).catch(() => undefined);
    } else {
      clearInterval(this.signsOfLife);
      this.signsOfLife = undefined;
    }
  }

  private scheduleRetry(): void {
    if (this.isDisposed || this.retryTimer !== undefined) return;
    const pauseMs = WRITE_RETRY_DELAYS_MS[Math.min(this.failures++, WRITE_RETRY_DELAYS_MS.length - 1)];
    this.retryTimer = setTimeout(() => {
      this.retryWrites();
    }, pauseMs).unref();
  }

  /** Writes the completion records that could not be written before. */
  private retryWrites(): void {
    clearTimeout(this.retryTimer);
    this.retryTimer = undefined;
    for (const [id, record] of this.unwritten) {
      if (record.type !== 'completed') continue;
      this.unwritten.delete(id);
      this.append(record).then(
        () => {
          this.ended(id, record.closing.result);
        },
        () => {
          if (this.openChanges.has(id)) this.unwritten.set(id, record);
          this.scheduleRetry();
        },
      );
    }
  }

  /** Records added during a write go into the next one. */
  private append(record: JournalRecord): Promise<void> {
    return new Promise((resolve, reject) => {
      // Reject only the record that could not be read back, not the whole batch.
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
        if (this.unwritten.size > 0) this.retryWrites();
        // All writers have been answered: if no new file can be created, the full one grows until it can.
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

  /** @param lastSignMs time of its last record, Unix time in milliseconds */
  private isWriterDead(writer: Writer, lastSignMs: number): boolean {
    if (writer.id === this.writer.id) return false;
    if (Math.abs(Date.now() - lastSignMs) > DEAD_AFTER_MS) return true;
    if (writer.host !== this.writer.host) return false;
    // An earlier process with this one's ID.
    if (writer.pid === process.pid) return true;
    try {
      // Signal 0 is never delivered: it only checks.
      process.kill(writer.pid, 0);
      return false;
    } catch (error) {
      return error instanceof Error && 'code' in error && error.code === 'ESRCH';
    }
  }
}

/** Keeps the preferred outcome of each change. The records, and all calls, are in order, the newest first. */
function addCompletions(completions: Map<string, ChangeCompleted>, records: readonly JournalRecord[]): void {
  for (const record of records) {
    if (record.type !== 'completed') continue;
    const { closing } = record;
    completions.set(closing.id, preferredCompletion(completions.get(closing.id), closing));
  }
}
