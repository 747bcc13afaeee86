import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import type { Archive } from './archives';

const execute = promisify(execFile);

/** Downloads an archive with npm, verifies its hash, and unpacks `parts` of it into `into`. */
export async function unpackArchive(
  archive: Archive,
  into: string,
  { parts, except = [], strip }: { parts: string[]; except?: string[]; strip: number },
): Promise<void> {
  await mkdir(into, { recursive: true });
  const download = await mkdtemp(path.join(into, '.download-'));
  try {
    await npm(['pack', archive.spec, '--pack-destination', download], into);
    const [file] = await readdir(download);
    if (file === undefined) throw new Error(`npm downloaded nothing for ${archive.spec}`);
    const tarball = path.join(download, file);
    await verify(tarball, archive);
    await untar(tarball, into, [`--strip-components=${strip}`, ...except.map((name) => `--exclude=${name}`), ...parts]);
  } finally {
    await rm(download, { recursive: true, force: true });
  }
}

async function verify(file: string, { spec, integrity }: Archive): Promise<void> {
  const hash = createHash('sha512');
  await pipeline(createReadStream(file), hash);
  const found = `sha512-${hash.digest('base64')}`;
  if (found !== integrity) throw new Error(`${spec} has another hash: expected ${integrity}, downloaded ${found}`);
}

/** Unpacks a tar file, compressed or not. */
export async function untar(file: string, into: string, options: string[] = []): Promise<void> {
  await run('tar', ['--extract', '--no-same-owner', '--file', file, '--directory', into, ...options], into);
}

/** Runs npm so that it prints only errors and never runs a package's scripts. */
export async function npm(args: string[], cwd: string): Promise<void> {
  await run('npm', [...args, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], cwd);
}

async function run(command: string, args: string[], cwd: string): Promise<void> {
  try {
    await execute(command, args, { cwd, maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new Error(`The command ${command} is needed and was not found: install the package ${command}`, {
        cause: error,
      });
    }
    throw error;
  }
}
