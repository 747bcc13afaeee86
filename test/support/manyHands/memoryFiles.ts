import { constants } from 'node:fs';
import path from 'node:path';
import { unexpected } from '../unexpected';
import { replaceWith } from './replaced';
import type { VirtualClock } from './virtualClock';

interface Options {
  readonly clock: VirtualClock;
  /** Called before each access to a file; a promise that never resolves ends the access. */
  readonly beforeAccess: (file: string) => Promise<void> | undefined;
  /** Called after something was appended to a file. */
  readonly onAppended: (file: string, text: string) => void;
}

const missing = (file: string) => Object.assign(new Error(`no such file: ${file}`), { code: 'ENOENT' });

const MODE = { mode: 0o600, isSymbolicLink: () => false };

/** Files in memory: what the journals and the command line use of `node:fs`, without links and folders. */
export class MemoryFiles {
  private readonly files = new Map<string, string>();
  private readonly watchers = new Map<string, Set<() => void>>();

  constructor(private readonly options: Options) {}

  /** Makes these the files of the whole process until the returned function is called. */
  install(): () => void {
    return replaceWith({
      files: fileSystemOf(this),
      watch: (folder: string, _options: object, notify: () => void) => {
        const watcher = { on: () => watcher, close: this.watch(folder, notify) };
        return watcher;
      },
    });
  }

  text(file: string): string {
    return this.files.get(file) ?? '';
  }

  async read(file: string): Promise<string> {
    await this.options.beforeAccess(file);
    const text = this.files.get(file);
    if (text === undefined) throw missing(file);
    return text;
  }

  async write(file: string, text: string): Promise<void> {
    await this.options.beforeAccess(file);
    this.files.set(file, text);
  }

  async append(file: string, text: string): Promise<void> {
    await this.options.beforeAccess(file);
    this.files.set(file, this.text(file) + text);
    this.options.onAppended(file, text);
    for (const notify of this.watchers.get(path.dirname(file)) ?? []) this.options.clock.after(1, notify);
  }

  has(file: string): boolean {
    return this.files.has(file);
  }

  names(folder: string): string[] {
    return [...this.files.keys()].filter((file) => path.dirname(file) === folder).map((file) => path.basename(file));
  }

  watch(folder: string, notify: () => void): () => void {
    const all = this.watchers.get(folder) ?? new Set();
    this.watchers.set(folder, all.add(notify));
    return () => all.delete(notify);
  }
}

async function open(found: MemoryFiles, file: string, flags: number) {
  if (flags & constants.O_EXCL && found.has(file)) throw Object.assign(new Error('exists'), { code: 'EEXIST' });
  const text = flags & constants.O_CREAT ? found.text(file) : await found.read(file);
  const size = () => Buffer.byteLength(found.text(file));
  return {
    stat: () => Promise.resolve({ ...MODE, size: size() }),
    read: (_buffer: Buffer, _at: number, length: number, from: number) => {
      const part = Buffer.from(text).subarray(from, from + length);
      return Promise.resolve({ buffer: part, bytesRead: part.length });
    },
    write: async (bytes: Buffer) => {
      await found.append(file, bytes.toString());
      return { bytesWritten: bytes.length };
    },
    appendFile: (added: string) => found.append(file, added),
    datasync: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

/** What is used of `node:fs/promises`. */
function fileSystemOf(files: MemoryFiles) {
  const sizeOf = (file: string) => Buffer.byteLength(files.text(file));
  return {
    open: (file: string, flags: number) => open(files, file, flags),
    mkdir: () => Promise.resolve(),
    chmod: () => unexpected('chmod'),
    rm: () => unexpected('removing a file'),
    lstat: (file: string) => Promise.resolve({ ...MODE, size: sizeOf(file) }),
    stat: async (file: string) => ({ size: Buffer.byteLength(await files.read(file)) }),
    readdir: (folder: string) => Promise.resolve(files.names(folder)),
    readFile: async (file: string, options?: object) => {
      const text = await files.read(file);
      return options ? text : Buffer.from(text);
    },
    writeFile: (file: string, text: string) => files.write(file, text),
  };
}
