import * as vscode from 'vscode';
import { formatTime } from '../../core/text/relativeTime';
import type { ConfiguredProvider } from '../../core/model/configuredProviders';
import { rowText } from '../../core/presentation/rowText';
import type { SkillNames } from '../../core/skills/skillNames';
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
  skills: SkillNames,
): Promise<string | undefined> {
  const items = candidates.map((provider) => {
    const { id } = provider;
    const status = providers.status(id);
    const row = providers.row(id);
    const text = rowText(provider, status, row, skills, (ms) => formatTime(ms, Date.now(), vscode.env.language));
    // The view reads its rows, but it may never have been shown.
    const isUnread = row.type === 'checking' && !status.inFlight && !status.lastKnown;
    const description = isUnread ? vscode.l10n.t('not read yet') : text.description;
    return {
      label: escapeIcons(text.label),
      description: escapeIcons(description),
      detail: escapeIcons(id),
      id,
      words: [text.label, description, id, row.type === 'mapped' ? row.skillId : ''].join('\n'),
    };
  });
  const picked = await searchedPick({
    title,
    placeholder: vscode.l10n.t('Select a service provider'),
    find: (typed) => {
      const isWanted = hasAllWords(typed);
      return items.filter(({ words }) => isWanted(words));
    },
  });
  return picked?.item.id;
}
