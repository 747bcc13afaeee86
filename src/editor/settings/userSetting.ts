import * as vscode from 'vscode';

const SECTION = 'alexaNetworkMapping';

/**
 * Returns a setting that decides where a secret goes, or what it permits. Only the user's own value counts: the scope
 * `application` already excludes a workspace, and reading only the user's value excludes it whatever the manifest says.
 */
export function readUserSetting(name: string): unknown {
  const setting = vscode.workspace.getConfiguration(SECTION).inspect(name);
  return setting?.globalValue ?? setting?.defaultValue;
}

/** Returns the default value of a setting. */
export function defaultSetting(name: string): unknown {
  return vscode.workspace.getConfiguration(SECTION).inspect(name)?.defaultValue;
}

/** Notifies of changes to a setting. */
export function onDidChangeSetting(name: string, listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(`${SECTION}.${name}`)) listener();
  });
}
