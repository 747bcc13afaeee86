import * as vscode from 'vscode';
import type { ExclusiveWrites } from '../../core/crossWindow/exclusiveWrites';
import {
  parseConfiguredProviders,
  SERVICE_PROVIDERS_SETTING,
  type ConfiguredEntry,
  type SettingEntry,
} from '../../core/model/configuredProviders';
import type { ListEdit } from '../../core/providerList/listEdit';
import { ListNotWritten } from './listNotWritten';
import type { Written } from './listWriter';

/** The lock that windows share for editing the list. */
const LOCK = 'service provider list';

interface MergeResult {
  readonly added: number;
  readonly updated: number;
  readonly restore: () => Promise<void>;
}

/**
 * The `serviceProviders` setting: the workspace's list if it has one, otherwise the user's, as VS Code resolves it.
 * Edits apply to the list that is in effect and are serialized across windows. They identify entries by ID, so
 * concurrent changes by other windows or users are preserved.
 *
 * A workspace's list is edited as text, one entry at a time. VS Code has no API to read or edit the text of the user
 * settings, so VS Code rewrites the user's list as a whole. If the file of the user settings can be found beside the
 * extension's storage and read, the user is asked before comments inside the list are lost. It cannot be found in a
 * profile that shares the settings of the default profile, or if the extension runs on another machine than the
 * settings; then such comments are lost without a question.
 */
export class ServiceProvidersSetting {
  /** @param globalStorage the extension's storage folder, beside which VS Code stores the user settings */
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
   * Adds a service provider, unless the list already has an entry with this ID.
   *
   * @throws ListNotWritten, or VS Code's own error if the settings file cannot be read or written
   */
  async add(id: string, name: string): Promise<void> {
    const { addition } = await listEdits();
    await this.edit(addition([{ id, ...(name && { name }) }]));
  }

  /**
   * Renames a service provider.
   *
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
   * Removes the providers from the list.
   *
   * @returns a function that restores them to their positions
   * @throws as {@link add}
   */
  async remove(ids: readonly string[]): Promise<() => Promise<void>> {
    const { removal } = await listEdits();
    return this.undoOf(await this.edit(removal(ids)));
  }

  /**
   * Adds and updates those of a file in a single write. Existing entries stay in place.
   *
   * @param additions appended, except those that another window has added meanwhile
   * @param updates give existing entries another name or account, if they have one
   * @returns how many were added and updated, and a function that reverts it, except for entries changed since
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

  /** @param undone an earlier edit whose original text is restored exactly, if the list has not changed since */
  private async edit(edit: ListEdit, undone?: Written): Promise<Written> {
    const { write } = await import('./listWriter');
    let agreed: readonly string[] = [];
    for (;;) {
      const outcome = await this.writes.run(LOCK, (wrote) =>
        write({ edit, globalStorage: this.globalStorage, wrote, agreed, ...(undone && { undone }) }),
      );
      if (!('comments' in outcome)) return outcome;
      const { askToLoseComments } = await import('../prompts/askToLoseComments');
      // Ask outside the lock, so that other windows do not wait for the user.
      if (!(await askToLoseComments(outcome.comments))) throw new ListNotWritten('dismissed');
      agreed = outcome.comments;
    }
  }
}

/** Loaded on first use, for edits only. */
const listEdits = () => import('../../core/providerList/listEdit');
