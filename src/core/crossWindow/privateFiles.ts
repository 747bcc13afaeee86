import { chmod, lstat, mkdir } from 'node:fs/promises';
import { constants, type Stats } from 'node:fs';

/** The mode of files that only the user may read: they name accounts and service providers. */
export const PRIVATE_FILE = 0o600;

const PRIVATE_FOLDER = 0o700;

/** What is for the group or for everybody. */
const OTHERS = 0o077;

/**
 * To be added to the flags a file is opened with: fails with `ELOOP` at a symbolic link, which another user may have put
 * there to have another file read or written. Windows has no such flag.
 */
export const NO_LINK: number = (constants as Partial<typeof constants>).O_NOFOLLOW ?? 0;

/**
 * Creates a folder that only the user may enter, or makes an existing one so.
 *
 * @throws `ELOOP` for a symbolic link, or what the file system throws
 */
export async function privateFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
  const { mode } = await noLink(folder);
  // Not every file system has modes, and one without them is no reason to refuse to write.
  if (isOpenToOthers(mode)) await chmod(folder, PRIVATE_FOLDER).catch(() => undefined);
}

/**
 * @returns what `lstat` tells of a path
 * @throws `ELOOP` for a symbolic link, or what the file system throws
 */
export async function noLink(path: string): Promise<Stats> {
  const found = await lstat(path);
  if (found.isSymbolicLink()) throw Object.assign(new Error('a symbolic link stands in its place'), { code: 'ELOOP' });
  return found;
}

/** Whether others than the user may read or write what has this mode. */
export function isOpenToOthers(mode: number): boolean {
  return (mode & OTHERS) !== 0;
}
