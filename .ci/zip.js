// Reads and writes ZIP archives. Neither Node.js nor vsce can write one with data that is already compressed.
const { crc32, inflateRawSync } = require('node:zlib');

const DEFLATED = 8;

/**
 * A file in an archive. `date` and `time` are in the format of MS-DOS, as in the archive; `attributes` are its external
 * file attributes, whose upper half has the permissions.
 *
 * @typedef {{ name: string, contents: Buffer, date: number, time: number, attributes: number }} ZipEntry
 */

/**
 * Returns the files of an archive, in the order of its central directory.
 *
 * @param {Buffer} zip without encryption, and less than 4 GB
 * @returns {ZipEntry[]}
 */
function readZip(zip) {
  const end = zip.lastIndexOf('PK\x05\x06');
  /** @type {ZipEntry[]} */
  const entries = [];
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    const name = zip.toString('utf8', at + 46, at + 46 + zip.readUInt16LE(at + 28));
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const data = zip.subarray(start, start + zip.readUInt32LE(at + 20));
    entries.push({
      name,
      contents: zip.readUInt16LE(at + 10) === DEFLATED ? inflateRawSync(data) : data,
      time: zip.readUInt16LE(at + 12),
      date: zip.readUInt16LE(at + 14),
      attributes: zip.readUInt32LE(at + 38),
    });
    at += 46 + zip.readUInt16LE(at + 28) + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return entries;
}

/**
 * Returns an archive. Compresses each file for which that saves space.
 *
 * @param {readonly ZipEntry[]} entries
 * @param {(contents: Buffer) => Promise<Uint8Array>} deflate returns raw DEFLATE data
 */
async function writeZip(entries, deflate) {
  /** @type {Uint8Array[]} */
  const files = [];
  /** @type {Buffer[]} */
  const directory = [];
  let offset = 0;
  for (const { name, contents, date, time, attributes } of entries) {
    const deflated = await deflate(contents);
    const data = deflated.length < contents.length ? deflated : contents;
    const path = Buffer.from(name, 'utf8');
    // The part that is the same in both headers.
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0); // The version needed to extract: 2.0.
    common.writeUInt16LE(0x800, 2); // The name is UTF-8.
    common.writeUInt16LE(data === deflated ? DEFLATED : 0, 4);
    common.writeUInt16LE(time, 6);
    common.writeUInt16LE(date, 8);
    common.writeUInt32LE(crc32(contents), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(contents.length, 18);
    common.writeUInt16LE(path.length, 22);
    const central = Buffer.alloc(14);
    central.writeUInt32LE(attributes, 6);
    central.writeUInt32LE(offset, 10);
    // The attributes are those of Unix: 3, with version 6.3 of the format.
    directory.push(Buffer.from('PK\x01\x02\x3f\x03', 'latin1'), common, central, path);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, path, data]);
    files.push(local);
    offset += local.length;
  }
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...files, ...directory, end]);
}

module.exports = { readZip, writeZip };
