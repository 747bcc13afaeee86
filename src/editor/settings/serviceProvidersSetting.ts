import type * as vscode from 'vscode';
import type { ExclusiveWrites } from '../../core/crossWindow/exclusiveWrites';
import {
  parseConfiguredProviders,
  SERVICE_PROVIDERS_SETTING,
  type SettingEntry,
} from '../../core/model/configuredProviders';
import { addition, merging, removal, renaming, reversal } from '../../core/providerList/listEdit';
import { ListNotWritten } from './listNotWritten';
import { ListSetting } from './listSetting';
import type { Written } from './listWriter';

interface MergeResult {
  readonly added: number;
  readonly updated: number;
  readonly restore: () => Promise<void>;
}

/** Edits of the `serviceProviders` setting; see {@link ListSetting}. */
export class ServiceProvidersSetting {
  private readonly list: ListSetting;

  constructor(writes: ExclusiveWrites, globalStorage: vscode.Uri) {
    this.list = new ListSetting(SERVICE_PROVIDERS_SETTING, writes, globalStorage);
  }

  /**
   * Adds a service provider, unless the list already has an entry with this ID.
   *
   * @param account undefined if the entry is to name none
   * @throws as {@link ListSetting.edit}
   */
  async add(id: string, name: string, account?: string): Promise<void> {
    await this.list.edit(addition([{ id, ...(name && { name }), ...(account !== undefined && { account }) }]));
  }

  /**
   * Renames a service provider.
   *
   * @param name empty to show the ID again
   * @throws as {@link add}
   */
  async rename(id: string, name: string): Promise<void> {
    const { after } = await this.list.edit(renaming(id, name));
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
    return this.undoOf(await this.list.edit(removal(ids)));
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
    const written = await this.list.edit(merging(additions, updates));
    let [added, updated] = [0, 0];
    for (const operation of written.operations) {
      if (operation.type === 'insert') added += operation.entries.length;
      if (operation.type === 'set') updated += 1;
    }
    return { added, updated, restore: this.undoOf(written) };
  }

  private undoOf(written: Written): () => Promise<void> {
    return async () => {
      await this.list.edit(reversal(written.before, written.operations), written);
    };
  }
}
