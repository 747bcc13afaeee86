import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

/** Before the first test of the package: makes it as for people, with the command that people use. */
export default async function build(): Promise<void> {
  const root = path.join(import.meta.dirname, '../..');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  await promisify(execFile)(npm, ['run', '--silent', 'package'], { cwd: root });
}
