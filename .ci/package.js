// Builds dist/alexa-network-mapping.vsix reproducibly: its bytes depend on the files alone, not on when, where or by
// whom it is built.
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { listFiles, PackageManager } = require('@vscode/vsce');

const root = path.resolve(__dirname, '..');

/** 1 January 1980 in seconds, the earliest time in ZIP files. vsce uses it as the time of all files, and sorts them. */
const EPOCH = '315532800';

async function main() {
  // An archive includes file permissions, which depend on the umask of the checkout.
  process.umask(0o022);
  for (const file of await listFiles({ cwd: root, packageManager: PackageManager.None })) {
    fs.chmodSync(path.join(root, file), 0o644);
  }
  const args = [
    'package',
    '--no-dependencies',
    '--no-rewrite-relative-links',
    '--out',
    'dist/alexa-network-mapping.vsix',
  ];
  const { status } = spawnSync(process.execPath, [require.resolve('@vscode/vsce/vsce'), ...args], {
    cwd: root,
    stdio: 'inherit',
    // ZIP files contain local times, and vsce sorts names by locale.
    env: { ...process.env, SOURCE_DATE_EPOCH: EPOCH, TZ: 'UTC', LC_ALL: 'en_US.UTF-8' },
  });
  process.exitCode = status ?? 1;
}

void main();
