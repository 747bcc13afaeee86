import * as vscode from 'vscode';
import { askForFilter } from '../prompts/promptForFilter';
import { DISMISSED, DONE, type Command } from '../commandRunner/command';

/** Shows only rows with a text, which is asked for. */
export const filter: Command = {
  id: 'filter',
  async run(_invocation, { viewOptions }) {
    const title = vscode.l10n.t('Filter Service Providers');
    const typed = await askForFilter({ title, value: viewOptions.filter }, (text) => {
      viewOptions.show({ filter: text });
    });
    // Not the one of before: that may have been tried only, or cleared meanwhile.
    viewOptions.show({ filter: typed ?? viewOptions.keptFilter });
    if (typed === undefined) return DISMISSED;
    await viewOptions.keepFilter();
    return DONE;
  },
};

/** Shows all rows again. */
export const clearFilter: Command = {
  id: 'clearFilter',
  async run(_invocation, { viewOptions }) {
    viewOptions.show({ filter: '' });
    await viewOptions.keepFilter();
    return DONE;
  },
};
