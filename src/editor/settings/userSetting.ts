import * as vscode from 'vscode';

const SECTION = 'alexaNetworkMapping';

/** Values since the last change: to read one, VS Code copies all settings of the section, and each request reads some. */
const values = new Map<string, unknown>();

let subscription: vscode.Disposable | undefined;

/** VS Code notifies in the order of registration, so this must come before any other listener. */
function forgetOnChange(): void {
  subscription ??= vscode.workspace.onDidChangeConfiguration(() => {
    values.clear();
  });
}

/**
 * Returns a setting that decides where a secret goes, or what it permits. Only the user's own value counts: the scope
 * `application` already excludes a workspace, and reading only the user's value excludes it whatever the manifest says.
 */
export function readUserSetting(name: string): unknown {
  forgetOnChange();
  if (!values.has(name)) {
    const setting = vscode.workspace.getConfiguration(SECTION).inspect(name);
    values.set(name, setting?.globalValue ?? setting?.defaultValue);
  }
  return values.get(name);
}

/** Returns the default value of a setting. */
export function defaultSetting(name: string): unknown {
  return vscode.workspace.getConfiguration(SECTION).inspect(name)?.defaultValue;
}

/** Notifies of changes to a setting. */
export function onDidChangeSetting(name: string, listener: () => void): vscode.Disposable {
  forgetOnChange();
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(`${SECTION}.${name}`)) listener();
  });
}
