import * as vscode from 'vscode';
import { askForFilter } from '../prompts/filterInput';
import { DISMISSED, DONE, type Command } from './command';

/** Shows only rows with a text, which is asked for. */
export const filter: Command = {
  id: 'filter',
  async run(_invocation, { viewOptions }) {
    const before = viewOptions.filter;
    const typed = await askForFilter({ title: vscode.l10n.t('Filter Service Providers'), value: before }, (text) => {
      viewOptions.show({ filter: text });
    });
    viewOptions.show({ filter: typed ?? before });
    if (typed === undefined) return DISMISSED;
    await viewOptions.keep();
    return DONE;
  },
};

/** Shows all rows again. */
export const clearFilter: Command = {
  id: 'clearFilter',
  async run(_invocation, { viewOptions }) {
    viewOptions.show({ filter: '' });
    await viewOptions.keep();
    return DONE;
  },
};
