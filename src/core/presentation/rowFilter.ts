import type { ConfiguredProvider } from '../model/configuredProviders';
import type { ProviderStatus } from '../mappings/providerStatus';
import { foldForSearch } from '../text/searchText';

/**
 * Whether a service provider's name, its id or the skill that it was last known to be mapped to has the text in it, as
 * people compare texts ({@link foldForSearch}). An empty text lets all pass.
 */
export function rowFilter(text: string): (provider: ConfiguredProvider, status: ProviderStatus) => boolean {
  const wanted = foldForSearch(text);
  if (wanted === '') return () => true;
  const has = (field: string | undefined) => field !== undefined && foldForSearch(field).includes(wanted);
  return ({ id, name }, { known }) =>
    has(name) || has(id) || (known?.mapping.type === 'mapped' && has(known.mapping.skillId));
}
