import { VirtualTime } from '../inMemoryService';
import { replaceWith } from './replaced';

/** Wall clock at the start, Unix time in milliseconds. */
const EPOCH_MS = 1_700_000_000_000;

/** A timer as Node.js returns it. */
class Timer {
  cancel: (() => void) | undefined;

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

/** Replaces all clocks and timers of the process, but for `setImmediate`: time advances when no other work is pending. */
export class VirtualClock {
  private readonly time = new VirtualTime();

  /** Milliseconds since the start. */
  get nowMs(): number {
    return this.time.now();
  }

  after(ms: number, task: () => void): () => void {
    return this.time.after(ms, task);
  }

  /** As `setTimeout` of `node:timers/promises`. */
  readonly delay = (ms = 1, value?: unknown, { signal }: { readonly signal?: AbortSignal } = {}): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const abort = () => {
        cancel();
        reject(signal?.reason as Error);
      };
      const cancel = this.after(ms, () => {
        signal?.removeEventListener('abort', abort);
        resolve(value);
      });
      if (signal?.aborted) abort();
      else signal?.addEventListener('abort', abort);
    });

  /** Runs a task to its end. */
  async run<T>(task: () => Promise<T>, random: () => number): Promise<T> {
    const restore = this.install(random);
    try {
      return await this.time.until(task());
    } finally {
      restore();
    }
  }

  private install(random: () => number): () => void {
    const startMs = this.nowMs;
    const setTimer = (task: () => void, ms = 1): Timer => {
      const timer = new Timer();
      timer.cancel = this.after(ms, task);
      return timer;
    };
    const setRepeated = (task: () => void, ms: number): Timer => {
      const timer = new Timer();
      const next = () => {
        timer.cancel = this.after(ms, () => {
          next();
          task();
        });
      };
      next();
      return timer;
    };
    const clear = (timer: Timer | undefined) => timer?.cancel?.();
    const replaced = [
      replace(globalThis, {
        setTimeout: setTimer,
        setInterval: setRepeated,
        clearTimeout: clear,
        clearInterval: clear,
      }),
      replace(performance, { now: () => this.nowMs }),
      replace(Date, { now: () => EPOCH_MS + this.nowMs - startMs }),
      replace(Math, { random }),
    ];
    const endDelays = replaceWith({ delay: this.delay });
    return () => {
      endDelays();
      for (const restore of replaced) restore();
    };
  }
}

/** Replaces properties; returns what restores them. */
function replace(target: object, values: Readonly<Record<string, unknown>>): () => void {
  const before = Object.keys(values).map((name) => [name, Object.getOwnPropertyDescriptor(target, name)] as const);
  for (const [name, value] of Object.entries(values)) {
    Object.defineProperty(target, name, { value, configurable: true, writable: true });
  }
  return () => {
    for (const [name, descriptor] of before) {
      if (descriptor) Object.defineProperty(target, name, descriptor);
      else Reflect.deleteProperty(target, name);
    }
  };
}
