import * as vscode from 'vscode';
import { onDidChangeSetting, readUserSetting } from './userSetting';

/** The settings that an account can have a value of its own for. */
type AccountSetting = 'apiEndpoint' | 'authorizationEndpoint' | 'tokenEndpoint' | 'clientId';

const ACCOUNTS = 'accounts';

/** Returns an account's own value, or otherwise that of the setting; anything, because users type it. */
export function readAccountSetting(account: string | undefined, name: AccountSetting): unknown {
  const accounts = readUserSetting(ACCOUNTS);
  // Fail at the check of the value, instead of using an endpoint that the user may have wanted to replace.
  if (!isRecord(accounts)) return accounts;
  const own = account !== undefined && Object.hasOwn(accounts, account) ? accounts[account] : {};
  if (!isRecord(own)) return own;
  return own[name] ?? readUserSetting(name);
}

/** Returns the accounts that the setting has values for, signed in or not. */
export function namesOfAccountsSetting(): readonly string[] {
  const accounts = readUserSetting(ACCOUNTS);
  return isRecord(accounts) ? Object.keys(accounts).filter((name) => name.trim() !== '') : [];
}

/** Notifies of changes to a setting, or to the accounts' values of it. */
export function onDidChangeAccountSetting(name: AccountSetting, listener: () => void): vscode.Disposable {
  return vscode.Disposable.from(onDidChangeSetting(name, listener), onDidChangeSetting(ACCOUNTS, listener));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
