/**
 * The service providers to read, each once, in an order that may change meanwhile: what the user looks at comes before
 * the rest. Those that need a second request come again.
 */
export class ReadOrder implements IterableIterator<string> {
  private readonly pending: Set<string>;
  private readonly rest: Iterator<string>;
  private preferred: Iterator<string> = [].values();
  private readonly repeated: string[] = [];

  constructor(ids: readonly string[]) {
    this.pending = new Set(ids);
    this.rest = ids.values();
  }

  /** How many are still to be read. */
  get size(): number {
    return this.pending.size + this.repeated.length;
  }

  /** Moves these to the front; others, and those that were read, are ignored. */
  prefer(ids: readonly string[]): void {
    this.preferred = ids.values();
  }

  /** Returns one again that was read: after those at the front, and before the rest. */
  repeat(id: string): void {
    this.repeated.push(id);
  }

  next(): IteratorResult<string, undefined> {
    const value = this.unread(this.preferred) ?? this.repeated.shift() ?? this.unread(this.rest);
    return value === undefined ? { done: true, value } : { value };
  }

  [Symbol.iterator](): this {
    return this;
  }

  private unread(ids: Iterator<string>): string | undefined {
    for (let each = ids.next(); !each.done; each = ids.next()) if (this.pending.delete(each.value)) return each.value;
    return undefined;
  }
}
