// Builds dist/alexa-network-mapping.vsix reproducibly: its bytes depend on the files alone, not on when, where or by
// whom it is built.
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { deflateAsync } = require('@gfx/zopfli');
const { listFiles, PackageManager } = require('@vscode/vsce');
const esbuild = require('esbuild');
const { readZip, writeZip } = require('./zip.js');

const root = path.resolve(__dirname, '..');
const VSIX = 'dist/alexa-network-mapping.vsix';

/** 1 January 1980 in seconds, the earliest time in ZIP files. vsce uses it as the time of all files, and sorts them. */
const EPOCH = '315532800';

async function main() {
  // An archive includes file permissions, which depend on the umask of the checkout.
  process.umask(0o022);
  for (const file of await listFiles({ cwd: root, packageManager: PackageManager.None })) {
    fs.chmodSync(path.join(root, file), 0o644);
  }
  const args = ['package', '--no-dependencies', '--out', VSIX, ...linkOptions()];
  if (process.argv.includes('--pre-release')) args.push('--pre-release');
  const { status } = spawnSync(process.execPath, [require.resolve('@vscode/vsce/vsce'), ...args], {
    cwd: root,
    stdio: 'inherit',
    // ZIP files contain local times, and vsce sorts names by locale.
    env: { ...process.env, SOURCE_DATE_EPOCH: EPOCH, TZ: 'UTC', LC_ALL: 'en_US.UTF-8' },
  });
  if (status === 0) await reduce(path.join(root, VSIX));
  process.exitCode = status ?? 1;
}

/**
 * Returns vsce's options for the pictures and relative links of the README, which are not in the package: vsce replaces
 * them by addresses in the repository. Without a repository, the package has a README without them.
 */
function linkOptions() {
  /** @type {{ repository?: unknown }} */
  const { repository } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  if (repository !== undefined) return [];
  const readme = fs.readFileSync(path.join(root, 'README.md'), 'utf8');
  fs.mkdirSync(path.join(root, 'dist'), { recursive: true });
  fs.writeFileSync(path.join(root, 'dist/README.md'), withoutRelativeLinks(readme));
  return ['--allow-missing-repository', '--no-rewrite-relative-links', '--readme-path', 'dist/README.md'];
}

/**
 * Returns a README without pictures, and with the text of relative links only.
 *
 * @param {string} readme
 */
function withoutRelativeLinks(readme) {
  const isRelative = '\\((?!https:|#)[^)]*\\)';
  return readme
    .replace(new RegExp(`^!\\[[^\\]]*\\]${isRelative}\\n+`, 'gm'), '')
    .replace(new RegExp(`\\[([^\\]]+)\\]${isRelative}`, 'g'), '$1');
}

/**
 * Makes the package smaller. Zopfli compresses better than Node.js, and the same in each version of it.
 *
 * @param {string} file
 */
async function reduce(file) {
  const entries = readZip(fs.readFileSync(file));
  const minified = entries.map((entry) => ({ ...entry, contents: minify(entry.name, entry.contents) }));
  const zip = await writeZip(minified, (contents) => deflateAsync(contents, { numiterations: 15 }));
  fs.writeFileSync(file, zip);
  console.log(`Reduced to ${zip.length} bytes.`);
}

/**
 * Returns what is shipped of a file. The bundle is already minified.
 *
 * @param {string} name
 * @param {Buffer} contents
 */
function minify(name, contents) {
  const text = contents.toString('utf8');
  if (name === 'extension/package.json') {
    // Only the repository uses these.
    const { scripts, devDependencies, ...manifest } = JSON.parse(text);
    return Buffer.from(JSON.stringify(manifest));
  }
  if (/^extension\/package\.nls[^/]*\.json$/.test(name)) return Buffer.from(messagesOnly(text));
  if (/^extension\/media\/[^/]*\.(js|css)$/.test(name)) {
    const loader = name.endsWith('.js') ? 'js' : 'css';
    return Buffer.from(esbuild.transformSync(text, { loader, minify: true, target: 'chrome130' }).code);
  }
  return contents;
}

/**
 * Returns a file of messages without the comments for translators.
 *
 * @param {string} text
 */
function messagesOnly(text) {
  /** @type {Record<string, string | { message: string }>} */
  const messages = JSON.parse(text);
  return JSON.stringify(messages, (_, /** @type {unknown} */ value) =>
    value !== null && typeof value === 'object' && 'comment' in value && 'message' in value ? value.message : value,
  );
}

void main();
