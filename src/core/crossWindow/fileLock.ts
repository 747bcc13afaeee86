import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { open, readFile, readlink, rm, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';
import { abortable } from '../async/abortable';
import { lockActivity } from './lockActivity';
import { NO_LINK, PRIVATE_FILE, privateFolder } from './privateFiles';

/** The contents of a lock file. The random ID makes each unique. */
const LockOwner = v.object({ pid: v.pipe(v.number(), v.integer(), v.minValue(1)), host: v.string(), id: v.string() });

async function holderText(): Promise<string> {
  const owner: v.InferOutput<typeof LockOwner> = { pid: process.pid, host: await host(), id: randomUUID() };
  return JSON.stringify(owner);
}

/**
 * Returns an ID of the space in which a process ID is unique: two machines, or two containers of one machine, may have
 * the same host name. Elsewhere than on Linux, it is the host name.
 */
function host(): Promise<string> {
  const sources = [readFile('/proc/sys/kernel/random/boot_id', 'utf8'), readlink('/proc/self/ns/pid')];
  return (knownHost ??= Promise.all(sources).then(
    (answers) => [hostname(), ...answers.map((answer) => answer.trim())].join(' '),
    () => hostname(),
  ));
}
let knownHost: Promise<string> | undefined;

/** A lock that has not been touched for this long has lost its owner. */
const STALE_MS = 60_000;

const POLL_MS = 50;

/**
 * How often in a row creating the lock may fail before giving up. On Windows, a file that is being deleted cannot be
 * created for a moment.
 */
const MAX_FAILURES = 5;

/**
 * Runs one task at a time per name, in all processes that use the same folder.
 *
 * An owner touches its lock repeatedly, and those who wait watch for that. This compares no clocks: a network file
 * system's may be minutes off, and this machine's may be set at any time.
 *
 * Without a writable folder, tasks are serialized within this object only: an occasional conflict between windows is
 * better than no sign-in at all.
 */
export class FileLock {
  /** For each name, a promise that resolves when all tasks so far have completed. */
  private readonly queues = new Map<string, Promise<void>>();

  /** @param staleMs how long a lock must stay untouched before its owner counts as gone */
  constructor(
    private readonly folder: string,
    private readonly staleMs = STALE_MS,
  ) {}

  /**
   * Runs a task when it has the lock, and settles as it does.
   *
   * @param signal aborts the wait with its reason; does not affect a running task
   */
  async withLock<T>(name: string, task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const before = this.queues.get(name) ?? Promise.resolve();
    const attempt = this.acquire(before, name, task, signal);
    // An aborted wait must not let the next task start early.
    const queue = Promise.allSettled([before, attempt]).then(() => {
      if (this.queues.get(name) === queue) this.queues.delete(name);
    });
    this.queues.set(name, queue);
    return attempt;
  }

  /** See {@link lockActivity}. */
  activity(): Promise<unknown> {
    return lockActivity(this.folder);
  }

  private async acquire<T>(
    before: Promise<void>,
    name: string,
    task: () => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    await abortable(before, signal);
    const path = join(this.folder, `${fileName(name)}.lock`);
    const own = await this.lock(path, signal);
    const touching = setInterval(() => void refreshMtime(path, own), this.staleMs / 4);
    touching.unref();
    try {
      // It may have been aborted while the lock was created.
      signal?.throwIfAborted();
      return await task();
    } finally {
      clearInterval(touching);
      await unlock(path, own);
    }
  }

  /**
   * Waits for the lock, and gives up after {@link MAX_FAILURES} failures in a row.
   *
   * @returns the contents that the lock file has; after giving up, there is no such file
   */
  private async lock(path: string, signal: AbortSignal | undefined): Promise<string> {
    const own = await holderText();
    const watch = new Watch(this.staleMs);
    for (let failures = 0; failures < MAX_FAILURES;) {
      try {
        await privateFolder(this.folder);
        if (await create(path, own)) return own;
        if (await removeAbandoned(path, watch)) continue;
        failures = 0;
      } catch {
        failures++;
      }
      // Random delays keep windows that began to wait together from polling in step.
      await abortable(sleep(POLL_MS * (0.5 + Math.random())), signal);
    }
    return own;
  }
}

/** Returns a file name for any text, valid on any system. */
function fileName(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** @returns whether this call created the file; throws any error except that it exists */
async function create(path: string, text: string): Promise<boolean> {
  let file;
  try {
    file = await open(path, 'wx', PRIVATE_FILE);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
  try {
    await file.writeFile(text).finally(() => file.close());
    // While it was empty, another window may have treated it as abandoned.
    return (await readFile(path, 'utf8')) === text;
  } catch (error) {
    // The disk is full. Without contents, the file would block all windows for STALE_MS.
    await remove(path);
    throw error;
  }
}

/** The observed state of a lock file. */
interface LockState {
  readonly text: string;
  readonly mtimeMs: number;
}

/** The longest pause between two checks that counts in full; a computer's sleep counts less. */
const MAX_PAUSE_MS = 4 * POLL_MS;

/** Watches by the monotonic clock whether lock files are touched. */
class Watch {
  private readonly seen = new Map<string, LockState & { readonly atMs: number; readonly untouchedMs: number }>();

  constructor(private readonly staleMs: number) {}

  /**
   * @returns a lock file whose owner is gone: its process has ended, or the file has been untouched for long enough;
   *   undefined for any other, and if there is none
   * @throws what the file system throws when the file cannot be read
   */
  async staleContents(path: string): Promise<LockState | undefined> {
    const lockState = await readLockState(path);
    if (!lockState) return undefined;
    if (await isOwnerDead(lockState.text)) return lockState;
    const before = this.seen.get(path);
    const atMs = performance.now();
    const untouchedMs =
      before && isSame(before, lockState) ? before.untouchedMs + Math.min(atMs - before.atMs, MAX_PAUSE_MS) : 0;
    this.seen.set(path, { ...lockState, atMs, untouchedMs });
    // A lock file is written right after its creation. One that stays empty belongs to a process that ended in between.
    return untouchedMs > (lockState.text === '' ? this.staleMs / 12 : this.staleMs) ? lockState : undefined;
  }
}

function isSame(one: LockState, other: LockState): boolean {
  return one.text === other.text && one.mtimeMs === other.mtimeMs;
}

async function readLockState(path: string): Promise<LockState | undefined> {
  let file;
  try {
    file = await open(path, constants.O_RDONLY | NO_LINK);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const { mtimeMs } = await file.stat();
    return { mtimeMs, text: await file.readFile('utf8') };
  } finally {
    await file.close();
  }
}

/**
 * Removes an abandoned lock. Takes a second lock to do so, named after the contents found: otherwise a slow window
 * would remove the new lock of a faster one.
 *
 * One race remains: an owner that was suspended for more than STALE_MS wakes up and ends between the second check and
 * the removal, and another window takes the lock in that instant. Then two tasks run at once, which callers tolerate:
 * each re-reads what is stored, and a refresh made twice leaves a valid token twice.
 *
 * @returns whether to retry at once
 */
async function removeAbandoned(path: string, watch: Watch): Promise<boolean> {
  const found = await watch.staleContents(path);
  if (!found) return false;
  const claim = `${path}.${fileName(found.text)}`;
  if (!(await create(claim, await holderText()))) {
    // Left by a process that ended at this point.
    if (await watch.staleContents(claim)) await remove(claim);
    return false;
  }
  try {
    const now = await readLockState(path);
    if (now && isSame(now, found)) await remove(path);
    return true;
  } finally {
    await remove(claim);
  }
}

/**
 * Whether the process in a lock file is known to have ended. Unknown, so false, for another machine that shares the
 * folder.
 */
async function isOwnerDead(text: string): Promise<boolean> {
  let owner;
  try {
    owner = v.parse(LockOwner, JSON.parse(text));
  } catch {
    // Not written yet, or not by this program: only its age counts.
    return false;
  }
  // Lock files of earlier versions have the host name only.
  if (owner.host !== (await host()) && owner.host !== hostname()) return false;
  try {
    // Signal 0 is never delivered: it only checks.
    process.kill(owner.pid, 0);
    return false;
  } catch (error) {
    return codeOf(error) === 'ESRCH';
  }
}

/** Touches the lock during a long task, so that it does not count as abandoned. */
async function refreshMtime(path: string, own: string): Promise<void> {
  try {
    const now = new Date();
    if ((await readFile(path, 'utf8')) === own) await utimes(path, now, now);
  } catch {
    // Taken over, or removed by hand: nothing to touch.
  }
}

async function unlock(path: string, own: string): Promise<void> {
  try {
    if ((await readFile(path, 'utf8')) === own) await remove(path);
  } catch {
    // Taken over, or removed by hand. One that cannot be removed becomes stale.
  }
}

/** Removes a file. On Windows, a virus scanner may lock it for a moment, and `rm` only retries with `recursive`. */
async function remove(path: string): Promise<void> {
  await rm(path, { force: true, recursive: true, maxRetries: 5, retryDelay: POLL_MS });
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
