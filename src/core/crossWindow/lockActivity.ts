import { stat } from 'node:fs/promises';

/**
 * Returns a value that is another one after any window has acquired or released a lock in this folder, because that
 * creates and removes a file there, as far as the file system tells.
 *
 * @returns undefined if that cannot be told
 */
export async function lockActivity(folder: string): Promise<bigint | undefined> {
  try {
    return (await stat(folder, { bigint: true })).mtimeNs;
  } catch {
    return undefined;
  }
}
