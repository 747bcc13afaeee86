/** A queue with insertion at the front and removal of waiting items; each in constant time. */
export class CallQueue<T extends { readonly isOver: boolean }> {
  private readonly first: T[] = [];
  private items: T[] = [];
  private taken = 0;
  private count = 0;

  /** The number of waiting items that are not over. */
  get size(): number {
    return this.count;
  }

  push(item: T): void {
    this.items.push(item);
    this.count++;
  }

  /** Inserts an item at the front. */
  unshift(item: T): void {
    this.first.push(item);
    this.count++;
  }

  /**
   * Records that a waiting item is over. It stays in place until it reaches the front, or until no other item waits.
   */
  discard(): void {
    this.count--;
    if (this.count === 0) this.clear();
  }

  /** Removes and returns the next item that is not over. */
  take(): T | undefined {
    while (this.count > 0) {
      const item = this.first.pop() ?? this.items[this.taken++];
      if (item === undefined || item.isOver) continue;
      this.count--;
      if (this.count === 0) this.clear();
      else this.compact();
      return item;
    }
    return undefined;
  }

  /** Only occasionally: it copies the remaining items. */
  private compact(): void {
    if (this.taken <= 1_000 || this.taken * 2 <= this.items.length) return;
    this.items = this.items.slice(this.taken);
    this.taken = 0;
  }

  private clear(): void {
    this.first.length = 0;
    this.items = [];
    this.taken = 0;
  }
}
