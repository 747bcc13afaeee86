import * as vscode from 'vscode';
import {
  parseConfiguredProviders,
  SERVICE_PROVIDERS_SETTING,
  type ConfiguredEntry,
} from '../../core/model/configuredProviders';

/** Returns the list of service providers: the workspace's if it has one, otherwise the user's, as VS Code resolves it. */
export function readServiceProviders(): ConfiguredEntry[] {
  return parseConfiguredProviders(vscode.workspace.getConfiguration().get<unknown>(SERVICE_PROVIDERS_SETTING));
}

export function onDidChangeServiceProviders(listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(SERVICE_PROVIDERS_SETTING)) listener();
  });
}
