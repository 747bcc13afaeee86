import * as vscode from 'vscode';
import { checkName, checkServiceProviderId, type ValidationResult } from '../../core/model/identifiers';
import { promptForText, BACK } from '../prompts/promptForText';
import {
  DISMISSED,
  SUCCEEDED,
  isSelection,
  type Command,
  type CommandContext,
  type CommandOutcome,
} from '../commandRunner/command';
import { displayName } from '../commandRunner/displayName';
import { revealNewRow, whenRead } from '../commandRunner/newRow';
import { run } from '../commandRunner/runCommand';
import { withSettingsErrors } from '../commandRunner/settingsErrors';

/**
 * Adds a service provider to the list in the settings: asks for its ID, then for a display name. Then it is read, and the
 * user is told if the service does not know it: the ID may have a typo, or belong to another account.
 */
export const addServiceProvider: Command<'addServiceProvider'> = {
  acceptsUnlistedIds: true,
  async run(call, services) {
    const given = isSelection(call.source) ? undefined : call.serviceProviderIds;
    if (given && given.length > 1) {
      return { type: 'rejected', message: vscode.l10n.t('You can add only one service provider at a time.') };
    }
    const check = given?.[0] === undefined ? undefined : checkNewId(given[0], services);
    if (check && !check.ok) return { type: 'rejected', message: check.problem };

    let id = check?.value;
    for (;;) {
      const entered = check?.value ?? (await askForId(id, services));
      if (entered === undefined || entered === BACK) return DISMISSED;
      id = entered;
      const name = await askForName(id, check !== undefined);
      if (name === BACK) continue;
      if (name === undefined) return DISMISSED;
      const added = id;
      const outcome = await withSettingsErrors(async () => {
        await services.setting.add(added, name);
        // A user who typed the ID has seen the warning beside it.
        return check?.warning === undefined
          ? SUCCEEDED
          : { type: 'succeeded', message: check.warning, isWarning: true };
      });
      if (outcome.type !== 'succeeded') return outcome;
      await revealNewRow(added, services);
      return (await unknownOutcome(added, services)) ?? outcome;
    }
  },
};

/** Returns what to tell about a service provider that the service does not know; of any other, the row tells all. */
async function unknownOutcome(id: string, services: CommandContext): Promise<CommandOutcome | undefined> {
  await whenRead(id, services);
  if (services.providers.row(id).type !== 'unknownProvider') return undefined;
  return {
    type: 'succeeded',
    isWarning: true,
    message: vscode.l10n.t(
      '{0} was added, but the service has no such service provider. Check the ID, the account and the API endpoint.',
      displayName([id], services),
    ),
    actions: [
      {
        label: vscode.l10n.t('Remove from List'),
        run: () => run('removeServiceProvider', { serviceProviderIds: [id] }),
      },
      { label: vscode.l10n.t('Show Details'), run: () => run('showErrorDetails', { serviceProviderIds: [id] }) },
    ],
  };
}

function checkNewId(id: string, { providers }: CommandContext): ValidationResult {
  if (providers.provider(id)) return { ok: false, problem: vscode.l10n.t('{0} is already in your list.', id) };
  return checkServiceProviderId(id);
}

function askForId(before: string | undefined, services: CommandContext) {
  return promptForText({
    title: vscode.l10n.t('Add Service Provider'),
    prompt: vscode.l10n.t('The service provider ID that self-service onboarding returned.'),
    placeholder: 'amzn1.comms.csp.id.…',
    ...(before !== undefined && { value: before }),
    step: { number: 1, of: 2 },
    check: (text) => checkNewId(text.trim(), services),
  });
}

function askForName(id: string, isOnlyStep: boolean) {
  return promptForText({
    title: vscode.l10n.t('Add Service Provider'),
    prompt: vscode.l10n.t('Display name for {0}, such as the property. Leave it empty to show the ID.', id),
    placeholder: vscode.l10n.t('Name (optional)'),
    ...(!isOnlyStep && { step: { number: 2, of: 2 } }),
    check: checkName,
  });
}
