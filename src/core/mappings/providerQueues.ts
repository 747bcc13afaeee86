import { abortable } from '../async/abortable';

/** Aborts a read that is to be restarted. */
const RESTART = Symbol('restart');

/** Runs the tasks of one service provider one after another. A new task cancels a read in progress. */
export class ProviderQueues {
  private readonly queues = new Map<string, Promise<unknown>>();
  private readonly reads = new Map<string, AbortController>();

  /** Resolves when all current tasks of a provider have ended; undefined if there are none. */
  pending(id: string): Promise<unknown> | undefined {
    return this.queues.get(id);
  }

  isReading(id: string): boolean {
    return this.reads.has(id);
  }

  cancelRead(id: string): void {
    this.reads.get(id)?.abort();
  }

  restartRead(id: string): void {
    this.reads.get(id)?.abort(RESTART);
  }

  /**
   * Runs a task after earlier ones of the same provider; cancels a read in progress. A task canceled while queued runs at
   * once, only to report that.
   */
  async run<T>(id: string, signal: AbortSignal | undefined, task: () => Promise<T>): Promise<T> {
    this.cancelRead(id);
    const before = this.queues.get(id) ?? Promise.resolve();
    const queue = abortable(before, signal).then(task, task);
    const all = Promise.allSettled([before, queue]);
    this.queues.set(id, all);
    try {
      return await queue;
    } finally {
      void all.then(() => {
        if (this.queues.get(id) === all) this.queues.delete(id);
      });
    }
  }

  /**
   * Runs a read, again if it is to be restarted. Resolves when it has ended or, if a newer task has superseded it, when
   * that task has ended.
   *
   * @param read is given a signal that is aborted when its result no longer counts
   */
  async runRead(
    id: string,
    signal: AbortSignal | undefined,
    read: (superseded: AbortSignal) => Promise<void>,
  ): Promise<void> {
    for (;;) {
      const superseded = new AbortController();
      await this.run(id, signal, async () => {
        this.reads.set(id, superseded);
        try {
          await read(superseded.signal);
        } finally {
          this.reads.delete(id);
        }
      });
      if (superseded.signal.reason === RESTART) continue;
      if (superseded.signal.aborted) await this.queues.get(id);
      return;
    }
  }
}
