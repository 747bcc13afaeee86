import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/** Where everything that tests download is kept; `VSCODE_HOST_DIR` moves it, to share it between clones for example. */
export const cacheDir = path.resolve(
  process.env['VSCODE_HOST_DIR'] ?? path.join(import.meta.dirname, '../../.vscode-test/host'),
);

const unfinishedPrefix = '.unfinished-';

/**
 * A folder of the cache, built when it is not there yet.
 *
 * The folder's name holds a hash of what it is made from, so that it is there only if it is the right one. It is built
 * beside its place and renamed when complete: an interrupted build is never taken for a finished one, and of two builds
 * at the same time one wins and both are right.
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
    const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: Infinity })); // its builder may just have removed it
    if (mtimeMs < anHourAgo) await rm(folder, { recursive: true, force: true });
  }
}
