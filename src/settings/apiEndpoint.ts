import type * as vscode from 'vscode';
import { checkApiEndpoint, type EndpointCheck } from '../core/endpoint';
import { onDidChangeSetting, userSetting } from './userSetting';

/** Says when the setting of {@link readApiEndpoint} has changed. */
export function onDidChangeApiEndpoint(listener: () => void): vscode.Disposable {
  return onDidChangeSetting('apiEndpoint', listener);
}

/** Where requests and the access token go. */
export function readApiEndpoint(): EndpointCheck {
  return checkApiEndpoint(userSetting('apiEndpoint'));
}
