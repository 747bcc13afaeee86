import type * as vscode from 'vscode';
import { checkEndpoint, type EndpointCheck } from '../../core/model/endpoint';
import { checkScopes, type ScopesCheck } from '../../core/model/scopes';
import { readAccountSetting } from './accountSettings';
import { onDidChangeSetting, readUserSetting } from './userSetting';

/** Returns where the browser goes to sign in to an account. */
export function readAuthorizationEndpoint(account: string): EndpointCheck {
  return checkEndpoint(readAccountSetting(account, 'authorizationEndpoint'));
}

/** Returns where an account's codes, refresh tokens and client secrets are sent. */
export function readTokenEndpoint(account: string): EndpointCheck {
  return checkEndpoint(readAccountSetting(account, 'tokenEndpoint'));
}

/** Returns the scopes that a sign-in requests. */
export function readScopes(): ScopesCheck {
  return checkScopes(readUserSetting('scopes'));
}

export function onDidChangeScopes(listener: () => void): vscode.Disposable {
  return onDidChangeSetting('scopes', listener);
}

/** Returns the suggested client ID for a first sign-in to an account, or an empty text. */
export function readClientId(account: string): string {
  const clientId = readAccountSetting(account, 'clientId');
  return typeof clientId === 'string' ? clientId.trim() : '';
}
