import { isDeepStrictEqual } from 'node:util';
import type { OnboardingClient, ProviderReading } from '../api/onboardingClient';
import type { Result } from '../failures/apiFailure';
import type { ProviderChangeRecord } from '../history/changeRecord';
import type { MappingStore } from '../mappings/mappingStore';

/**
 * Reads a service provider as the account that sent a change, at the same endpoint.
 *
 * @returns undefined if another account or endpoint would be used, or if they changed during the read
 */
export async function readProviderAs(
  {
    serviceProviderId: id,
    account,
    endpoint,
  }: Pick<ProviderChangeRecord, 'serviceProviderId' | 'account' | 'endpoint'>,
  store: Pick<MappingStore, 'sender'>,
  client: Pick<OnboardingClient, 'read'>,
): Promise<Result<ProviderReading> | undefined> {
  const sender = store.sender(id);
  if (sender.endpoint !== endpoint || sender.account !== account || !sender.session) return undefined;
  const result = await client.read(id, { expected: sender });
  return isDeepStrictEqual(store.sender(id), sender) ? result : undefined;
}
