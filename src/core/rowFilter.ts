import type { ConfiguredProvider } from './configuredProviders';
import type { ProviderStatus } from './providerStatus';

/**
 * Whether a service provider's name, its id or the skill that it was last known to be mapped to has the text in it, in any
 * letter case. An empty text lets all pass.
 */
export function rowFilter(text: string): (provider: ConfiguredProvider, status: ProviderStatus) => boolean {
  const wanted = text.toLowerCase();
  if (wanted === '') return () => true;
  const has = (field: string | undefined) => field?.toLowerCase().includes(wanted) === true;
  return ({ id, name }, { known }) =>
    has(name) || has(id) || (known?.mapping.type === 'mapped' && has(known.mapping.skillId));
}
