import { chmod, lstat, mkdir } from 'node:fs/promises';
import { constants, type Stats } from 'node:fs';

/** The mode of files that only the user may read: they name accounts and service providers. */
export const PRIVATE_FILE = 0o600;

const PRIVATE_FOLDER = 0o700;

/** The permission bits of the group and of all others. */
const OTHERS = 0o077;

/**
 * An open flag that fails with `ELOOP` at a symbolic link, which another user may have created to redirect reads or
 * writes. Windows has no such flag.
 */
export const NO_LINK: number = (constants as Partial<typeof constants>).O_NOFOLLOW ?? 0;

/**
 * Creates a folder that only the user may enter, or restricts an existing one.
 *
 * @throws `ELOOP` for a symbolic link, or what the file system throws
 */
export async function privateFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
  const { mode } = await noLink(folder);
  // Not every file system has modes; without them, write anyway.
  if (isOpenToOthers(mode)) await chmod(folder, PRIVATE_FOLDER).catch(() => undefined);
}

/**
 * @returns the `lstat` result of a path
 * @throws `ELOOP` for a symbolic link, or what the file system throws
 */
export async function noLink(path: string): Promise<Stats> {
  const found = await lstat(path);
  if (found.isSymbolicLink()) throw Object.assign(new Error('a symbolic link stands in its place'), { code: 'ELOOP' });
  return found;
}

/** Whether users other than the owner may read or write a file with this mode. */
export function isOpenToOthers(mode: number): boolean {
  return (mode & OTHERS) !== 0;
}
