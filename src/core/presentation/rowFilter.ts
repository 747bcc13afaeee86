import type { ConfiguredProvider } from '../model/configuredProviders';
import type { ProviderStatus } from '../mappings/providerStatus';
import { foldForSearch } from '../text/searchText';

/**
 * Returns a filter that matches rows whose name, ID or last known skill contains the text, compared by {@link
 * foldForSearch}. An empty text matches everything.
 */
export function createRowFilter(text: string): (provider: ConfiguredProvider, status: ProviderStatus) => boolean {
  const wanted = foldForSearch(text);
  if (wanted === '') return () => true;
  const has = (field: string | undefined) => field !== undefined && foldForSearch(field).includes(wanted);
  return ({ id, name }, { lastKnown }) =>
    has(name) || has(id) || (lastKnown?.mapping.type === 'mapped' && has(lastKnown.mapping.skillId));
}
