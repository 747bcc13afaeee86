/** A queue whose first place can be taken again, and from which things can be given up; each in constant time. */
export class CallQueue<T extends { readonly isOver: boolean }> {
  private readonly first: T[] = [];
  private items: T[] = [];
  private taken = 0;
  private count = 0;

  /** How many wait that are not over. */
  get size(): number {
    return this.count;
  }

  push(item: T): void {
    this.items.push(item);
    this.count++;
  }

  /** Puts an item before all others. */
  unshift(item: T): void {
    this.first.push(item);
    this.count++;
  }

  /** One that waits is over. It stays where it is until its turn comes, or until no other waits. */
  discard(): void {
    this.count--;
    if (this.count === 0) this.clear();
  }

  /** The next item that is not over. */
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

  /** Now and then, not each time: what remains has to be copied. */
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
