import type * as vscode from 'vscode';
import type { ExclusiveWrites } from '../../core/crossWindow/exclusiveWrites';
import type { ListEdit } from '../../core/providerList/listEdit';
import { askToLoseComments } from '../prompts/askToLoseComments';
import { ListNotWritten } from './listNotWritten';
import { write, type Written } from './listWriter';

/** The lock that windows share for editing any list: lists may be in one file. */
const LOCK = 'service provider list';

/**
 * Edits of a setting that is a list: the workspace's list if it has one, otherwise the user's, as VS Code resolves it.
 * Edits apply to the list that is in effect and are serialized across windows. They identify entries by ID, so
 * concurrent changes by other windows or users are preserved.
 *
 * A workspace's list is edited as text, one entry at a time. VS Code has no API to read or edit the text of the user
 * settings, so VS Code rewrites the user's list as a whole. If the file of the user settings can be found beside the
 * extension's storage and read, the user is asked before comments inside the list are lost. It cannot be found in a
 * profile that shares the settings of the default profile, or if the extension runs on another machine than the
 * settings; then such comments are lost without a question.
 */
export class ListSetting {
  /**
   * @param setting its full name
   * @param globalStorage the extension's storage folder, beside which VS Code stores the user settings
   */
  constructor(
    private readonly setting: string,
    private readonly writes: ExclusiveWrites,
    private readonly globalStorage: vscode.Uri,
  ) {}

  /**
   * @param undone an earlier edit whose original text is restored exactly, if the list has not changed since
   * @throws ListNotWritten, or VS Code's own error if the settings file cannot be read or written
   */
  async edit(edit: ListEdit, undone?: Written): Promise<Written> {
    const { setting, globalStorage } = this;
    let agreed: readonly string[] = [];
    for (;;) {
      const outcome = await this.writes.run(LOCK, (wrote) =>
        write({ setting, edit, globalStorage, wrote, agreed, ...(undone && { undone }) }),
      );
      if (!('comments' in outcome)) return outcome;
      // Ask outside the lock, so that other windows do not wait for the user.
      if (!(await askToLoseComments(setting, outcome.comments))) throw new ListNotWritten('dismissed');
      agreed = outcome.comments;
    }
  }
}
