import type * as vscode from 'vscode';
import { checkEndpoint, type EndpointCheck } from '../../core/model/endpoint';
import { checkScopes, type ScopesCheck } from '../../core/model/scopes';
import { onDidChangeSetting, readUserSetting } from './userSetting';

/** Returns where the browser goes to sign in. */
export function readAuthorizationEndpoint(): EndpointCheck {
  return checkEndpoint(readUserSetting('authorizationEndpoint'));
}

/** Returns where codes, refresh tokens and client secrets are sent. */
export function readTokenEndpoint(): EndpointCheck {
  return checkEndpoint(readUserSetting('tokenEndpoint'));
}

/** Returns the scopes that a sign-in requests. */
export function readScopes(): ScopesCheck {
  return checkScopes(readUserSetting('scopes'));
}

export function onDidChangeScopes(listener: () => void): vscode.Disposable {
  return onDidChangeSetting('scopes', listener);
}

/** Returns the suggested client ID for a first sign-in, or an empty text. */
export function readClientId(): string {
  const clientId = readUserSetting('clientId');
  return typeof clientId === 'string' ? clientId.trim() : '';
}
