import * as vscode from 'vscode';
import { SERVICE_PROVIDERS_SETTING } from '../../core/model/configuredProviders';
import { selectEntry } from './listWriter';

/**
 * Opens the setting in the file that contains it.
 *
 * @param index of the entry to select, from 0
 */
export async function openServiceProvidersSetting(index?: number): Promise<void> {
  const setting = vscode.workspace.getConfiguration().inspect(SERVICE_PROVIDERS_SETTING);
  const command =
    setting?.workspaceValue !== undefined
      ? 'workbench.action.openWorkspaceSettingsFile'
      : 'workbench.action.openSettingsJson';
  await vscode.commands.executeCommand(command, { revealSetting: { key: SERVICE_PROVIDERS_SETTING } });
  if (index === undefined || index < 0) return;
  await selectEntry(index);
}
