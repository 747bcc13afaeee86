import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/** The folder for all downloads of tests. `VSCODE_HOST_DIR` changes it, for example to share it between clones. */
export const cacheDir = path.resolve(
  process.env['VSCODE_HOST_DIR'] ?? path.join(import.meta.dirname, '../../.vscode-test/host'),
);

const unfinishedPrefix = '.unfinished-';

/**
 * Returns a folder of the cache, and builds it first if it does not exist.
 *
 * The folder's name contains a hash of its inputs, so that a folder with other inputs is never reused. It is built under a
 * temporary name and renamed when complete: an interrupted build is never mistaken for a complete one, and of two concurrent
 * builds one is used for both.
 */
export async function cachedFolder(
  name: string,
  madeFrom: string[],
  build: (folder: string) => Promise<void>,
): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(madeFrom)).digest('hex').slice(0, 12);
  const folder = path.join(cacheDir, `${name}-${hash}`);
  if (existsSync(folder)) return folder;

  await mkdir(cacheDir, { recursive: true });
  await removeAbandonedBuilds();
  const unfinished = path.join(cacheDir, `${unfinishedPrefix}${randomUUID()}`);
  try {
    await mkdir(unfinished);
    await build(unfinished);
    await rename(unfinished, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return folder;
}

async function removeAbandonedBuilds(): Promise<void> {
  const anHourAgo = Date.now() - 3_600_000;
  for (const entry of await readdir(cacheDir)) {
    if (!entry.startsWith(unfinishedPrefix)) continue;
    const folder = path.join(cacheDir, entry);
    const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: Infinity })); // its builder may have just removed it
    if (mtimeMs < anHourAgo) await rm(folder, { recursive: true, force: true });
  }
}
