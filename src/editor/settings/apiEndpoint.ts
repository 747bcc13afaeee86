import type * as vscode from 'vscode';
import { checkApiEndpoint, secretsGoTo, type EndpointCheck } from '../../core/model/endpoint';
import { onDidChangeAccountSetting, readAccountSetting } from './accountSettings';
import { readTokenEndpoint } from './loginWithAmazonSettings';
import { defaultSetting } from './userSetting';

/** Notifies of changes to the settings of {@link readApiEndpoint}. */
export function onDidChangeApiEndpoint(listener: () => void): vscode.Disposable {
  return onDidChangeAccountSetting('apiEndpoint', listener);
}

/**
 * Returns the origins that the secrets of an account's session go to with the current settings, as `secretsGoTo` returns
 * them; none for invalid settings.
 */
export function readOrigins(account: string): readonly string[] {
  const checks = [readApiEndpoint(account), readTokenEndpoint(account)];
  return [...new Set(checks.flatMap((check) => (check.ok ? [secretsGoTo(check.url)] : [])))];
}

/** The results by value, because each request and each row asks. */
const checks = new Map<unknown, EndpointCheck>();

/** Returns where an account's requests and its access token are sent; without an account, those of any other. */
export function readApiEndpoint(account?: string): EndpointCheck {
  const value = readAccountSetting(account, 'apiEndpoint');
  const check = checks.get(value) ?? checkApiEndpoint(value);
  checks.set(value, check);
  return check;
}

/** Whether this is the default endpoint. */
export function isUsualApiEndpoint(url: string): boolean {
  const usual = checkApiEndpoint(defaultSetting('apiEndpoint'));
  return usual.ok && usual.url === url;
}
