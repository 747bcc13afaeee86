import * as vscode from 'vscode';
import { promptForFilter } from '../prompts/promptForFilter';
import { DISMISSED, SUCCEEDED, type Command } from '../commandRunner/command';

/** Shows only rows with a text, which is asked for. */
export const filter: Command = {
  id: 'filter',
  async run(_invocation, { viewOptions }) {
    const title = vscode.l10n.t('Filter Service Providers');
    const typed = await promptForFilter({ title, value: viewOptions.filter }, (text) => {
      viewOptions.update({ filter: text });
    });
    // Not the one of before: that may have been tried only, or cleared meanwhile.
    viewOptions.update({ filter: typed ?? viewOptions.savedFilter });
    if (typed === undefined) return DISMISSED;
    await viewOptions.saveFilter();
    return SUCCEEDED;
  },
};

/** Shows all rows again. */
export const clearFilter: Command = {
  id: 'clearFilter',
  async run(_invocation, { viewOptions }) {
    viewOptions.update({ filter: '' });
    await viewOptions.saveFilter();
    return SUCCEEDED;
  },
};
