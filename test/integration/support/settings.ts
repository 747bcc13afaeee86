import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { applyEdits, modify } from 'jsonc-parser';
import * as vscode from 'vscode';
import { eventually } from './eventually';

const { Global } = vscode.ConfigurationTarget;

/** Changes a setting of the extension; undefined removes it from the settings file. */
export async function setSetting(key: string, value: unknown, target: vscode.ConfigurationTarget): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('alexaNetworkMapping');
  const { globalValue, workspaceValue } = configuration.inspect(key) ?? {};
  const before = target === Global ? globalValue : workspaceValue;
  if (!isDeepStrictEqual(before, value)) await configuration.update(key, value, target);
}

/** Runs a task while a user setting has another value. */
export async function withUserSetting(key: string, value: unknown, task: () => Promise<void>): Promise<void> {
  const before = vscode.workspace.getConfiguration('alexaNetworkMapping').inspect(key)?.globalValue;
  await setSetting(key, value, Global);
  try {
    await task();
  } finally {
    await setSetting(key, before, Global);
  }
}

/** Sets the list of service providers, valid or not, in the user settings and the workspace settings. */
export async function configure({ user, workspace }: { user?: unknown; workspace?: unknown }): Promise<void> {
  await setSetting('serviceProviders', user, Global);
  await setListOfWorkspace(workspace);
}

/**
 * Writes the list to the file of the workspace settings, as the extension does. VS Code's own update fails for a moment after the
 * file was written: it compares the file with its older copy.
 */
async function setListOfWorkspace(list: unknown): Promise<void> {
  if (isDeepStrictEqual(listIn('workspaceValue'), list)) return;
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert(folder);
  const file = vscode.Uri.joinPath(folder.uri, '.vscode/settings.json');
  const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
  const edited = applyEdits(text, modify(text, ['alexaNetworkMapping.serviceProviders'], list, {}));
  await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(edited));
  await eventually(() => {
    assert.deepEqual(listIn('workspaceValue'), list);
  });
}

export function listIn(target: 'globalValue' | 'workspaceValue'): unknown {
  return vscode.workspace.getConfiguration('alexaNetworkMapping').inspect('serviceProviders')?.[target];
}
