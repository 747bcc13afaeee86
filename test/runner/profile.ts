import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Settings that disable what would disturb tests, such as updates, tips and prompts. */
const quietSettings = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'remote.autoForwardPorts': false,
  'security.workspace.trust.enabled': false,
  'update.mode': 'none',
  'update.showReleaseNotes': false,
  'window.restoreWindows': 'none',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/** Writes the user settings: the given ones override those of an earlier run, which override `quietSettings`. */
export async function writeSettings(userDataDir: string, settings: Readonly<Record<string, unknown>>): Promise<void> {
  const file = path.join(userDataDir, 'User', 'settings.json');
  const earlier: unknown = existsSync(file) ? parse(await readFile(file, 'utf8'), file) : {};
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify({ ...quietSettings, ...(earlier as object), ...settings }, null, 2));
}

function parse(json: string, file: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new Error(`${file}, of an earlier run, is not plain JSON (any more): remove its comments, or the file`, {
      cause: error,
    });
  }
}

/** Installs extensions as links to their folders, so that a new build runs after a reload. */
export async function linkExtensions(folders: readonly string[], extensionsDir: string): Promise<void> {
  await mkdir(extensionsDir, { recursive: true });
  if (folders.length > 0) await rm(path.join(extensionsDir, 'extensions.json'), { force: true }); // otherwise VS Code loads only what it lists
  for (const folder of folders) {
    const manifest = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as Record<string, string>;
    const id = `${manifest['publisher'] ?? ''}.${manifest['name'] ?? ''}`;
    for (const other of await readdir(extensionsDir)) {
      if (other.startsWith(`${id}-`)) await rm(path.join(extensionsDir, other), { recursive: true });
    }
    await symlink(path.resolve(folder), path.join(extensionsDir, `${id}-${manifest['version'] ?? ''}`), 'dir');
  }
}
