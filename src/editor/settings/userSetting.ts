import * as vscode from 'vscode';

const SECTION = 'alexaNetworkMapping';

/**
 * A setting that decides where a secret goes, or what it permits. Only the user's own value counts: the scope `application`
 * keeps a workspace out already, and reading the user's value alone keeps it out whatever the manifest says.
 */
export function readUserSetting(name: string): unknown {
  const setting = vscode.workspace.getConfiguration(SECTION).inspect(name);
  return setting?.globalValue ?? setting?.defaultValue;
}

/** What counts where the user has set nothing. */
export function defaultSetting(name: string): unknown {
  return vscode.workspace.getConfiguration(SECTION).inspect(name)?.defaultValue;
}

/** Says when the setting has changed. */
export function onDidChangeSetting(name: string, listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(`${SECTION}.${name}`)) listener();
  });
}
