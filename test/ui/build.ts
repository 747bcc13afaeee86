import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { installVsCode } from '../runner/install';

/** Before the first test of the interface: builds the extension that VS Code runs, unless it is built, and installs VS Code. */
export default async function build(): Promise<void> {
  const root = path.join(import.meta.dirname, '../..');
  if (process.env['EXTENSION_BUILT'] === undefined)
    await promisify(execFile)(process.execPath, [path.join(root, 'esbuild.js')], { cwd: root });
  await installVsCode();
}
