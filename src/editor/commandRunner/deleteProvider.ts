import * as vscode from 'vscode';
import { SUCCEEDED, type CommandContext, type CommandOutcome } from './command';
import { displayName } from './displayName';
import { runProviderOperation } from './providerOperation';
import { providerOutcome, providerSuccess } from './providerOutcome';
import { run } from './runCommand';
import { withSettingsErrors } from './settingsErrors';

/**
 * Deletes a service provider of the list, after a question that wants its name typed, and removes it from the list: its
 * ID does not come back.
 *
 * @param revertsChangeId the create that this undoes, by its journal ID
 */
export async function deleteProvider(
  serviceProviderId: string,
  services: CommandContext,
  revertsChangeId?: string,
): Promise<CommandOutcome> {
  const { providers, setting } = services;
  const planned = {
    change: { operation: 'deleteProvider', serviceProviderId },
    name: displayName([serviceProviderId], services),
    ...(revertsChangeId !== undefined && { revertsChangeId }),
  } as const;
  const senderNow = () => Promise.resolve(providers.provider(serviceProviderId) && providers.sender(serviceProviderId));
  const result = await runProviderOperation(planned, providers.sender(serviceProviderId), senderNow, services);
  return providerOutcome(
    planned,
    result,
    async (sent) => {
      const removed = await withSettingsErrors(async () => {
        await setting.remove([serviceProviderId]);
        return SUCCEEDED;
      });
      if (removed.type === 'succeeded') return providerSuccess(sent, false);
      void providers.refresh([serviceProviderId], { asksAgain: true });
      return {
        type: 'succeeded',
        isWarning: true,
        message: vscode.l10n.t('Deleted the service provider {0}. It is still in the list.', planned.name),
        actions: [
          {
            label: vscode.l10n.t('Remove from List'),
            run: () => run('removeServiceProvider', { serviceProviderIds: [serviceProviderId] }),
          },
        ],
      };
    },
    services,
  );
}
