import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, utimes } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { ROOT, VSIX } from './archive';

const FOLDERS = ['.ci', 'l10n', 'media', 'src'];
const FILES = [
  '.vscodeignore',
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'package-lock.json',
  'package.json',
  ...['', '.de', '.es', '.fr', '.it'].map((language) => `package.nls${language}.json`),
  'tsconfig.json',
];

interface Place {
  readonly name: string;
  /** The modification time of all files, in seconds since 1970. */
  readonly time: number;
  readonly mode: number;
  readonly env: Readonly<Record<string, string>>;
}

const PLACES: readonly [Place, Place] = [
  { name: 'here', time: 1_700_000_000, mode: 0o644, env: { TZ: 'UTC', LC_ALL: 'C', USER: 'one' } },
  {
    name: 'a longer name of a folder',
    time: 1_000_000_001,
    mode: 0o600,
    env: { TZ: 'Pacific/Kiritimati', LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8', USER: 'another' },
  },
];

/** Packages a copy of the sources; resolves with the output folder. */
async function packageIn(folder: string, { name, time, mode, env }: Place): Promise<string> {
  const root = path.join(folder, name);
  await mkdir(root);
  const copied = [...FOLDERS, ...FILES, 'esbuild.js'];
  await Promise.all(copied.map((file) => cp(path.join(ROOT, file), path.join(root, file), { recursive: true })));
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    await chmod(file, mode);
    await utimes(file, time, time);
  }
  await promisify(execFile)(process.execPath, ['.ci/package.js'], { cwd: root, env: { ...process.env, ...env } });
  return path.join(root, 'dist');
}

/** Returns the paths of all files in a folder, relative to it, in order. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => path.relative(folder, path.join(parentPath, name))).sort();
}

test('the package is byte-for-byte identical when built in another folder, by another user, at another time and in another locale', async () => {
  // Inside the repository, so that both copies resolve the packages of the build, at the same depth.
  const results = path.join(ROOT, 'test-results');
  await mkdir(results, { recursive: true });
  const folder = await mkdtemp(path.join(results, 'reproducible-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const [here, there] = PLACES;
  const one = await packageIn(folder, here);
  const other = await packageIn(folder, there);

  const files = await filesIn(one);
  expect(files).toContain(path.basename(VSIX));
  expect(await filesIn(other)).toEqual(files);
  for (const file of files) {
    const bytes = await readFile(path.join(one, file));
    expect(bytes.equals(await readFile(path.join(other, file))), `${file} is the same`).toBe(true);
  }
});
