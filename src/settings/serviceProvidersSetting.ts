import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import { parseConfiguredProviders, type ConfiguredEntry } from '../core/configuredProviders';
import type { SettingEntry } from '../core/providerListFile';

const SERVICE_PROVIDERS_SETTING = 'alexaNetworkMapping.serviceProviders';

/** The list is in the setting but cannot be edited, because the setting holds something else than a list. */
export class SettingNotAList extends Error {}

interface Merged {
  readonly added: number;
  readonly updated: number;
  readonly putBack: () => Promise<void>;
}

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
        if (!isEntryOf(entry, new Set([id]))) return entry;
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
    const all = new Set(ids);
    let removed: { index: number; entry: unknown }[] = [];
    await this.edit((entries) => {
      removed = [...entries.entries()].flatMap(([index, entry]) => (isEntryOf(entry, all) ? [{ index, entry }] : []));
      return entries.filter((entry) => !isEntryOf(entry, all));
    });
    return () =>
      this.edit((entries) => {
        const restored = [...entries];
        for (const { index, entry } of removed) restored.splice(index, 0, entry);
        return restored;
      });
  }

  /**
   * Adds those of a file in one write. What is in the list stays where it stands.
   *
   * @param additions go to the end; left out when another window has added them meanwhile
   * @param updates give entries of the list another name or account, where they have one
   * @returns how many were added and updated, and what takes it back, but for entries that were changed since
   * @throws as {@link add}
   */
  async merge(additions: readonly SettingEntry[], updates: readonly SettingEntry[]): Promise<Merged> {
    const updateOf = new Map(updates.map((entry) => [entry.id, entry]));
    /** What was written for each id, and what stood there before. */
    const written = new Map<string, { readonly after: unknown; readonly before: readonly unknown[] }>();
    await this.edit((entries) => {
      written.clear();
      const list = parseConfiguredProviders(entries);
      const kept = entries.map((before, index) => {
        const entry = list[index];
        const update = entry?.type === 'provider' ? updateOf.get(entry.id) : undefined;
        if (!update) return before;
        const after = { ...(before as object), ...update };
        written.set(update.id, { after, before: [before] });
        return after;
      });
      const listed = new Set(list.map((entry) => (entry.type === 'provider' ? entry.id : undefined)));
      const added = additions.filter(({ id }) => !listed.has(id));
      for (const after of added) written.set(after.id, { after, before: [] });
      return [...kept, ...added];
    });
    const all = [...written.values()];
    const putBack = () =>
      this.edit((entries) =>
        entries.flatMap((entry) => {
          const change = hasId(entry) ? written.get(entry.id) : undefined;
          return change && isDeepStrictEqual(change.after, entry) ? change.before : [entry];
        }),
      );
    const added = all.filter(({ before }) => before.length === 0).length;
    return { added, updated: all.length - added, putBack };
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

function isEntryOf(entry: unknown, ids: ReadonlySet<string>): entry is { id: string; name?: unknown } {
  return hasId(entry) && ids.has(entry.id);
}

function hasId(entry: unknown): entry is { id: string } {
  return typeof entry === 'object' && entry !== null && 'id' in entry && typeof entry.id === 'string';
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
