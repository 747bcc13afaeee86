import * as l10n from '@vscode/l10n';
import type { ConfiguredProvider } from '../model/configuredProviders';
import type { ProviderStatus } from '../mappings/providerStatus';
import type { SkillNames } from '../skills/skillNames';
import { foldForSearch } from '../text/searchText';
import type { GroupKey } from './skillGroups';

/** A state that rows can be filtered by. */
export type FilterState = Exclude<GroupKey['type'], 'notRead' | 'list'>;

/** Returns the word for each state that rows can be filtered by, in the order in which the view counts them. */
export function filterWords(): Readonly<Record<FilterState, string>> {
  return {
    mapped: l10n.t({ message: 'mapped', comment: ['A state to filter by: mapped to a skill.'] }),
    notMapped: l10n.t('not mapped'),
    unknownProvider: l10n.t({ message: 'unknown', comment: ['A state to filter by: unknown to the service.'] }),
    unreadable: l10n.t({ message: 'error', comment: ['A state to filter by: the mapping could not be read.'] }),
    signedOut: l10n.t('signed out'),
  };
}

/**
 * Returns a filter that matches rows whose name or ID, or the name or ID of the last known skill, contains the text, and
 * rows in the state that the text is the word for, compared by {@link foldForSearch}. An empty text matches everything.
 */
export function createRowFilter(
  text: string,
  skills: SkillNames,
): (provider: ConfiguredProvider, status: ProviderStatus, state: GroupKey['type']) => boolean {
  const wanted = foldForSearch(text);
  if (wanted === '') return () => true;
  const wantedState = Object.entries(filterWords()).find(([, word]) => foldForSearch(word) === wanted)?.[0];
  const has = (field: string | undefined) => field !== undefined && foldForSearch(field).includes(wanted);
  const hasSkill = (skillId: string) => has(skillId) || has(skills.nameOf(skillId));
  return ({ id, name }, { lastKnown }, state) =>
    state === wantedState ||
    has(name) ||
    has(id) ||
    (lastKnown?.mapping.type === 'mapped' && hasSkill(lastKnown.mapping.skillId));
}
