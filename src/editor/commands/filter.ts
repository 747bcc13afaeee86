import * as vscode from 'vscode';
import type { MappingStore } from '../../core/mappings/mappingStore';
import { shortId } from '../../core/model/identifiers';
import { statesText } from '../../core/presentation/filterStates';
import { groupKeyOf, type GroupKey } from '../../core/presentation/skillGroups';
import { promptForFilter } from '../prompts/promptForFilter';
import { DISMISSED, SUCCEEDED, type Command } from '../commandRunner/command';

/**
 * Asks for a text, and shows only rows that contain it, or that have the state it is the word for; or shows the rows of a
 * skill, and the view.
 */
export const filter: Command<'filter'> = {
  async run({ skillId }, { viewOptions, providers }) {
    if (skillId !== undefined) {
      // All formats of its ID end with the same text.
      viewOptions.update({ filter: shortId(skillId) });
      await viewOptions.saveFilter();
      await vscode.commands.executeCommand('alexaNetworkMapping.serviceProviders.focus');
      return SUCCEEDED;
    }
    const title = vscode.l10n.t('Filter Service Providers');
    const typed = await promptForFilter(
      { title, value: viewOptions.filter },
      (text) => {
        viewOptions.update({ filter: text });
      },
      {
        text: () => statesText(countStates(providers), vscode.env.language),
        onDidChange: (listener) => {
          providers.events.on('providerChanged', listener).on('entriesChanged', listener);
          return new vscode.Disposable(() => {
            providers.events.off('providerChanged', listener).off('entriesChanged', listener);
          });
        },
      },
    );
    // Not the previous filter: it may have been temporary, or cleared meanwhile.
    viewOptions.update({ filter: typed ?? viewOptions.savedFilter });
    if (typed === undefined) return DISMISSED;
    await viewOptions.saveFilter();
    return SUCCEEDED;
  },
};

/** Returns how many service providers of the whole list have a state. */
function countStates(providers: MappingStore): ReadonlyMap<GroupKey['type'], number> {
  const counts = new Map<GroupKey['type'], number>();
  for (const { id } of providers.providers) {
    const { type } = groupKeyOf(providers.status(id), providers.row(id));
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  return counts;
}

/** Shows all rows again. */
export const clearFilter: Command<'clearFilter'> = {
  async run(_call, { viewOptions }) {
    viewOptions.update({ filter: '' });
    await viewOptions.saveFilter();
    return SUCCEEDED;
  },
};
