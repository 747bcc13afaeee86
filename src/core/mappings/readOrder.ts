/**
 * The service providers to read, each once, in an order that may change meanwhile: what the user looks at comes before
 * the rest.
 */
export class ReadOrder implements IterableIterator<string> {
  private readonly pending: Set<string>;
  private readonly rest: Iterator<string>;
  private preferred: Iterator<string> = [].values();

  constructor(ids: readonly string[]) {
    this.pending = new Set(ids);
    this.rest = ids.values();
  }

  /** How many are still to be read. */
  get size(): number {
    return this.pending.size;
  }

  /** Moves these to the front; others, and those that were read, are ignored. */
  prefer(ids: readonly string[]): void {
    this.preferred = ids.values();
  }

  next(): IteratorResult<string, undefined> {
    for (const ids of [this.preferred, this.rest]) {
      for (let each = ids.next(); !each.done; each = ids.next()) {
        if (this.pending.delete(each.value)) return { value: each.value };
      }
    }
    return { done: true, value: undefined };
  }

  [Symbol.iterator](): this {
    return this;
  }
}
