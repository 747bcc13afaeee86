import * as vscode from 'vscode';
import { linkedServiceProvider } from '../../core/model/serviceProviderLink';
import { checkServiceProviderId } from '../../core/model/identifiers';
import { DISMISSED, SUCCEEDED, type CommandContext, type CommandOutcome } from './command';
import { displayName } from './displayName';
import { run } from './runCommand';

/**
 * Shows the row that a link is about. Any web page can have such a link, so it only reveals: a service provider that is
 * not in the list is added only if the user says so, and nothing is sent or changed otherwise.
 *
 * @param path of the link, decoded
 */
export async function openLink(path: string, services: CommandContext): Promise<CommandOutcome> {
  const id = linkedServiceProvider(path);
  const isListed = id !== undefined && services.providers.provider(id) !== undefined;
  // A user may add an ID in an unusual format, but a link must not suggest one.
  if (id === undefined || (!isListed && !hasUsualFormat(id))) {
    return { type: 'rejected', message: vscode.l10n.t('This link is not valid. Nothing was opened.') };
  }
  if (!isListed) {
    const add = vscode.l10n.t('Add Service Provider…');
    const message = vscode.l10n.t('A link refers to a service provider that is not in your list: {0}', id);
    const detail = vscode.l10n.t('Add it only if you trust where the link comes from.');
    const pressed = await vscode.window.showWarningMessage(message, { modal: true, detail }, add);
    if (pressed !== add) return DISMISSED;
    await run('addServiceProvider', { serviceProviderIds: [id] });
    return SUCCEEDED;
  }
  if (!services.rows.passesFilter(id)) {
    return {
      type: 'rejected',
      message: vscode.l10n.t('{0} is hidden by the filter.', displayName([id], services)),
      action: {
        label: vscode.l10n.t('Clear Filter'),
        run: async () => {
          await run('clearFilter', {});
          await services.reveal(id, { showView: true });
        },
      },
    };
  }
  await services.reveal(id, { showView: true });
  return SUCCEEDED;
}

function hasUsualFormat(id: string): boolean {
  const check = checkServiceProviderId(id);
  return check.ok && check.warning === undefined;
}
