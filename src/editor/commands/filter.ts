import * as vscode from 'vscode';
import { promptForFilter } from '../prompts/promptForFilter';
import { DISMISSED, SUCCEEDED, type Command } from '../commandRunner/command';

/** Asks for a text, and shows only rows that contain it. */
export const filter: Command<'filter'> = {
  async run(_call, { viewOptions }) {
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
