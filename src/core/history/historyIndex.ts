import { setImmediate } from 'node:timers/promises';
import type { NetworkMapping } from '../model/networkMapping';
import { isProviderChange, type ChangeCompleted, type ChangeRecord, type ChangeStarted } from './changeRecord';
import { preferredCompletion } from './completion';
import { searchableText, type SearchableChange, type SearchableHistory } from './historySearch';
import { JournalError } from './journalError';
import { unlessMissing, type JournalFiles } from './journalFiles';

/** What was read of one file of the journal. */
interface ReadFile {
  readonly number: number;
  /** In bytes: the length of the file when it was last read, and how far its complete lines were read. */
  length: number;
  offset: number;
  /** The oldest first. */
  readonly changes: IndexedChange[];
}

/** How records read now relate to all that were read before. */
type Age = 'newer' | 'older';

/**
 * The changes in the files of the journal, kept in memory for searches: each search reads only what was appended since
 * the one before. Drop it when the history is closed.
 */
export class HistoryIndex implements SearchableHistory {
  /** The files that were read, the newest first, without a gap. */
  private read: ReadFile[] = [];
  private readonly byId = new Map<string, IndexedChange>();
  /** Outcomes whose change is in an older file, which was not read yet. */
  private readonly completions = new Map<string, ChangeCompleted>();
  /** The changes that a later one has undone. */
  private readonly undone = new Set<string>();
  /** Texts that many changes share; see {@link searchableText}. */
  private readonly outcomeTexts = new Map<string, string>();
  private readonly sharedValues = new SharedValues();
  /** Counts how often everything was dropped. */
  private generation = 0;
  /** Searches may overlap, but files are read one at a time. */
  private lastRead: Promise<unknown> = Promise.resolve();

  constructor(private readonly files: Pick<JournalFiles, 'folder' | 'sequence' | 'length' | 'readFrom'>) {}

  /** @throws JournalError if a file cannot be read */
  async *newestFirst(): AsyncGenerator<readonly SearchableChange[]> {
    const numbers = await this.inTurn(() => this.update());
    const { generation } = this;
    for (const number of numbers.reverse()) {
      const changes = await this.inTurn(async () =>
        generation === this.generation ? this.changesOf(number) : undefined,
      );
      // A newer search has begun again.
      if (!changes) return;
      yield changes;
      await setImmediate();
    }
  }

  private inTurn<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.lastRead.then(task).catch((error: unknown) => {
      throw new JournalError('read', this.files.folder, error);
    });
    this.lastRead = turn.catch(() => undefined);
    return turn;
  }

  /** Reads what was appended since the last call; returns the numbers of all files, the oldest first. */
  private async update(): Promise<number[]> {
    const numbers = await this.files.sequence();
    if (!(await this.isPrefixUnchanged(numbers))) this.clear();
    const [newest] = this.read;
    if (!newest) return numbers;
    await this.readOn(newest, 'newer');
    for (const number of numbers.filter((each) => each > newest.number)) {
      this.read.unshift(await this.readOn(unread(number), 'newer'));
    }
    return numbers;
  }

  /**
   * Whether the files that were read still exist and only the newest has grown. The oldest may have been removed, and a
   * window may have written to an older file without noticing the newer one.
   */
  private async isPrefixUnchanged(numbers: readonly number[]): Promise<boolean> {
    if (!this.read.every(({ number }) => numbers.includes(number))) return false;
    const [, ...older] = this.read;
    for (const { number, length } of older) {
      if ((await unlessMissing(this.files.length(number))) !== length) return false;
    }
    return true;
  }

  private clear(): void {
    this.generation++;
    this.read = [];
    this.byId.clear();
    this.completions.clear();
    this.undone.clear();
  }

  private async changesOf(number: number): Promise<readonly SearchableChange[]> {
    let file = this.read.find((each) => each.number === number);
    if (!file) {
      file = await this.readOn(unread(number), 'older');
      this.read.push(file);
    }
    return file.changes.toReversed();
  }

  /** Reads the rest of a file. */
  private async readOn(file: ReadFile, age: Age): Promise<ReadFile> {
    // The oldest may be removed at any time.
    const none = { records: [], offset: file.offset };
    file.length = (await unlessMissing(this.files.length(file.number))) ?? file.length;
    const { records, offset } = (await unlessMissing(this.files.readFrom(file.number, file.offset))) ?? none;
    file.offset = offset;
    for (const record of records) {
      // The original of a copied record is in an older file.
      if (record.type !== 'started' || record.copied) continue;
      const { id } = record.change;
      const change = new IndexedChange(
        this.sharedValues.inChange(record.change),
        this.undone.has(id),
        this.outcomeTexts,
      );
      file.changes.push(change);
      this.byId.set(id, change);
      const completed = this.completions.get(id);
      this.completions.delete(id);
      if (completed) this.complete(completed, 'newer');
    }
    const completions = records.flatMap((record) => (record.type === 'completed' ? record.closing : []));
    for (const each of age === 'newer' ? completions : completions.reverse()) this.complete(each, age);
    // Here rather than in the first search, whose user waits.
    for (const change of file.changes) change.buildText();
    return file;
  }

  private complete(completed: ChangeCompleted, age: Age): void {
    const { id } = completed;
    const indexed = this.byId.get(id);
    const before = indexed ? indexed.change.completed : this.completions.get(id);
    const best = age === 'newer' ? preferredCompletion(completed, before) : preferredCompletion(before, completed);
    if (!indexed) {
      this.completions.set(id, best);
      return;
    }
    indexed.complete(this.sharedValues.inCompletion(best));
    const { revertsChangeId } = indexed.change;
    if (revertsChangeId === undefined || best.result !== 'succeeded') return;
    this.undone.add(revertsChangeId);
    this.byId.get(revertsChangeId)?.markUndone();
  }
}

