import * as vscode from 'vscode';
import { checkEndpoint, type EndpointCheck } from '../core/endpoint';

/** Says when the setting of {@link readApiEndpoint} has changed. */
export function onDidChangeApiEndpoint(listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration('alexaNetworkMapping.apiEndpoint')) listener();
  });
}

/**
 * Where requests and the access token go. Only the user's own settings count: the scope `application` keeps a
 * workspace out already, and reading the user's value alone keeps it out whatever the manifest says.
 */
export function readApiEndpoint(): EndpointCheck {
  const setting = vscode.workspace.getConfiguration('alexaNetworkMapping').inspect('apiEndpoint');
  return checkEndpoint(setting?.globalValue ?? setting?.defaultValue);
}
