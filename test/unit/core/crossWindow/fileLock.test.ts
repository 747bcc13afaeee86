import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type * as fs from 'node:fs/promises';
import { lstat, mkdir, mkdtemp, open, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { FileLock } from '../../../../src/core/crossWindow/fileLock';
import { never } from '../../../support/expectImmediate';

vi.mock('node:fs/promises', async (importActual) => {
  const actual = await importActual<typeof fs>();
  return { ...actual, open: vi.fn(actual.open) };
});
const reallyOpen = vi.mocked(open).getMockImplementation() ?? open;

/**
 * Code for another process: `count` adds to a number in a file, `keep` holds the lock until it is killed. Its
 * clock is ahead of the file system by `aheadMs`.
 */
const PROGRAM = `
  import { readFile, writeFile } from 'node:fs/promises';
  import { FileLock } from './src/core/crossWindow/fileLock';
  const [folder, act, file, aheadMs = 0, aliveMs] = process.argv.slice(2);
  const TrueDate = Date;
  globalThis.Date = class extends TrueDate {
    constructor(...given) {
      super(...(given.length > 0 ? given : [TrueDate.now() + Number(aheadMs)]));
    }
    static now() {
      return TrueDate.now() + Number(aheadMs);
    }
  };
  const lock = new FileLock(folder, aliveMs && Number(aliveMs));
  if (act === 'keep') {
    await lock.withLock('sessions', async () => {
      console.log('held');
      await new Promise((resolve) => setInterval(resolve, 1e9));
      await new Promise(() => undefined);
    });
  }
  for (let times = 0; times < 25; times++) {
    await lock.withLock('sessions', async () => {
      const count = Number(await readFile(file, 'utf8'));
      await new Promise((resolve) => setImmediate(resolve));
      await writeFile(file, String(count + 1));
    });
  }
`;

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** How far a local clock may be from that of a network file system. */
const SKEWS = [-DAY, -2 * MINUTE, 2 * MINUTE, DAY];
/** For locks that expire sooner than in production. */
const STALE_MS = 600;
let bundles: string;
let program: string;
let folder: string;
let lock: FileLock;
const programs: ChildProcess[] = [];

beforeAll(async () => {
  bundles = await mkdtemp(join(tmpdir(), 'file-lock-program-'));
  program = join(bundles, 'program.mjs');
  await build({
    stdin: { contents: PROGRAM, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: program,
    logLevel: 'error',
  });
});
afterAll(() => rm(bundles, { recursive: true }));

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'file-lock-')), 'locks');
  lock = new FileLock(folder);
});
afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.mocked(open).mockImplementation(reallyOpen);
  for (const each of programs.splice(0)) each.kill('SIGKILL');
  await rm(join(folder, '..'), { recursive: true });
});

function start(...args: (string | number)[]): ChildProcess {
  const started = spawn(process.execPath, [program, folder, ...args.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  programs.push(started);
  return started;
}

/** Starts another process that has the lock. */
async function keeper(...args: number[]): Promise<ChildProcess> {
  const started = start('keep', '', ...args);
  if (started.stdout) await once(started.stdout, 'data');
  return started;
}

async function lockFile(): Promise<string> {
  const files = await readdir(folder);
  expect(files).toEqual([expect.stringMatching(/^[0-9a-f]{32}\.lock$/)]);
  return join(folder, files[0] ?? '');
}

/** Writes the lock file of a process that has not released it. */
async function leftBehind(text: string, ageMs = 0): Promise<string> {
  const path = await lock.withLock('sessions', lockFile);
  await writeFile(path, text);
  const touched = new Date(Date.now() - ageMs);
  await utimes(path, touched, touched);
  return path;
}

const holder = (pid: number, host = hostname()) => JSON.stringify({ pid, host, id: 'another' });

/** The process ID of a process that has ended. */
async function endedProcess(): Promise<number> {
  const started = spawn(process.execPath, ['-e', '']);
  await once(started, 'exit');
  if (started.pid === undefined) throw new Error('expected a process');
  return started.pid;
}

/** Whether the lock is still awaited after several polls. */
async function isWaitedFor(waiting = lock, ms = 200): Promise<boolean> {
  const giveUp = new AbortController();
  let began = false;
  const task = waiting
    .withLock('sessions', () => Promise.resolve((began = true)), giveUp.signal)
    .catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, ms));
  giveUp.abort(new Error('given up'));
  await task;
  return !began;
}

