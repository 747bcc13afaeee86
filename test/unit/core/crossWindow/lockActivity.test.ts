import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FileLock } from '../../../../src/core/crossWindow/fileLock';
import { lockActivity } from '../../../../src/core/crossWindow/lockActivity';

let temporary: string;

beforeEach(async () => {
  temporary = await mkdtemp(path.join(tmpdir(), 'lock-activity-'));
});

afterEach(async () => {
  await rm(temporary, { recursive: true, force: true });
});

it('shows that another window has acquired or released a lock, and nothing else', async () => {
  const folder = path.join(temporary, 'locks');
  expect(await lockActivity(folder)).toBeUndefined();
  await new FileLock(folder).withLock('sessions', () => Promise.resolve());
  const seen = [await lockActivity(folder)];
  // The clock of the file system advances in steps.
  const step = () => new Promise((resolve) => setTimeout(resolve, 20));
  await step();
  expect(await lockActivity(folder)).toBe(seen[0]);
  await new FileLock(folder).withLock('sessions', async () => {
    seen.push((await new FileLock(folder).activity()) as bigint);
    await step();
  });
  seen.push(await lockActivity(folder));
  expect(new Set(seen).size).toBe(3);
});