function unread(number: number): ReadFile {
  return { number, length: 0, offset: 0, changes: [] };
}

class IndexedChange implements SearchableChange {
  private cachedText: string | undefined;

  constructor(
    private current: ChangeRecord,
    private hasUndo: boolean,
    private readonly outcomeTexts: Map<string, string>,
  ) {}

  get change(): ChangeRecord {
    return this.current;
  }

  get isUndone(): boolean {
    return this.hasUndo;
  }

  get text(): string {
    return this.buildText();
  }

  buildText(): string {
    return (this.cachedText ??= searchableText(this.current, this.hasUndo, this.outcomeTexts));
  }

  complete(completed: ChangeCompleted): void {
    this.current = { ...this.current, completed };
    this.cachedText = undefined;
  }

  markUndone(): void {
    this.hasUndo = true;
    this.cachedText = undefined;
  }
}

/** Replaces values that are equal in many changes by one instance of them, which saves a third of the memory. */
class SharedValues {
  private readonly texts = new Map<string, string>();
  private readonly mappings = new Map<string | undefined, NetworkMapping>();

  inChange(change: ChangeStarted): ChangeStarted {
    const { operationId, serviceProviderId, name, account, endpoint } = change;
    const shared = {
      operationId: this.text(operationId),
      serviceProviderId: this.text(serviceProviderId),
      ...(name !== undefined && { name: this.text(name) }),
      ...(account !== undefined && { account: this.text(account) }),
      endpoint: this.text(endpoint),
    };
    // Few, and each with texts of its own.
    if (isProviderChange(change)) return { ...change, ...shared };
    const { before, target } = change;
    return {
      ...change,
      ...shared,
      ...(before && { before: this.mapping(before) }),
      target: this.mapping(target),
    };
  }

  inCompletion(completed: ChangeCompleted): ChangeCompleted {
    const { actual } = completed;
    return actual ? { ...completed, actual: this.mapping(actual) } : completed;
  }

  private text(text: string): string {
    return one(this.texts, text, text);
  }

  private mapping(mapping: NetworkMapping): NetworkMapping {
    return one(this.mappings, mapping.type === 'mapped' ? mapping.skillId : undefined, mapping);
  }
}

function one<K, V>(known: Map<K, V>, key: K, value: V): V {
  const first = known.get(key);
  if (first === undefined) known.set(key, value);
  return first ?? value;
}
