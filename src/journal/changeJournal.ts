import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { watch, type FSWatcher } from 'node:fs';
import { hostname } from 'node:os';
import type { FileLock } from '../acrossWindows/fileLock';
import { privateFolder } from '../acrossWindows/privateFiles';
import type { ClosedChange, OpenedChange, RecordedChange } from '../core/changeRecord';
import { JournalFailed } from './journalFailed';
import { JournalFiles, type JournalSize } from './journalFiles';
import { checked, type JournalRecord, type OpenedRecord, type Writer } from './journalRecord';

interface Events {
  /** Another window has ended changes of these service providers. */
  changedElsewhere: [serviceProviderIds: readonly string[]];
  /** A change was noted or has ended, in this window or in another. */
  changed: [];
}

/** A change never lasts so long: its limits are minutes. A window whose process id was given to another one is found by it. */
const LONGEST_CHANGE_MS = 10 * 60_000;

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
  /** Own changes that are open, with their service providers. */
  private readonly own = new Map<string, string>();
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
    this.own.set(id, change.serviceProviderId);
    return id;
  }

  /**
   * Notes how a change of this window has ended.
   *
   * @throws JournalFailed when it could not be written: the change stays open
   */
  async close(id: string, closing: Closing): Promise<void> {
    const serviceProviderId = this.own.get(id);
    if (serviceProviderId === undefined) throw new Error('not a change of this window that is open');
    await this.end({ id, serviceProviderId }, closing);
    this.own.delete(id);
  }

  /**
   * All changes, the newest first, read file by file as they are asked for.
   *
   * @throws JournalFailed when a file cannot be read
   */
  async *newestFirst(): AsyncGenerator<RecordedChange> {
    const ends = new Map<string, ClosedChange>();
    for (const number of (await this.files.numbers().catch(this.unreadable)).reverse()) {
      const records = await this.files.read(number).catch(this.unreadable);
      for (const record of records) if (record.type === 'closed') keepEnd(ends, record.closing);
      for (const record of records.reverse()) {
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
    const open = await this.files.open().catch(this.unreadable);
    return open.filter((record) => this.isGone(record)).map(({ change }) => change);
  }

  /**
   * Ends what windows that are gone have left open, one window at a time.
   *
   * @param settle finds out how a change has ended; undefined leaves it open
   * @throws JournalFailed when they cannot be read, or an end cannot be noted
   */
  async recover(settle: (change: RecordedChange) => Promise<Closing | undefined>): Promise<void> {
    await this.lock.hold('journal recovery', async () => {
      for (const change of await this.abandoned()) {
        const closing = await settle(change);
        if (closing) await this.end(change, { ...closing, recovered: true });
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
        isNews ||= records.length > 0;
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

  private async end(change: { id: string; serviceProviderId: string }, closing: Closing): Promise<void> {
    const { id, serviceProviderId } = change;
    const { writer } = this;
    await this.append({
      type: 'closed',
      writer,
      serviceProviderId,
      closing: { ...closing, id, closedAtMs: Date.now() },
    });
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

  private isGone({ writer, change }: OpenedRecord): boolean {
    if (writer.id === this.writer.id) return false;
    if (Math.abs(Date.now() - change.openedAtMs) > LONGEST_CHANGE_MS) return true;
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

/** What a change's own window has noted counts more than what was found out later. */
function keepEnd(ends: Map<string, ClosedChange>, closing: ClosedChange): void {
  const before = ends.get(closing.id);
  if (!before || before.recovered) ends.set(closing.id, closing);
}
