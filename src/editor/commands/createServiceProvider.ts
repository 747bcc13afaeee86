import * as vscode from 'vscode';
import { checkName } from '../../core/model/identifiers';
import { earlierCreation } from '../../core/onboarding/earlierCreation';
import { checkLogicalId } from '../../core/onboarding/logicalId';
import { BACK, promptForText } from '../prompts/promptForText';
import { readApiEndpoint } from '../settings/apiEndpoint';
import { chooseOwner, senderFor } from '../commandRunner/accountOfNew';
import { DISMISSED, SUCCEEDED, type ArgumentsOf, type Command, type CommandOutcome } from '../commandRunner/command';
import { revealNewRow, whenRead } from '../commandRunner/newRow';
import { runProviderOperation } from '../commandRunner/providerOperation';
import { providerOutcome, providerSuccess } from '../commandRunner/providerOutcome';
import { run } from '../commandRunner/runCommand';
import { withSettingsErrors } from '../commandRunner/settingsErrors';

/**
 * Creates a service provider: asks for its account if there are several, for the logical ID and a display name, and for
 * confirmation. Adds it to the list with the ID that the service has assigned, and offers to map it.
 */
export const createServiceProvider: Command<'createServiceProvider'> = {
  async run({ asked }, services) {
    const owner = await chooseOwner(services, asked?.account);
    if (!owner) return DISMISSED;
    const { account, isToBeNamed } = owner;
    const endpoint = readApiEndpoint(account);
    if (!endpoint.ok) return { type: 'rejected', message: endpoint.problem };
    const sender = await senderFor(account, services);
    const described = await describe(asked);
    if (!described) return DISMISSED;
    const { logicalId, displayName } = described;
    const earlier = await earlierCreation(services.journal.newestFirst(), logicalId, sender);
    const planned = {
      change: { operation: 'createProvider', logicalId, ...(displayName !== '' && { displayName }) },
      name: displayName === '' ? logicalId : displayName,
      ...(earlier && { earlier }),
    } as const;
    const result = await runProviderOperation(planned, sender, () => senderFor(account, services), services);
    return providerOutcome(
      planned,
      result,
      async (sent, id) => {
        const added = await withSettingsErrors(async () => {
          await services.setting.add(id, displayName, isToBeNamed ? account : undefined);
          return SUCCEEDED;
        });
        if (added.type !== 'succeeded') return notInList(id, planned.name, added);
        await revealNewRow(id, services);
        await whenRead(id, services);
        const map = {
          label: vscode.l10n.t('Map to Skill…'),
          run: () => run('createMapping', { serviceProviderIds: [id] }),
        };
        return providerSuccess(sent, true, [map]);
      },
      services,
    );
  },
};

/** Asks for the logical ID and the name, unless both are decided. */
async function describe(
  asked: ArgumentsOf<'createServiceProvider'>['asked'],
): Promise<{ readonly logicalId: string; readonly displayName: string } | undefined> {
  const { displayName = '' } = asked ?? {};
  let { logicalId = '' } = asked ?? {};
  if (asked?.isDecided) return { logicalId, displayName };
  for (;;) {
    const enteredId = await promptForText({
      title: vscode.l10n.t('Create Service Provider'),
      prompt: vscode.l10n.t(
        'A logical ID of your own, which no other service provider has. It cannot be changed later.',
      ),
      placeholder: vscode.l10n.t('Logical ID, such as grand-hotel-seattle'),
      value: logicalId,
      step: { number: 1, of: 2 },
      check: checkLogicalId,
    });
    if (enteredId === undefined || enteredId === BACK) return undefined;
    logicalId = enteredId;
    const enteredName = await promptForText({
      title: vscode.l10n.t('Create Service Provider'),
      prompt: vscode.l10n.t(
        'Display name in the list, such as the property. Also sent to Amazon, which uses it only for its own statistics.',
      ),
      placeholder: vscode.l10n.t('Name (optional)'),
      value: displayName,
      step: { number: 2, of: 2 },
      check: checkName,
    });
    if (enteredName === undefined) return undefined;
    if (enteredName !== BACK) return { logicalId, displayName: enteredName };
  }
}

/** Returns the new ID where the list could not be written: nothing else at Amazon tells it again. */
function notInList(id: string, name: string, added: CommandOutcome): CommandOutcome {
  const reason = added.type === 'rejected' ? added.message : '';
  const message =
    reason === ''
      ? vscode.l10n.t('Created the service provider {0}, which is not in the list yet. Its ID is {1}.', name, id)
      : vscode.l10n.t({
          message: 'Created the service provider {0}, which is not in the list yet. Its ID is {1}. {2}',
          args: [name, id, reason],
          comment: ['{2} is a whole sentence that says why the list could not be written.'],
        });
  return {
    type: 'succeeded',
    isWarning: true,
    message,
    actions: [
      {
        label: vscode.l10n.t('Add Service Provider…'),
        run: () => run('addServiceProvider', { serviceProviderIds: [id] }),
      },
      {
        label: vscode.l10n.t('Copy Service Provider ID'),
        run: async () => {
          await vscode.env.clipboard.writeText(id);
        },
      },
    ],
  };
}
