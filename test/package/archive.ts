import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32, inflateRawSync } from 'node:zlib';

/** The file that `npm run package` creates, relative to the root of the repository. */
export const VSIX = 'dist/alexa-network-mapping.vsix';

export const ROOT = path.join(import.meta.dirname, '../..');

/**
 * The files of a ZIP archive with their contents, in the order of its central directory.
 *
 * @throws {Error} if it is not a ZIP archive, uses a compression method that VS Code cannot read, or is damaged
 */
export async function filesOf(archive: string): Promise<ReadonlyMap<string, Buffer>> {
  const zip = await readFile(archive);
  const end = zip.lastIndexOf('PK\x05\x06');
  if (end < 0) throw new Error(`${archive} is not a ZIP archive`);
  const files = new Map<string, Buffer>();
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    const method = zip.readUInt16LE(at + 10);
    const name = zip.toString('utf8', at + 46, at + 46 + zip.readUInt16LE(at + 28));
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const bytes = zip.subarray(start, start + zip.readUInt32LE(at + 20));
    if (method !== 0 && method !== 8) throw new Error(`${name} has an unknown compression method`);
    const contents = method === 0 ? bytes : inflateRawSync(bytes);
    const sameInBoth = zip.subarray(at + 6, at + 32).equals(zip.subarray(local + 4, local + 30));
    if (!sameInBoth || crc32(contents) !== zip.readUInt32LE(at + 16)) throw new Error(`${name} is damaged`);
    files.set(name, contents);
    at += 46 + zip.readUInt16LE(at + 28) + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return files;
}
