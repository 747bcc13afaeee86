import * as vscode from 'vscode';
import {
  checkName,
  checkServiceProviderId,
  looksLikeSecret,
  type ValidationResult,
} from '../../core/model/identifiers';
import { isPastedList, pastedText } from '../../core/providerList/pastedList';
import { readPastedList } from '../../core/providerList/providerListFile';
import { promptForText, BACK } from '../prompts/promptForText';
import {
  DISMISSED,
  SUCCEEDED,
  isSelection,
  type Command,
  type CommandContext,
  type CommandOutcome,
} from '../commandRunner/command';
import { importList } from '../commandRunner/importList';
import { displayName } from '../commandRunner/displayName';
import { revealNewRow, whenRead } from '../commandRunner/newRow';
import { run } from '../commandRunner/runCommand';
import { withSettingsErrors } from '../commandRunner/settingsErrors';

/**
 * Adds a service provider to the list in the settings: asks for its ID, then for a display name. Then it is read, and the
 * user is told if the service does not know it: the ID may have a typo, or belong to another account. Adds several, after
 * a preview, if a list of them is pasted in the place of the ID.
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
      if (isPastedList(entered)) return addList(entered, services);
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
  const listed = providers.provider(id);
  if (listed && listed.file === undefined)
    return { ok: false, problem: vscode.l10n.t('{0} is already in your list.', id) };
  return checkServiceProviderId(id);
}

/** A list is checked in its preview, and only there: a secret in it must not get that far. */
function checkIdOrList(text: string, services: CommandContext): ValidationResult & { readonly note?: string } {
  if (!isPastedList(text) || looksLikeSecret(text)) return checkNewId(text.trim(), services);
  return {
    ok: true,
    value: text,
    note: vscode.l10n.t('This is a list of service providers. Press Enter to preview it.'),
  };
}

/** Returns the text in the clipboard; empty if the browser does not permit to read it. */
async function copiedText(): Promise<string> {
  try {
    return await vscode.env.clipboard.readText();
  } catch {
    return '';
  }
}

async function addList(entered: string, services: CommandContext): Promise<CommandOutcome> {
  const copied = await copiedText();
  const text = looksLikeSecret(copied) ? entered : pastedText(entered, copied);
  const openAt = async (line: number): Promise<CommandOutcome> => {
    const start = new vscode.Position(line - 1, 0);
    const document = await vscode.workspace.openTextDocument({ content: text });
    await vscode.window.showTextDocument(document, { selection: new vscode.Range(start, start) });
    return DISMISSED;
  };
  const title = vscode.l10n.t('Add Service Providers');
  return importList(readPastedList(text), { title, isPasted: true }, openAt, services);
}

function askForId(before: string | undefined, services: CommandContext) {
  return promptForText({
    title: vscode.l10n.t('Add Service Provider'),
    prompt: vscode.l10n.t(
      'The service provider ID that self-service onboarding returned. Or paste a list of IDs, with names after a tab.',
    ),
    placeholder: 'amzn1.comms.csp.id.…',
    ...(before !== undefined && { value: before }),
    step: { number: 1, of: 2 },
    check: (text) => checkIdOrList(text, services),
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
