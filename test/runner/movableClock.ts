/**
 * Loaded into each extension host before VS Code if a test asks for it: a clock that the test moves forward, so that it need not
 * wait for the time limits of an extension. The extension is the same as without it.
 *
 * The clock is the actual one plus the milliseconds in the file that {@link CLOCK_FILE} names. Moving it ends the timers that are
 * due by then, in their order.
 */
import type { TimerOptions } from 'node:timers';
import { readFileSync, watch } from 'node:fs';
import path from 'node:path';
import timers from 'node:timers/promises';

/** The environment variable with the name of the file. */
export const CLOCK_FILE = 'VSCODE_HOST_CLOCK';

interface Pending {
  readonly dueAtMs: number;
  /** Ends the timer; a second time does nothing. */
  readonly end: () => void;
  /** The timer of the time that remained after the clock was moved. */
  shortened?: NodeJS.Timeout;
}

const real = {
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  dateNow: Date.now,
  performanceNow: performance.now.bind(performance),
};
const pending = new Map<NodeJS.Timeout, Pending>();
let aheadMs = 0;

function setTimer<Args extends unknown[]>(callback: (...args: Args) => void, ms = 0, ...args: Args): NodeJS.Timeout {
  const end = () => {
    if (forget(timer)) callback(...args);
  };
  const timer = real.setTimeout(end, ms);
  const begin = () => pending.set(timer, { dueAtMs: performance.now() + ms, end });
  const refresh = timer.refresh.bind(timer);
  timer.refresh = () => {
    forget(timer);
    begin();
    return refresh();
  };
  begin();
  return timer;
}

/** Returns whether the timer was pending. */
function forget(timer: NodeJS.Timeout): boolean {
  real.clearTimeout(pending.get(timer)?.shortened);
  return pending.delete(timer);
}

function clearTimer(timer: NodeJS.Timeout | string | number | undefined): void {
  if (typeof timer === 'object') forget(timer);
  real.clearTimeout(timer);
}

/** As `setTimeout` of `node:timers/promises`. */
async function delay<T>(ms?: number, value?: T, { signal, ref = true }: TimerOptions = {}): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimer(timer);
      const error = new Error('The operation was aborted', { cause: signal?.reason });
      reject(Object.assign(error, { name: 'AbortError', code: 'ABORT_ERR' }));
    };
    const timer = setTimer(() => {
      signal?.removeEventListener('abort', abort);
      resolve(value as T);
    }, ms);
    if (!ref) timer.unref();
    if (signal?.aborted === true) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}

function moveTo(ms: number): void {
  if (!(ms > aheadMs)) return;
  aheadMs = ms;
  for (const [timer, each] of [...pending].sort(([, a], [, b]) => a.dueAtMs - b.dueAtMs)) {
    real.clearTimeout(each.shortened);
    each.shortened = real.setTimeout(each.end, each.dueAtMs - performance.now());
    if (!timer.hasRef()) each.shortened.unref();
  }
}

function start(file: string): void {
  Date.now = () => real.dateNow() + aheadMs;
  performance.now = () => real.performanceNow() + aheadMs;
  globalThis.setTimeout = Object.assign(setTimer, { __promisify__: delay });
  globalThis.clearTimeout = clearTimer;
  timers.setTimeout = delay;
  AbortSignal.timeout = (ms) => {
    const controller = new AbortController();
    setTimer(() => {
      controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
    }, ms).unref();
    return controller.signal;
  };
  const read = () => {
    moveTo(Number(readFileSync(file, 'utf8')));
  };
  read();
  watch(path.dirname(file), { persistent: false }, (_event, name) => {
    if (name === path.basename(file)) read();
  });
}

const file = process.env[CLOCK_FILE];
if (file !== undefined && process.argv.includes('--type=extensionHost')) start(file);
