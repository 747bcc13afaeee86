import * as vscode from 'vscode';
import { formatTime } from '../../core/text/relativeTime';
import type { ConfiguredProvider } from '../../core/model/configuredProviders';
import { rowText } from '../../core/presentation/rowText';
import { hasAllWords } from '../../core/text/searchText';
import type { MappingStore } from '../../core/mappings/mappingStore';
import { escapeIcons } from './escapeUiText';
import { searchedPick } from './searchedPick';

/**
 * Asks which service provider a command is for.
 *
 * @returns its ID, or undefined if the user leaves
 */
export async function pickServiceProvider(
  title: string,
  providers: MappingStore,
  candidates: readonly ConfiguredProvider[],
): Promise<string | undefined> {
  const items = candidates.map((provider) => {
    const text = rowText(provider, providers.status(provider.id), providers.row(provider.id), (ms) =>
      formatTime(ms, Date.now(), vscode.env.language),
    );
    return {
      label: escapeIcons(text.label),
      description: escapeIcons(text.description),
      detail: escapeIcons(provider.id),
      id: provider.id,
      words: [text.label, text.description, provider.id].join('\n'),
    };
  });
  const picked = await searchedPick({
    title,
    placeholder: vscode.l10n.t('Service provider'),
    find: (typed) => {
      const isWanted = hasAllWords(typed);
      return items.filter(({ words }) => isWanted(words));
    },
  });
  return picked?.item.id;
}
