// Installs the packages of the lock file if they are missing or outdated, then runs a TypeScript program:
//   node .ci/run-ts.mjs [program.ts [argument …]]
// Requires nothing but Node.js. Runs the program in this process, so that stopping one stops both.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const root = path.resolve(import.meta.dirname, '..');
const stamp = path.join(root, 'node_modules', '.lock-hash');
const wanted = createHash('sha256')
  .update(readFileSync(path.join(root, 'package-lock.json')))
  .digest('hex');

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  console.log('Installing packages…');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  execFileSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, stdio: 'inherit' });
  writeFileSync(stamp, wanted);
}

const [program, ...args] = process.argv.slice(2);
if (program !== undefined) {
  const file = path.resolve(root, program);
  process.argv = [process.argv0, file, ...args];
  const tsx = await import('tsx/esm/api');
  tsx.register();
  await import(pathToFileURL(file).href);
}
