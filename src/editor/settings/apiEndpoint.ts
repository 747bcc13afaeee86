import type * as vscode from 'vscode';
import { checkApiEndpoint, secretsGoTo, type EndpointCheck } from '../../core/model/endpoint';
import { readTokenEndpoint } from './loginWithAmazonSettings';
import { defaultSetting, onDidChangeSetting, readUserSetting } from './userSetting';

/** Notifies of changes to the setting of {@link readApiEndpoint}. */
export function onDidChangeApiEndpoint(listener: () => void): vscode.Disposable {
  return onDidChangeSetting('apiEndpoint', listener);
}

/**
 * Returns the origins that a session's secrets go to with the current settings, as `secretsGoTo` returns them; none for
 * invalid settings.
 */
export function readOrigins(): readonly string[] {
  const checks = [readApiEndpoint(), readTokenEndpoint()];
  return [...new Set(checks.flatMap((check) => (check.ok ? [secretsGoTo(check.url)] : [])))];
}

/** Returns where requests and the access token are sent. */
export function readApiEndpoint(): EndpointCheck {
  return checkApiEndpoint(readUserSetting('apiEndpoint'));
}

/** Whether this is the default endpoint. */
export function isUsualApiEndpoint(url: string): boolean {
  const usual = checkApiEndpoint(defaultSetting('apiEndpoint'));
  return usual.ok && usual.url === url;
}
