import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';

const { Global, Workspace } = vscode.ConfigurationTarget;

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
  await setSetting('serviceProviders', workspace, Workspace);
}

export function listIn(target: 'globalValue' | 'workspaceValue'): unknown {
  return vscode.workspace.getConfiguration('alexaNetworkMapping').inspect('serviceProviders')?.[target];
}
