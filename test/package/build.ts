import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

/** Builds the package before the first test of it, with the same command as for a release. */
export default async function build(): Promise<void> {
  const root = path.join(import.meta.dirname, '../..');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  await promisify(execFile)(npm, ['run', '--silent', 'package'], { cwd: root });
}
