import * as vscode from 'vscode';
import { SERVICE_PROVIDERS_SETTING } from '../../core/model/configuredProviders';
import { selectEntry } from './listWriter';

/**
 * Opens a setting that is a list in the file that contains it.
 *
 * @param setting its full name
 * @param index of the entry to select, from 0
 */
export async function openListSetting(setting: string, index?: number): Promise<void> {
  const inspected = vscode.workspace.getConfiguration().inspect(setting);
  const command =
    inspected?.workspaceValue !== undefined
      ? 'workbench.action.openWorkspaceSettingsFile'
      : 'workbench.action.openSettingsJson';
  await vscode.commands.executeCommand(command, { revealSetting: { key: setting } });
  if (index === undefined || index < 0) return;
  await selectEntry(setting, index);
}

/** Opens the list of service providers, and selects an entry. */
export async function openServiceProvidersSetting(index?: number): Promise<void> {
  await openListSetting(SERVICE_PROVIDERS_SETTING, index);
}
