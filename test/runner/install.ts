import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type ByProcessor, type Mend, vscodeArchives } from './archives';
import { cachedFolder } from './cache';
import { npm, unpackArchive } from './unpack';

export type VsCodeVersion = keyof typeof vscodeArchives;

/** A real VS Code on this machine: its server, extension host and workbench, and the Node.js they run on. */
export interface VsCodeInstallation {
  readonly version: VsCodeVersion;
  /** The folder with VS Code's `out/` and `extensions/`. */
  readonly root: string;
  /** The Node.js executable. */
  readonly node: string;
}

/** Built-in extensions left out: they are large, want a network or modules that are not installed, and no test needs them. */
const unwantedExtensions = ['copilot', 'git', 'github', 'mermaid-markdown-features', 'microsoft-authentication'];

/**
 * Modules that VS Code gets from here: the real ones are C++ without ready-made binaries, or leave things behind. The
 * names differ between versions of VS Code; one that it does not ask for does no harm.
 */
const standIns: Record<string, string> = {
  '@vscode/deviceid': 'deviceid.mjs',
  '@vscode/spdlog': 'spdlog.mjs',
  '@vscode/native-watchdog': 'nativeWatchdog.mjs',
  'native-watchdog': 'nativeWatchdog.mjs',
};

/**
 * Puts VS Code into the cache, at once when it is there already. The version is the argument's, else that of the
 * environment variable `VSCODE_HOST_VERSION`, else the newest.
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
  const { vscode: archive, mends } = vscodeArchives[version];
  const lockDir = path.join(import.meta.dirname, 'vscode', version);
  const standInDir = path.join(import.meta.dirname, 'standIns');
  const madeFrom = [
    archive.integrity,
    JSON.stringify([unwantedExtensions, standIns, process.arch, mends]),
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
    for (const mend of mends) await apply(mend, root);
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

async function apply({ file, wrong, right }: Mend, root: string): Promise<void> {
  const parts = (await readFile(path.join(root, file), 'utf8')).split(wrong);
  if (parts.length !== 2) throw new Error(`what is to be mended in ${file} is there ${parts.length - 1} times`);
  await writeFile(path.join(root, file), parts.join(right));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const started = performance.now();
  const { version, root } = await installVsCode();
  console.log(`VS Code ${version} is in ${root} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
}
