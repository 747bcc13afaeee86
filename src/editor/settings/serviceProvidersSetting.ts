import * as vscode from 'vscode';
import type { ExclusiveWrites } from '../../core/crossWindow/exclusiveWrites';
import {
  parseConfiguredProviders,
  SERVICE_PROVIDERS_SETTING,
  type ConfiguredEntry,
} from '../../core/model/configuredProviders';
import type { ListEdit } from '../../core/providerList/listEdit';
import type { SettingEntry } from '../../core/providerList/providerListFile';
import { ListNotWritten } from './listNotWritten';
import type { Written } from './listWriter';

/** The lock that the windows share while they edit the list. */
const LOCK = 'service provider list';

interface MergeResult {
  readonly added: number;
  readonly updated: number;
  readonly restore: () => Promise<void>;
}

/**
 * The `serviceProviders` setting: the workspace's list where it has one, else the user's, as VS Code resolves it. Edits
 * go to the list that is in effect, one after another in all windows. They are about entries by their IDs, so what other
 * windows or people change at the same time stays.
 *
 * A workspace's list is edited as text, one entry at a time. VS Code has no API that gives an extension the text of the user's
 * settings or edits it, so the user's list is rewritten as a whole, by VS Code. Where the file of the user settings can be
 * found beside the extension's storage and read, the person is asked before comments inside the list are lost. It cannot be
 * found in a profile that shares the settings of the default profile, or when the extension runs on another machine than the
 * settings are on; then comments inside the list are lost without a question.
 */
export class ServiceProvidersSetting {
  /** @param globalStorage the folder that VS Code gives to the extension, beside which it keeps the user settings */
  constructor(
    private readonly writes: ExclusiveWrites,
    private readonly globalStorage: vscode.Uri,
  ) {}

  read(): ConfiguredEntry[] {
    return parseConfiguredProviders(vscode.workspace.getConfiguration().get<unknown>(SERVICE_PROVIDERS_SETTING));
  }

  onDidChange(listener: () => void): vscode.Disposable {
    return vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(SERVICE_PROVIDERS_SETTING)) listener();
    });
  }

  /**
   * Does nothing when the list has an entry with this ID by now.
   *
   * @throws ListNotWritten, or VS Code's own error when the settings file cannot be read or written
   */
  async add(id: string, name: string): Promise<void> {
    const { addition } = await listEdits();
    await this.edit(addition([{ id, ...(name && { name }) }]));
  }

  /**
   * @param name empty to show the ID again
   * @throws as {@link add}
   */
  async rename(id: string, name: string): Promise<void> {
    const { renaming } = await listEdits();
    const { after } = await this.edit(renaming(id, name));
    const isListed = parseConfiguredProviders(after).some((entry) => entry.type === 'provider' && entry.id === id);
    if (!isListed) throw new ListNotWritten('gone');
  }

  /**
   * Takes the providers off the list.
   *
   * @returns puts them back where they stood
   * @throws as {@link add}
   */
  async remove(ids: readonly string[]): Promise<() => Promise<void>> {
    const { removal } = await listEdits();
    return this.undoOf(await this.edit(removal(ids)));
  }

  /**
   * Adds those of a file in one write. What is in the list stays where it stands.
   *
   * @param additions go to the end; left out when another window has added them meanwhile
   * @param updates give entries of the list another name or account, where they have one
   * @returns how many were added and updated, and what takes it back, but for entries that were changed since
   * @throws as {@link add}
   */
  async merge(additions: readonly SettingEntry[], updates: readonly SettingEntry[]): Promise<MergeResult> {
    const { merging } = await listEdits();
    const written = await this.edit(merging(additions, updates));
    let [added, updated] = [0, 0];
    for (const operation of written.operations) {
      if (operation.type === 'insert') added += operation.entries.length;
      if (operation.type === 'set') updated += 1;
    }
    return { added, updated, restore: await this.undoOf(written) };
  }

  private async undoOf(written: Written): Promise<() => Promise<void>> {
    const { reversal } = await listEdits();
    return async () => {
      await this.edit(reversal(written.before, written.operations), written);
    };
  }

  /** @param undone gives the list back as it was, to the letter, when it is still as it was written then */
  private async edit(edit: ListEdit, undone?: Written): Promise<Written> {
    const { write } = await import('./listWriter');
    let agreed: readonly string[] = [];
    for (;;) {
      const outcome = await this.writes.run(LOCK, (wrote) =>
        write({ edit, globalStorage: this.globalStorage, wrote, agreed, ...(undone && { undone }) }),
      );
      if (!('comments' in outcome)) return outcome;
      const { askToLoseComments } = await import('../prompts/askToLoseComments');
      // Outside the lock: other windows do not wait for an answer.
      if (!(await askToLoseComments(outcome.comments))) throw new ListNotWritten('dismissed');
      agreed = outcome.comments;
    }
  }
}

/** Needed to edit only, so it is loaded then. */
const listEdits = () => import('../../core/providerList/listEdit');

/**
 * Opens the setting in the file that holds it.
 *
 * @param index the entry to select, from 0
 */
export async function openServiceProvidersSetting(index?: number): Promise<void> {
  const setting = vscode.workspace.getConfiguration().inspect(SERVICE_PROVIDERS_SETTING);
  const command =
    setting?.workspaceValue !== undefined
      ? 'workbench.action.openWorkspaceSettingsFile'
      : 'workbench.action.openSettingsJson';
  await vscode.commands.executeCommand(command, { revealSetting: { key: SERVICE_PROVIDERS_SETTING } });
  if (index === undefined || index < 0) return;
  const { selectEntry } = await import('./listWriter');
  await selectEntry(index);
}