function deferred() {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

describe('a task under a lock', () => {
  it('settles like the task, and leaves no file', async () => {
    expect(await lock.withLock('sessions', () => Promise.resolve(42))).toBe(42);
    const failure = new Error('of the act');
    await expect(lock.withLock('sessions', () => Promise.reject(failure))).rejects.toBe(failure);
    await expect(
      lock.withLock('sessions', () => {
        throw failure;
      }),
    ).rejects.toBe(failure);
    expect(await readdir(folder)).toEqual([]);
  });

  it('runs alone, in the order of the requests', async () => {
    const seen: string[] = [];
    const task = (name: string) =>
      lock.withLock('sessions', async () => {
        seen.push(`${name} begins`);
        await new Promise((resolve) => setImmediate(resolve));
        seen.push(`${name} ends`);
      });
    await Promise.all([task('a'), task('b'), task('c')]);
    expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  it('waits for another instance with the same folder', async () => {
    const end = deferred();
    const began = deferred();
    const first = new FileLock(folder).withLock('sessions', () => {
      began.resolve();
      return end.promise;
    });
    await began.promise;
    expect(await isWaitedFor()).toBe(true);
    const second = lock.withLock('sessions', () => Promise.resolve('second'));
    end.resolve();
    await first;
    expect(await second).toBe('second');
  });

  it('does not wait for a lock of another name, whatever the names are', async () => {
    const end = deferred();
    const first = lock.withLock('a', () => end.promise);
    for (const name of ['b', '', '../a', 'a\u0000', 'A', 'x'.repeat(5000)]) {
      expect(await lock.withLock(name, () => Promise.resolve(name))).toBe(name);
    }
    end.resolve();
    await first;
    expect(await readdir(join(folder, '..'))).toEqual(['locks']);
  });
});

describe('a canceled wait for a lock', () => {
  it('never runs the task, and lets the next one wait for the lock', async () => {
    const end = deferred();
    const seen: string[] = [];
    const first = lock.withLock('sessions', () => end.promise.then(() => seen.push('first')));
    const giveUp = new AbortController();
    const second = lock.withLock('sessions', () => Promise.resolve(seen.push('second')), giveUp.signal);
    const third = lock.withLock('sessions', () => Promise.resolve(seen.push('third')));
    const reason = new Error('not now');
    giveUp.abort(reason);
    await expect(second).rejects.toBe(reason);
    // Enough time for the third task to start if the lock allowed it.
    await lock.withLock('other', () => Promise.resolve());
    end.resolve();
    await Promise.all([first, third]);
    expect(seen).toEqual(['first', 'third']);
  });

  it('rejects with the reason even while another process has the lock', async () => {
    await leftBehind(holder(process.pid));
    const reason = new Error('not now');
    const giveUp = new AbortController();
    const task = lock.withLock('sessions', () => never(), giveUp.signal);
    giveUp.abort(reason);
    await expect(task).rejects.toBe(reason);
    await expect(lock.withLock('sessions', () => never(), giveUp.signal)).rejects.toBe(reason);
  });

  it('never runs the task, even when canceled while the lock is being acquired', async () => {
    const reason = new Error('not now');
    const giveUp = new AbortController();
    const task = lock.withLock('sessions', () => Promise.resolve('ran'), giveUp.signal);
    // Run all microtasks; no file operation has completed yet.
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    giveUp.abort(reason);
    await expect(task).rejects.toBe(reason);
    expect(await readdir(folder)).toEqual([]);
  });

  it('does not affect a running task', async () => {
    const giveUp = new AbortController();
    const task = lock.withLock(
      'sessions',
      () => {
        giveUp.abort();
        return Promise.resolve('succeeded');
      },
      giveUp.signal,
    );
    expect(await task).toBe('succeeded');
  });
});

describe('an abandoned lock', () => {
  const lives = () => holder(process.pid);

  it('is taken over immediately when its process has ended', async () => {
    await leftBehind(holder(await endedProcess()));
    expect(await lock.withLock('sessions', () => Promise.resolve('succeeded'))).toBe('succeeded');
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([
    ['of a running process', lives],
    ['of another computer', async () => holder(await endedProcess(), 'another-machine')],
    ['of an unparsable process ID', () => holder(0)],
    ['of a malformed process ID', () => holder(-999_999)],
    ['of an impossible process ID', () => holder(2 ** 40)],
    ['with other contents', () => 'anything'],
  ])('%s is awaited while it may still be refreshed, and then taken over, whatever its time', async (_whose, text) => {
    for (const ageMs of [0, ...SKEWS]) {
      await leftBehind(await text(), ageMs);
      expect(await isWaitedFor(new FileLock(folder, STALE_MS), STALE_MS / 2)).toBe(true);
      expect(await new FileLock(folder, STALE_MS).withLock('sessions', () => Promise.resolve('succeeded'))).toBe(
        'succeeded',
      );
      expect(await readdir(folder)).toEqual([]);
    }
  });

  it('is awaited for a minute in production', async () => {
    await leftBehind(lives(), 2 * MINUTE);
    expect(await isWaitedFor(lock, 2_000)).toBe(true);
  });

  it('without contents is awaited only while its process may be about to write it', async () => {
    const quick = () => new FileLock(folder, 12 * STALE_MS);
    for (const ageMs of [0, ...SKEWS]) {
      await leftBehind('', ageMs);
      expect(await isWaitedFor(quick(), STALE_MS / 2)).toBe(true);
      expect(await quick().withLock('sessions', () => Promise.resolve('succeeded'))).toBe('succeeded');
      expect(await readdir(folder)).toEqual([]);
    }
  });

  it('is awaited by a process that was asleep as if it had not been', async () => {
    await leftBehind(lives());
    const sinceStart = performance.now.bind(performance);
    let asleepMs = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => sinceStart() + asleepMs);
    const waiting = isWaitedFor(new FileLock(folder, STALE_MS), STALE_MS / 2);
    await new Promise((resolve) => setTimeout(resolve, 150));
    asleepMs = DAY;
    expect(await waiting).toBe(true);
  });

  it('is taken over on time even if the system clock is set back while waiting', async () => {
    await leftBehind(lives());
    const waiting = isWaitedFor(new FileLock(folder, STALE_MS), 4 * STALE_MS);
    await new Promise((resolve) => setTimeout(resolve, 150));
    const now = Date.now.bind(Date);
    vi.spyOn(Date, 'now').mockImplementation(() => now() - DAY);
    expect(await waiting).toBe(false);
  });

  it('of a process with the same number on another machine of the same name is waited for', async () => {
    await leftBehind(holder(await endedProcess(), `${hostname()} another boot`));
    expect(await isWaitedFor()).toBe(true);
  });

  it('is taken over even after another process died while taking it over', async () => {
    const text = holder(await endedProcess());
    const claim = `${await leftBehind(text)}.${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
    await writeFile(claim, lives());
    expect(await isWaitedFor()).toBe(true);
    await writeFile(claim, holder(await endedProcess()));
    expect(await lock.withLock('sessions', () => Promise.resolve('succeeded'))).toBe('succeeded');
    expect(await readdir(folder)).toEqual([]);
  });

  it('is taken over by only one of several processes that see it at the same time', async () => {
    const pid = await endedProcess();
    let running = 0;
    let ran = 0;
    for (let round = 0; round < 3; round++) {
      await leftBehind(holder(pid));
      const acts = Array.from({ length: 8 }, () =>
        new FileLock(folder).withLock('sessions', async () => {
          expect(++running).toBe(1);
          await new Promise((resolve) => setTimeout(resolve, 5));
          ran++;
          running--;
        }),
      );
      await Promise.all(acts);
    }
    expect(ran).toBe(24);
    expect(await readdir(folder)).toEqual([]);
  });

  it('is not taken from a process that was faster to take it over', async () => {
    const path = await leftBehind(holder(await endedProcess()));
    const seen: string[] = [];
    const end = deferred();
    let quick: Promise<unknown> | undefined;
    let attempts = 0;
    vi.mocked(open).mockImplementation(async (file, flags) => {
      if (quick && file === path && flags === 'wx' && seen.length > 0) attempts++;
      if (!quick && file !== path) {
        // It has seen that the lock was abandoned, and is about to take it over.
        const began = deferred();
        quick = new FileLock(folder).withLock('sessions', () => {
          seen.push('quick');
          began.resolve();
          return end.promise;
        });
        await began.promise;
      }
      return reallyOpen(file, flags, 0o600);
    });
    const slow = lock.withLock('sessions', () => Promise.resolve(seen.push('slow')));
    await vi.waitUntil(() => attempts >= 2 || seen.includes('slow'));
    expect(seen).toEqual(['quick']);
    end.resolve();
    await Promise.all([quick, slow]);
    expect(seen).toEqual(['quick', 'slow']);
    expect(await readdir(folder)).toEqual([]);
  });

  it('is not removed by its earlier owner once it was taken over', async () => {
    await lock.withLock('sessions', async () => {
      await writeFile(await lockFile(), lives());
    });
    expect(await readFile(await lockFile(), 'utf8')).toBe(lives());
  });
});

describe('a long task', () => {
  it('keeps its lock, which is refreshed until the task ends', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const long = new Date(Date.now() - 10 * MINUTE);
    await lock.withLock('sessions', async () => {
      const path = await lockFile();
      await utimes(path, long, long);
      vi.advanceTimersByTime(MINUTE / 4);
      await vi.waitUntil(async () => (await stat(path)).mtimeMs > long.getTime() + 9 * MINUTE);
    });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not refresh a lock that was taken over', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    await lock.withLock('sessions', async () => {
      const path = await lockFile();
      await writeFile(path, holder(process.pid));
      const { mtimeMs } = await stat(path);
      vi.advanceTimersByTime(MINUTE / 4);
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect((await stat(path)).mtimeMs).toBe(mtimeMs);
    });
  });
});

describe('when no lock can be acquired', () => {
  const inUse = async (): Promise<void> => {
    let running = 0;
    const seen: number[] = [];
    const task = () =>
      lock.withLock('sessions', async () => {
        seen.push(++running);
        await new Promise((resolve) => setImmediate(resolve));
        running--;
      });
    await Promise.all([task(), task(), task()]);
    expect(seen).toEqual([1, 1, 1]);
  };

  it('tasks still run, one at a time, without a folder', async () => {
    await writeFile(folder, 'a file in its place');
    await inUse();
  });

  it('tasks still run, one at a time, when the lock cannot be removed', async () => {
    const path = await lock.withLock('sessions', lockFile);
    await mkdir(join(path, 'a folder in its place'), { recursive: true });
    await inUse();
  });

  it('tasks still run when the disk is full, and leave no empty lock file', async () => {
    vi.mocked(open).mockImplementation(async (path, flags) => {
      const file = await reallyOpen(path, flags, 0o600);
      if (flags === 'wx') vi.spyOn(file, 'writeFile').mockRejectedValue(new Error('ENOSPC: no space left on device'));
      return file;
    });
    await inUse();
    expect(await readdir(folder)).toEqual([]);
  });

  it('a task can still be canceled', async () => {
    await writeFile(folder, 'a file in its place');
    const reason = new Error('not now');
    const giveUp = new AbortController();
    const task = lock.withLock('sessions', () => never(), giveUp.signal);
    giveUp.abort(reason);
    await expect(task).rejects.toBe(reason);
  });
});

describe('clocks that differ from that of the file system', () => {
  it.each(SKEWS)('by %i ms keep others out while another process runs its task', async (aheadMs) => {
    await keeper(aheadMs, 2 * STALE_MS);
    const waiting = new FileLock(folder, 2 * STALE_MS);
    expect(await isWaitedFor(waiting, 3 * STALE_MS)).toBe(true);
  });

  it.each(SKEWS)('by %i ms keep others out when the file system is ahead of all', async (aheadMs) => {
    vi.mocked(open).mockImplementation(async (path, flags) => {
      const file = await reallyOpen(path, flags, 0o600);
      const stat = file.stat.bind(file);
      vi.spyOn(file, 'stat').mockImplementation(async () => {
        const seen = await stat();
        return Object.assign(seen, { mtimeMs: seen.mtimeMs + aheadMs });
      });
      return file;
    });
    const locks = [0, 0, 0].map(() => new FileLock(folder, STALE_MS));
    let running = 0;
    const acts = locks.map((each) =>
      each.withLock('sessions', async () => {
        expect(++running).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 1.5 * STALE_MS));
        expect(running--).toBe(1);
      }),
    );
    await Promise.all(acts);
    expect(await readdir(folder)).toEqual([]);
  });

  it('and from each other let one process in at a time', async () => {
    const file = join(folder, '..', 'count');
    await writeFile(file, '0');
    const exits = [0, ...SKEWS].map((aheadMs) => once(start('count', file, aheadMs), 'exit'));
    expect(await Promise.all(exits)).toEqual(Array(5).fill([0, null]));
    expect(await readFile(file, 'utf8')).toBe('125');
    expect(await readdir(folder)).toEqual([]);
  });

  it('let the lock of a killed process be taken over immediately', async () => {
    const killed = await keeper(DAY);
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    expect(await lock.withLock('sessions', () => Promise.resolve('succeeded'))).toBe('succeeded');
  });
});

describe.skipIf(process.platform === 'win32')('the lock files', () => {
  it('are accessible to the user only', async () => {
    await lock.withLock('sessions', async () => {
      expect((await stat(folder)).mode & 0o777).toBe(0o700);
      expect((await stat(await lockFile())).mode & 0o777).toBe(0o600);
    });
  });

  it('are never read or written through a symbolic link', async () => {
    const target = join(folder, '..', 'target');
    await writeFile(target, holder(await endedProcess()));
    const path = await lock.withLock('sessions', lockFile);
    await symlink(target, path);
    expect(await lock.withLock('sessions', () => Promise.resolve('succeeded'))).toBe('succeeded');
    expect(await readFile(target, 'utf8')).toContain('another');
    expect((await lstat(path).catch(() => undefined))?.isSymbolicLink() ?? true).toBe(true);
  });
});

describe('several processes', () => {
  it('never run a task at the same time', async () => {
    const file = join(folder, '..', 'count');
    await writeFile(file, '0');
    const exits = Array.from({ length: 4 }, () => once(start('count', file), 'exit'));
    expect(await Promise.all(exits)).toEqual(Array(4).fill([0, null]));
    expect(await readFile(file, 'utf8')).toBe('100');
    expect(await readdir(folder)).toEqual([]);
  });

  it('never run a task at the same time, even after one of them was killed in its task', async () => {
    const file = join(folder, '..', 'count');
    await writeFile(file, '0');
    const killed = await keeper();
    const exits = Array.from({ length: 4 }, () => once(start('count', file), 'exit'));
    expect(await isWaitedFor()).toBe(true);
    expect(await readFile(file, 'utf8')).toBe('0');
    killed.kill('SIGKILL');
    expect(await Promise.all(exits)).toEqual(Array(4).fill([0, null]));
    expect(await readFile(file, 'utf8')).toBe('100');
    expect(await readdir(folder)).toEqual([]);
  });
});
