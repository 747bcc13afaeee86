import type * as vscode from 'vscode';
import { checkApiEndpoint, secretsGoTo, type EndpointCheck } from '../../core/model/endpoint';
import { readTokenEndpoint } from './loginWithAmazonSettings';
import { defaultSetting, onDidChangeSetting, readUserSetting } from './userSetting';

/** Says when the setting of {@link readApiEndpoint} has changed. */
export function onDidChangeApiEndpoint(listener: () => void): vscode.Disposable {
  return onDidChangeSetting('apiEndpoint', listener);
}

/** Where the secrets of a session go with the settings of now, as `secretsGoTo` names it; none where a setting cannot be used. */
export function readOrigins(): readonly string[] {
  const checks = [readApiEndpoint(), readTokenEndpoint()];
  return [...new Set(checks.flatMap((check) => (check.ok ? [secretsGoTo(check.url)] : [])))];
}

/** Where requests and the access token go. */
export function readApiEndpoint(): EndpointCheck {
  return checkApiEndpoint(readUserSetting('apiEndpoint'));
}

/** Whether requests go where they go unless the user sets something else. */
export function isUsualApiEndpoint(url: string): boolean {
  const usual = checkApiEndpoint(defaultSetting('apiEndpoint'));
  return usual.ok && usual.url === url;
}
