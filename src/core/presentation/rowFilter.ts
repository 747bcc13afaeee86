import type { ConfiguredProvider } from '../model/configuredProviders';
import type { ProviderStatus } from '../mappings/providerStatus';
import { foldForSearch } from '../text/searchText';

/**
 * Whether a service provider's name, its id or the skill that it was last known to be mapped to has the text in it, as
 * people compare texts ({@link foldForSearch}). An empty text lets all pass.
 */
export function createRowFilter(text: string): (provider: ConfiguredProvider, status: ProviderStatus) => boolean {
  const wanted = foldForSearch(text);
  if (wanted === '') return () => true;
  const has = (field: string | undefined) => field !== undefined && foldForSearch(field).includes(wanted);
  return ({ id, name }, { lastKnown }) =>
    has(name) || has(id) || (lastKnown?.mapping.type === 'mapped' && has(lastKnown.mapping.skillId));
}
