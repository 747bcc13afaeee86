import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { watch, type FSWatcher } from 'node:fs';
import { hostname } from 'node:os';
import type { FileLock } from '../crossWindow/fileLock';
import { privateFolder } from '../crossWindow/privateFiles';
import type { ChangeResult, ClosedChange, OpenedChange, RecordedChange } from './changeRecord';
import { JournalFailed } from './journalError';
import { JournalFiles, timeOf, type JournalSize } from './journalFiles';
import { checked, type JournalRecord, type OpenedRecord, type Writer } from './journalRecord';

interface Events {
  /** Another window has ended changes of these service providers. */
  changedElsewhere: [serviceProviderIds: readonly string[]];
  /** A change was noted or has ended, in this window or in another. */
  changed: [];
}

/** A window that has an open change says so often that it still lives, in milliseconds. */
const SIGN_OF_LIFE_MS = 3 * 60_000;

/** A window that has said nothing for so long is gone, though its process ID is in use: by another process by now. */
const SILENCE_MS = 10 * 60_000;

/** An unconfirmed change of a window that is gone is looked after for so long, in milliseconds. */
const LOOKED_AFTER_MS = 24 * 60 * 60_000;

/** How long to wait before an end is written again that could not be; the last one is repeated. Milliseconds. */
const WRITE_AGAIN_MS = [1_000, 5_000, 15_000, 60_000] as const;

/** What other windows write in quick succession is read in one go. */
const GATHER_MS = 100;

type Closing = Omit<ClosedChange, 'id' | 'closedAtMs'>;

/**
 * The journal of all changes, which all windows share. Each change is noted before it is sent and ended with its outcome, so
 * that after a crash the next start knows which ones to look after.
 */
export class ChangeJournal {
  readonly events = new EventEmitter<Events>();
  private readonly files: JournalFiles;
  private readonly writer: Writer = { host: hostname(), pid: process.pid, id: randomUUID() };
  /** Own changes that may be ended, with their service providers. */
  private readonly own = new Map<string, { readonly serviceProviderId: string; readonly isUnconfirmed?: true }>();
  /** Ends that could not be written, by their changes. */
  private readonly unwritten = new Map<string, JournalRecord>();
  private writesAgain: NodeJS.Timeout | undefined;
  private failures = 0;
  private signsOfLife: NodeJS.Timeout | undefined;
  private waiting: { record: JournalRecord; resolve: () => void; reject: (error: unknown) => void }[] = [];
  private isWriting = false;
  private watcher: FSWatcher | undefined;
  private isDisposed = false;
  private gathering: NodeJS.Timeout | undefined;
  /** How far was read of what others write: up to this byte of this file. */
  private heard = { number: 0, offset: 0 };

  /**
   * @param folder is created when the first change is noted
   * @param lock shared by all windows; recovery takes it, notes do not wait for it
   */
  constructor(
    folder: string,
    private readonly lock: Pick<FileLock, 'hold'>,
    size?: JournalSize,
  ) {
    this.files = new JournalFiles(folder, size);
  }

