import * as vscode from 'vscode';
import { shortId } from '../../core/model/identifiers';
import { promptForFilter } from '../prompts/promptForFilter';
import { DISMISSED, SUCCEEDED, type Command } from '../commandRunner/command';

/** Asks for a text, and shows only rows that contain it; or shows the rows of a skill, and the view. */
export const filter: Command<'filter'> = {
  async run({ skillId }, { viewOptions }) {
    if (skillId !== undefined) {
      // All formats of its ID end with the same text.
      viewOptions.update({ filter: shortId(skillId) });
      await viewOptions.saveFilter();
      await vscode.commands.executeCommand('alexaNetworkMapping.serviceProviders.focus');
      return SUCCEEDED;
    }
    const title = vscode.l10n.t('Filter Service Providers');
    const typed = await promptForFilter({ title, value: viewOptions.filter }, (text) => {
      viewOptions.update({ filter: text });
    });
    // Not the previous filter: it may have been temporary, or cleared meanwhile.
    viewOptions.update({ filter: typed ?? viewOptions.savedFilter });
    if (typed === undefined) return DISMISSED;
    await viewOptions.saveFilter();
    return SUCCEEDED;
  },
};

/** Shows all rows again. */
export const clearFilter: Command<'clearFilter'> = {
  async run(_call, { viewOptions }) {
    viewOptions.update({ filter: '' });
    await viewOptions.saveFilter();
    return SUCCEEDED;
  },
};
