// Builds the files of a release in dist/release, or says what still has to be filled in. Publishes nothing: see
// docs/release.md.
const { execFileSync, spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { releaseProblems } = require('./releaseProblems.js');

const root = path.resolve(__dirname, '..');
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

function main() {
  const isPreRelease = process.argv.includes('--pre-release');
  const status = execFileSync('git', ['status', '--porcelain'], { cwd: root, encoding: 'utf8' });
  const problems = releaseProblems({
    manifest: JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')),
    changelog: fs.readFileSync(path.join(root, 'CHANGELOG.md'), 'utf8'),
    changedFiles: status.split('\n').flatMap((line) => (line === '' ? [] : [line.slice(3)])),
    // GitHub sets these for a workflow that a tag has started.
    tag: process.env['GITHUB_REF_TYPE'] === 'tag' ? process.env['GITHUB_REF_NAME'] : undefined,
    isPreRelease,
  });
  if (problems.length > 0) {
    console.error(`Not released. Before a release:\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
    process.exitCode = 1;
    return;
  }
  const steps = [
    ['run', '--silent', 'audit'],
    ['run', '--silent', 'package', ...(isPreRelease ? ['--', '--pre-release'] : [])],
  ];
  // The audit reads what a build has bundled.
  for (const args of [['run', '--silent', 'build'], ...steps]) {
    const { status: code } = spawnSync(npm, args, { cwd: root, stdio: 'inherit' });
    if (code !== 0) {
      process.exitCode = code ?? 1;
      return;
    }
  }
  collect();
}

/** Copies the files of the release, with their hashes in the format of `sha256sum`. */
function collect() {
  const folder = path.join(root, 'dist/release');
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder);
  const hashes = ['alexa-network-mapping.vsix', 'alexa-network-mapping.cdx.json'].map((name) => {
    const contents = fs.readFileSync(path.join(root, 'dist', name));
    fs.writeFileSync(path.join(folder, name), contents);
    return `${createHash('sha256').update(contents).digest('hex')}  ${name}\n`;
  });
  fs.writeFileSync(path.join(folder, 'SHA256SUMS'), hashes.join(''));
  console.log('The files of the release are in dist/release.');
}

main();
