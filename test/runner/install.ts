import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type ByProcessor, type Patch, vscodeArchives } from './archives';
import { cachedFolder } from './cache';
import { npm, unpackArchive } from './unpack';

export type VsCodeVersion = keyof typeof vscodeArchives;

/** A real VS Code on this computer: its server, extension host and workbench, and the Node.js that runs them. */
export interface VsCodeInstallation {
  readonly version: VsCodeVersion;
  /** The folder with VS Code's `out/` and `extensions/`. */
  readonly root: string;
  /** The Node.js executable. */
  readonly node: string;
}

/** Built-in extensions to exclude: they are large, need a network or modules that are not installed, and no test needs them. */
const unwantedExtensions = ['copilot', 'git', 'github', 'mermaid-markdown-features', 'microsoft-authentication'];

/**
 * Replacements for modules of VS Code: the real ones are native code without prebuilt binaries, or leave files behind. The names
 * differ between versions of VS Code; an unused one has no effect.
 */
const standIns: Record<string, string> = {
  '@vscode/deviceid': 'deviceid.mjs',
  '@vscode/ripgrep': 'ripgrep.mjs',
  '@vscode/ripgrep-universal': 'ripgrep.mjs',
  '@vscode/spdlog': 'spdlog.mjs',
  '@vscode/native-watchdog': 'nativeWatchdog.mjs',
  'native-watchdog': 'nativeWatchdog.mjs',
};

/**
 * Installs VS Code in the cache, if it is not there yet. The version defaults to the environment variable
 * `VSCODE_HOST_VERSION`, or else to the newest.
 */
export async function installVsCode(version = chosenVersion()): Promise<VsCodeInstallation> {
  if (process.platform !== 'linux') {
    throw new Error(
      `VS Code is hosted on Linux only, this is ${process.platform}. "npm run test:desktop" runs anywhere.`,
    );
  }
  return { version, node: await installNode(vscodeArchives[version].node), root: await installRoot(version) };
}

function chosenVersion(): VsCodeVersion {
  const version = process.env['VSCODE_HOST_VERSION'] ?? '1.139.1';
  if (isKnown(version)) return version;
  throw new Error(`VSCODE_HOST_VERSION is ${version}; known are ${Object.keys(vscodeArchives).join(', ')}`);
}

function isKnown(version: string): version is VsCodeVersion {
  return Object.hasOwn(vscodeArchives, version);
}

async function installNode(archives: ByProcessor): Promise<string> {
  const archive = archives[process.arch];
  if (!archive) throw new Error(`There is no Node.js for Linux on ${process.arch} to run VS Code on`);
  const folder = await cachedFolder('node', [archive.integrity], (into) =>
    unpackArchive(archive, into, { parts: ['package/bin/node'], strip: 2 }),
  );
  return path.join(folder, 'node');
}

async function installRoot(version: VsCodeVersion): Promise<string> {
  const { vscode: archive, patches } = vscodeArchives[version];
  const lockDir = path.join(import.meta.dirname, 'vscode', version);
  const standInDir = path.join(import.meta.dirname, 'standIns');
  const madeFrom = [
    archive.integrity,
    JSON.stringify([unwantedExtensions, standIns, process.arch, patches]),
    ...(await Promise.all(
      [
        path.join(lockDir, 'package-lock.json'),
        ...Object.values(standIns).map((file) => path.join(standInDir, file)),
      ].map((file) => readFile(file, 'utf8')),
    )),
  ];
  return cachedFolder(`vscode-${version}`, madeFrom, async (root) => {
    const modules = path.join(root, 'modules');
    await cp(lockDir, modules, { recursive: true });
    await npm(['ci'], modules);
    const inside = 'package/lib/vscode';
    await unpackArchive(archive, root, {
      parts: [inside],
      except: [...unwantedExtensions.map((name) => `${inside}/extensions/${name}`), '*.map'],
      strip: inside.split('/').length,
    });
    for (const patch of patches) await apply(patch, root);
    await rename(path.join(modules, 'node_modules'), path.join(root, 'node_modules'));
    await rm(modules, { recursive: true });
    for (const [name, file] of Object.entries(standIns)) {
      const folder = path.join(root, 'node_modules', name);
      await mkdir(folder, { recursive: true });
      await cp(path.join(standInDir, file), path.join(folder, file));
      await writeFile(path.join(folder, 'package.json'), JSON.stringify({ name, main: file, type: 'module' }));
    }
  });
}

async function apply({ file, search, replacement }: Patch, root: string): Promise<void> {
  const parts = (await readFile(path.join(root, file), 'utf8')).split(search);
  if (parts.length !== 2) throw new Error(`the text to replace in ${file} occurs ${parts.length - 1} times`);
  await writeFile(path.join(root, file), parts.join(replacement));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const started = performance.now();
  const { version, root } = await installVsCode();
  console.log(`VS Code ${version} is in ${root} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
}
