import * as vscode from 'vscode';
import { readUserSetting } from './userSetting';

type Accounts = Readonly<Record<string, object>>;

/**
 * Stores an account's own API endpoint in the user's settings.
 *
 * @throws VS Code's error if the settings cannot be written
 */
export async function writeAccountEndpoint(account: string, apiEndpoint: string): Promise<void> {
  const accounts = readUserSetting('accounts') as Accounts | undefined;
  const after = { ...accounts, [account]: { ...accounts?.[account], apiEndpoint } };
  const configuration = vscode.workspace.getConfiguration('alexaNetworkMapping');
  await configuration.update('accounts', after, vscode.ConfigurationTarget.Global);
}
