import * as vscode from 'vscode';
import { parseConfiguredProviders, type ConfiguredEntry } from '../core/configuredProviders';

const SERVICE_PROVIDERS_SETTING = 'alexaNetworkMapping.serviceProviders';

/** The list is in the setting but cannot be edited, because the setting holds something else than a list. */
export class SettingNotAList extends Error {}

/** A change to the list: takes the raw entries, good and bad, and gives back the new ones. */
type Edit = (entries: readonly unknown[]) => unknown[];

/**
 * The `serviceProviders` setting: the workspace's list where it has one, else the user's, as VS Code resolves it. Edits
 * go to the list that is in effect, one after another, and leave the entries they do not concern as they are.
 */
export class ServiceProvidersSetting {
  private lastEdit: Promise<void> = Promise.resolve();

  read(): ConfiguredEntry[] {
    return parseConfiguredProviders(vscode.workspace.getConfiguration().get<unknown>(SERVICE_PROVIDERS_SETTING));
  }

  onDidChange(listener: () => void): vscode.Disposable {
    return vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(SERVICE_PROVIDERS_SETTING)) listener();
    });
  }

  /** @throws SettingNotAList, or VS Code's own error when the settings file cannot be written */
  async add(id: string, name: string): Promise<void> {
    await this.edit((entries) => [...entries, { id, ...(name && { name }) }]);
  }

  /**
   * @param name empty to show the id again
   * @throws as {@link add}
   */
  async rename(id: string, name: string): Promise<void> {
    await this.edit((entries) =>
      entries.map((entry) => {
        if (!isEntryOf(entry, [id])) return entry;
        const { name: before, ...rest } = entry;
        return name ? { ...rest, name } : rest;
      }),
    );
  }

  /**
   * Takes the providers off the list.
   *
   * @returns puts them back where they stood
   * @throws as {@link add}
   */
  async remove(ids: readonly string[]): Promise<() => Promise<void>> {
    let removed: { index: number; entry: unknown }[] = [];
    await this.edit((entries) => {
      removed = [...entries.entries()].flatMap(([index, entry]) => (isEntryOf(entry, ids) ? [{ index, entry }] : []));
      return entries.filter((entry) => !isEntryOf(entry, ids));
    });
    return () =>
      this.edit((entries) => {
        const restored = [...entries];
        for (const { index, entry } of removed) restored.splice(index, 0, entry);
        return restored;
      });
  }

  private async edit(edit: Edit): Promise<void> {
    const turn = this.lastEdit.then(() => this.write(edit));
    this.lastEdit = turn.catch(() => undefined);
    await turn;
  }

  private async write(edit: Edit): Promise<void> {
    const configuration = vscode.workspace.getConfiguration();
    const setting = configuration.inspect<unknown>(SERVICE_PROVIDERS_SETTING);
    const inWorkspace = setting?.workspaceValue !== undefined;
    const entries = (inWorkspace ? setting.workspaceValue : setting?.globalValue) ?? [];
    if (!Array.isArray(entries)) throw new SettingNotAList();
    const target = inWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
    await configuration.update(SERVICE_PROVIDERS_SETTING, edit(entries), target);
  }
}

function isEntryOf(entry: unknown, ids: readonly string[]): entry is { id: string; name?: unknown } {
  return typeof entry === 'object' && entry !== null && 'id' in entry && ids.includes(entry.id as string);
}

/** Opens the setting in the file that holds it, where a bad entry can be mended. */
export async function openServiceProvidersSetting(): Promise<void> {
  const setting = vscode.workspace.getConfiguration().inspect(SERVICE_PROVIDERS_SETTING);
  const command =
    setting?.workspaceValue !== undefined
      ? 'workbench.action.openWorkspaceSettingsFile'
      : 'workbench.action.openSettingsJson';
  await vscode.commands.executeCommand(command, { revealSetting: { key: SERVICE_PROVIDERS_SETTING } });
}
