import type { ConfiguredProvider } from '../model/configuredProviders';
import type { ProviderStatus } from '../mappings/providerStatus';
import type { SkillNames } from '../skills/skillNames';
import { foldForSearch } from '../text/searchText';

/**
 * Returns a filter that matches rows whose name or ID, or the name or ID of the last known skill, contains the text, compared by {@link
 * foldForSearch}. An empty text matches everything.
 */
export function createRowFilter(
  text: string,
  skills: SkillNames,
): (provider: ConfiguredProvider, status: ProviderStatus) => boolean {
  const wanted = foldForSearch(text);
  if (wanted === '') return () => true;
  const has = (field: string | undefined) => field !== undefined && foldForSearch(field).includes(wanted);
  const hasSkill = (skillId: string) => has(skillId) || has(skills.nameOf(skillId));
  return ({ id, name }, { lastKnown }) =>
    has(name) || has(id) || (lastKnown?.mapping.type === 'mapped' && hasSkill(lastKnown.mapping.skillId));
}
