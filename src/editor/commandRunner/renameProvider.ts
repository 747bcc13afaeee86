import type { ChangeSender } from '../../core/model/networkMapping';
import type { CommandContext, CommandOutcome } from './command';
import { displayName } from './displayName';
import { runProviderOperation } from './providerOperation';
import { providerOutcome, providerSuccess } from './providerOutcome';

/**
 * Gives a service provider of the list another display name at Amazon, after a question.
 *
 * @param shown who would have sent it when the user was asked for the name
 * @param revertsChangeId the rename that this undoes, by its journal ID
 */
export async function renameProvider(
  serviceProviderId: string,
  newName: string,
  shown: ChangeSender,
  services: CommandContext,
  revertsChangeId?: string,
): Promise<CommandOutcome> {
  const { providers } = services;
  const planned = {
    change: { operation: 'updateProvider', serviceProviderId, displayName: newName },
    name: displayName([serviceProviderId], services),
    ...(revertsChangeId !== undefined && { revertsChangeId }),
  } as const;
  const senderNow = () => Promise.resolve(providers.provider(serviceProviderId) && providers.sender(serviceProviderId));
  const result = await runProviderOperation(planned, shown, senderNow, services);
  return providerOutcome(
    planned,
    result,
    (sent) => Promise.resolve(providerSuccess(sent, sent.plan.current.description?.displayName !== undefined)),
    services,
  );
}
