import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { installVsCode } from '../runner/install';

/** Before the first test of the interface: builds the extension that VS Code runs, and installs VS Code. */
export default async function build(): Promise<void> {
  const root = path.join(import.meta.dirname, '../..');
  await promisify(execFile)(process.execPath, [path.join(root, 'esbuild.js')], { cwd: root });
  await installVsCode();
}
