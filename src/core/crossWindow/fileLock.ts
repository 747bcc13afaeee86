import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { open, readFile, readlink, rm, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';
import { abortable } from '../async/abortable';
import { NO_LINK, PRIVATE_FILE, privateFolder } from './privateFiles';

/** What a lock file holds. The random id makes each one's text unique. */
const LockOwner = v.object({ pid: v.pipe(v.number(), v.integer(), v.minValue(1)), host: v.string(), id: v.string() });

async function holderText(): Promise<string> {
  const holder: v.InferOutput<typeof LockOwner> = { pid: process.pid, host: await host(), id: randomUUID() };
  return JSON.stringify(holder);
}

/**
 * Where a process ID means the same process: two machines, or two containers of one machine, may have the same host name. Only
 * Linux tells; elsewhere the host name alone counts.
 */
function host(): Promise<string> {
  const asked = [readFile('/proc/sys/kernel/random/boot_id', 'utf8'), readlink('/proc/self/ns/pid')];
  return (knownHost ??= Promise.all(asked).then(
    (answers) => [hostname(), ...answers.map((answer) => answer.trim())].join(' '),
    () => hostname(),
  ));
}
let knownHost: Promise<string> | undefined;

/** A lock that has not been touched for so long has lost its holder. */
const STALE_MS = 60_000;

const POLL_MS = 50;

/**
 * How often in a row a lock may fail to be created before there is none to be had. On Windows, a file that is just being
 * deleted cannot be created for a moment.
 */
const MAX_FAILURES = 5;

/**
 * Lets one act at a time pass for each name, in all processes that use the same folder.
 *
 * A holder touches its lock again and again, and those who wait watch for that: no clock is compared with another one, since
 * that of a network file system may be minutes off, and that of this machine may be set at any time.
 *
 * Without a folder that can be written, acts take turns within this object only: two windows that get in each other's way
 * now and then are better than one in which nobody can sign in.
 */
export class FileLock {
  /** Of each name, what ends when all acts so far have ended. */
  private readonly queues = new Map<string, Promise<void>>();

  /** @param staleMs how long a lock must be seen untouched until its holder counts as gone */
  constructor(
    private readonly folder: string,
    private readonly staleMs = STALE_MS,
  ) {}

  /**
   * Runs an act when its turn has come, and settles as it does.
   *
   * @param signal gives up the wait, with its reason; an act that has begun is not concerned
   */
  async withLock<T>(name: string, task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const before = this.queues.get(name) ?? Promise.resolve();
    const attempt = this.acquire(before, name, task, signal);
    // One that gives up early must not let the next one pass before its time.
    const queue = Promise.allSettled([before, attempt]).then(() => {
      if (this.queues.get(name) === queue) this.queues.delete(name);
    });
    this.queues.set(name, queue);
    return attempt;
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
      // While the lock was created, too.
      signal?.throwIfAborted();
      return await task();
    } finally {
      clearInterval(touching);
      await unlock(path, own);
    }
  }

  /** @returns what was written into the lock file, unless there is no lock to be had */
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
      // Windows that began to wait together do not stay in step.
      await abortable(sleep(POLL_MS * (0.5 + Math.random())), signal);
    }
    return own;
  }
}

/** Any text as the name of a file on any system. */
function fileName(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** @returns whether the file is there now because of this call; any fault but that there is another one is thrown */
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
    // As long as it was empty, it may have been taken for one whose process had ended.
    return (await readFile(path, 'utf8')) === text;
  } catch (error) {
    // A full disk. Without its text the file would be nobody's, and in the way of all for STALE_MS.
    await remove(path);
    throw error;
  }
}

/** What was seen of a lock file. */
interface LockState {
  readonly text: string;
  readonly mtimeMs: number;
}

/** How much longer than the pause between two looks one may take to count in full: less is counted of a time of sleep. */
const MAX_PAUSE_MS = 4 * POLL_MS;

/** Watches lock files, by a clock that cannot be set, for whether they are touched. */
class Watch {
  private readonly seen = new Map<string, LockState & { readonly atMs: number; readonly untouchedMs: number }>();

  constructor(private readonly staleMs: number) {}

  /**
   * @returns a lock file whose holder is gone: its process has ended, or it has been seen untouched for long enough. undefined
   * for any other, and when there is none. A file that cannot be read is a fault.
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
    // A lock file is written right after it was created. One that stays empty is of a process that ended in between.
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
 * Removes a lock that was left behind. Removing it is a lock of its own, named after the text of the one that was found:
 * else a window that is slow to act on what it saw would remove the lock of the one that was quicker.
 *
 * What remains: a holder that was not gone but stopped for more than STALE_MS wakes up, and ends, between the second look
 * and the removal, and another one locks in that instant too. Then two acts run at once, which the callers bear: each
 * reads what is stored again, and a renewal that was made twice leaves a good token twice.
 *
 * @returns whether it is worth while to try again at once
 */
async function removeAbandoned(path: string, watch: Watch): Promise<boolean> {
  const found = await watch.staleContents(path);
  if (!found) return false;
  const claim = `${path}.${fileName(found.text)}`;
  if (!(await create(claim, await holderText()))) {
    // Of a process that ended right here.
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

/** Whether the process in a lock file is known to have ended. Of another machine, which shares the folder, nothing is known. */
async function isOwnerDead(text: string): Promise<boolean> {
  let holder;
  try {
    holder = v.parse(LockOwner, JSON.parse(text));
  } catch {
    // Just created and not yet written, or not by this program: only time tells.
    return false;
  }
  // The host name alone is in the files of earlier versions.
  if (holder.host !== (await host()) && holder.host !== hostname()) return false;
  try {
    // Signal 0 is never sent: it only asks.
    process.kill(holder.pid, 0);
    return false;
  } catch (error) {
    return codeOf(error) === 'ESRCH';
  }
}

/** Keeps the lock of a long act from being taken for abandoned. */
async function refreshMtime(path: string, own: string): Promise<void> {
  try {
    const now = new Date();
    if ((await readFile(path, 'utf8')) === own) await utimes(path, now, now);
  } catch {
    // Taken over, or removed by hand: there is nothing to keep.
  }
}

async function unlock(path: string, own: string): Promise<void> {
  try {
    if ((await readFile(path, 'utf8')) === own) await remove(path);
  } catch {
    // Taken over, or removed by hand. One that cannot be removed is abandoned in time.
  }
}

/** On Windows, a virus scanner may hold a file for a moment; `rm` tries again only when it is told to be recursive. */
async function remove(path: string): Promise<void> {
  await rm(path, { force: true, recursive: true, maxRetries: 5, retryDelay: POLL_MS });
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