  /**
   * Notes a change. Resolves with its id when it is on the disk.
   *
   * @throws JournalFailed when it could not be written: then nothing may be sent
   */
  async open(change: Omit<OpenedChange, 'id' | 'openedAtMs'>): Promise<string> {
    const id = randomUUID();
    const { writer } = this;
    await this.append({ type: 'opened', writer, change: { ...change, id, openedAtMs: Date.now() } });
    this.own.set(id, { serviceProviderId: change.serviceProviderId });
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
  async close(id: string, closing: Closing): Promise<void> {
    const { serviceProviderId } = this.own.get(id) ?? {};
    if (serviceProviderId === undefined) throw new Error('not a change of this window that may be ended');
    const record = this.endOf({ id, serviceProviderId }, closing);
    // What is known by now takes the place of what could not be written before.
    this.unwritten.delete(id);
    try {
      await this.append(record);
    } catch (error) {
      if (error instanceof JournalFailed) {
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
  async *newestFirst(): AsyncGenerator<RecordedChange> {
    const ends = new Map<string, ClosedChange>();
    for (const number of (await this.files.numbers().catch(this.unreadable)).reverse()) {
      const records = (await this.files.read(number).catch(this.unreadable)).reverse();
      for (const record of records) if (record.type === 'closed') keepEnd(ends, record.closing);
      for (const record of records) {
        // Of what was carried over, the original comes later.
        if (record.type !== 'opened' || record.carried) continue;
        const { change } = record;
        const closed = ends.get(change.id);
        ends.delete(change.id);
        yield { ...change, ...(closed && { closed }) };
      }
    }
  }

  /**
   * The open changes of windows that are gone.
   *
   * @throws JournalFailed when they cannot be read
   */
  async abandoned(): Promise<RecordedChange[]> {
    return (await this.unsettled()).filter(({ closed }) => !closed);
  }

  /**
   * The changes of windows that are gone of which it is not known how they ended: those that are open, and those of the last
   * 24 hours that ended as `inDoubt`.
   *
   * @throws JournalFailed when they cannot be read
   */
  async unsettled(): Promise<RecordedChange[]> {
    const sinceMs = Date.now() - LOOKED_AFTER_MS;
    const records = await this.files.sinceCarriedOver(sinceMs).catch(this.unreadable);
    const heardAtMs = new Map<string, number>();
    const opened = new Map<string, OpenedRecord>();
    const ends = new Map<string, ClosedChange>();
    for (const record of records) {
      if (record.type === 'carriedOver') continue;
      const { id } = record.writer;
      const isCopy = record.type === 'opened' && record.carried;
      if (!isCopy || !heardAtMs.has(id)) heardAtMs.set(id, timeOf(record) ?? 0);
      if (record.type === 'opened') opened.set(record.change.id, record);
    }
    for (const record of records.reverse()) if (record.type === 'closed') keepEnd(ends, record.closing);
    return [...opened.values()].flatMap(({ writer, change }) => {
      const closed = ends.get(change.id);
      const isSettled = closed && (closed.result !== 'inDoubt' || change.openedAtMs < sinceMs);
      if (isSettled || !this.isGone(writer, heardAtMs.get(writer.id) ?? 0)) return [];
      return { ...change, ...(closed && { closed }) };
    });
  }

  /**
   * Ends what windows that are gone have left unsettled, one window at a time.
   *
   * @param settle finds out how a change has ended; undefined leaves it as it is
   * @throws JournalFailed when they cannot be read, or an end cannot be noted
   */
  async recover(settle: (change: RecordedChange) => Promise<Closing | undefined>): Promise<void> {
    await this.lock.hold('journal recovery', async () => {
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
      const number = (await this.files.numbers()).at(-1);
      if (number !== undefined) this.heard = { number, offset: await this.files.length(number) };
      // During what was awaited.
      if (this.isDisposed) return;
      this.watcher = watch(this.files.folder, { persistent: false }, () => {
        this.gathering ??= setTimeout(() => {
          this.gathering = undefined;
          void this.readNews();
        }, GATHER_MS).unref();
      });
      this.watcher.on('error', () => this.watcher?.close());
    } catch {
      // A file system without notifications: the view still reads what is old when somebody looks at it.
    }
  }

  dispose(): void {
    this.isDisposed = true;
    this.watcher?.close();
    clearTimeout(this.gathering);
    clearTimeout(this.writesAgain);
    clearInterval(this.signsOfLife);
  }

  private async readNews(): Promise<void> {
    const ids = new Set<string>();
    let isNews = false;
    try {
      // What is written late to an older file is written to the newest one, too.
      for (const number of (await this.files.numbers()).filter((each) => each >= this.heard.number)) {
        const from = number === this.heard.number ? this.heard.offset : 0;
        const { records, offset } = await this.files.readFrom(number, from);
        this.heard = { number, offset };
        isNews ||= records.some(({ type }) => type !== 'alive');
        for (const record of records) {
          if (record.type === 'closed' && record.writer.id !== this.writer.id && record.closing.result !== 'notSent') {
            ids.add(record.serviceProviderId);
          }
        }
      }
    } catch {
      // Removed by hand, or just now as the oldest.
    }
    if (ids.size > 0) this.events.emit('changedElsewhere', [...ids]);
    if (isNews) this.events.emit('changed');
  }

  private endOf(
    { id, serviceProviderId }: Pick<OpenedChange, 'id' | 'serviceProviderId'>,
    closing: Closing,
  ): JournalRecord {
    const { writer } = this;
    return { type: 'closed', writer, serviceProviderId, closing: { ...closing, id, closedAtMs: Date.now() } };
  }

  private ended(id: string, result: ChangeResult): void {
    const own = this.own.get(id);
    if (own && result === 'inDoubt') this.own.set(id, { ...own, isUnconfirmed: true });
    else this.own.delete(id);
  }

  /** Says that this window still lives, while it has open changes: one may wait long, as for a token that is to be pasted. */
  private showLife(): void {
    if ([...this.own.values()].some(({ isUnconfirmed }) => !isUnconfirmed)) {
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
      if (record.type !== 'closed') continue;
      this.unwritten.delete(id);
      this.append(record).then(
        () => {
          this.ended(id, record.closing.result);
        },
        () => {
          if (this.own.has(id)) this.unwritten.set(id, record);
          this.writeAgainLater();
        },
      );
    }
  }

  /** What comes while a write is under way goes out with the next one. */
  private append(record: JournalRecord): Promise<void> {
    return new Promise((resolve, reject) => {
      // One that could not be read again is refused alone, not with all that go out with it.
      this.waiting.push({ record: checked(record), resolve, reject });
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
        if (full !== undefined) await this.files.follow(full);
      } catch (error) {
        for (const { reject } of batch) reject(new JournalFailed('write', this.files.folder, error));
      }
    }
    this.isWriting = false;
  }

  private readonly unreadable = (cause: unknown): never => {
    throw new JournalFailed('read', this.files.folder, cause);
  };

  /** @param heardAtMs when it wrote last, in Unix time in milliseconds */
  private isGone(writer: Writer, heardAtMs: number): boolean {
    if (writer.id === this.writer.id) return false;
    if (Math.abs(Date.now() - heardAtMs) > SILENCE_MS) return true;
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
function keepEnd(ends: Map<string, ClosedChange>, closing: ClosedChange): void {
  const before = ends.get(closing.id);
  if (!before || weightOf(closing) > weightOf(before)) ends.set(closing.id, closing);
}

function weightOf({ result, recovered }: ClosedChange): number {
  return (result === 'inDoubt' ? 0 : 2) + (recovered ? 0 : 1);
}
