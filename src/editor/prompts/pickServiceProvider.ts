import * as vscode from 'vscode';
import { clockTime } from '../../core/text/relativeTime';
import type { ConfiguredProvider } from '../../core/model/configuredProviders';
import { rowText } from '../../core/presentation/rowText';
import { hasAllWords } from '../../core/text/searchText';
import type { ServiceProviders } from '../../core/mappings/mappingStore';
import { inertLabel } from './escapeUiText';
import { searchedPick } from './searchedPick';

/**
 * Asks which service provider a command is for.
 *
 * @returns its id, or undefined when the person leaves
 */
export async function pickServiceProvider(
  title: string,
  providers: ServiceProviders,
  candidates: readonly ConfiguredProvider[],
): Promise<string | undefined> {
  const items = candidates.map((provider) => {
    const text = rowText(provider, providers.status(provider.id), providers.row(provider.id), (ms) =>
      clockTime(ms, Date.now(), vscode.env.language),
    );
    return {
      label: inertLabel(text.label),
      description: inertLabel(text.description),
      detail: inertLabel(provider.id),
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
