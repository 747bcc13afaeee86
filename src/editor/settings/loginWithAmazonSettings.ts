import type * as vscode from 'vscode';
import { checkEndpoint, type EndpointCheck } from '../../core/model/endpoint';
import { checkScopes, type ScopesCheck } from '../../core/model/scopes';
import { onDidChangeSetting, readUserSetting } from './userSetting';

/** Where the browser goes to sign in. */
export function readAuthorizationEndpoint(): EndpointCheck {
  return checkEndpoint(readUserSetting('authorizationEndpoint'));
}

/** Where codes, refresh tokens and client secrets go. */
export function readTokenEndpoint(): EndpointCheck {
  return checkEndpoint(readUserSetting('tokenEndpoint'));
}

/** What a sign-in asks permission for. */
export function readScopes(): ScopesCheck {
  return checkScopes(readUserSetting('scopes'));
}

export function onDidChangeScopes(listener: () => void): vscode.Disposable {
  return onDidChangeSetting('scopes', listener);
}

/** The client id that a first sign-in begins with, or an empty text. */
export function readClientId(): string {
  const clientId = readUserSetting('clientId');
  return typeof clientId === 'string' ? clientId.trim() : '';
}
