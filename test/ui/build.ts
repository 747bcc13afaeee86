import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { installVsCode } from '../runner/install';

/** Builds the extension and installs VS Code before the first UI test. */
export default async function build(): Promise<void> {
  const root = path.join(import.meta.dirname, '../..');
  await promisify(execFile)(process.execPath, [path.join(root, 'esbuild.js')], { cwd: root });
  await installVsCode();
}
