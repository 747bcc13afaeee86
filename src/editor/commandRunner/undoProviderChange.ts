import * as vscode from 'vscode';
import type { ProviderChangeRecord } from '../../core/history/changeRecord';
import { undoOfProviderChange } from '../../core/history/undo';
import { DISMISSED, type CommandContext, type CommandOutcome } from './command';
import { deleteProvider } from './deleteProvider';
import { displayName } from './displayName';
import { ensureSignedIn } from './ensureSignedIn';
import { renameProvider } from './renameProvider';
import { run } from './runCommand';

/** Undoes a create by a deletion, with the same question, and a rename by another one. A deletion cannot be undone. */
export async function undoProviderChange(
  record: ProviderChangeRecord,
  services: CommandContext,
): Promise<CommandOutcome> {
  const undo = undoOfProviderChange(record);
  const recordedName = record.name ?? record.serviceProviderId;
  switch (undo.type) {
    case 'deleted':
      return impossible(
        vscode.l10n.t(
          'The deletion of {0} cannot be undone: a service provider that is created again has another ID.',
          recordedName,
        ),
      );
    case 'unknownId':
      return impossible(
        vscode.l10n.t('The creation of {0} cannot be undone: its service provider ID is unknown.', recordedName),
      );
    case 'unknownBefore':
      return impossible(
        vscode.l10n.t('The renaming of {0} cannot be undone: its earlier name at Amazon is unknown.', recordedName),
      );
    case 'delete':
    case 'rename': {
      const { providers } = services;
      const id = undo.type === 'delete' ? undo.serviceProviderId : record.serviceProviderId;
      if (!providers.provider(id)) {
        return {
          type: 'rejected',
          message: vscode.l10n.t(
            '{0} is no longer in your list of service providers. Add it, then undo the change.',
            recordedName,
          ),
          action: { label: vscode.l10n.t('Add Service Provider…'), run: () => run('addServiceProvider', {}) },
        };
      }
      const name = displayName([id], services);
      if (providers.sender(id).endpoint !== record.endpoint) {
        return impossible(vscode.l10n.t('{0} was changed at another API endpoint. Nothing was changed.', name));
      }
      if (!(await ensureSignedIn(services))) return DISMISSED;
      return undo.type === 'delete'
        ? deleteProvider(id, services, record.id)
        : renameProvider(id, undo.displayName, providers.sender(id), services, record.id);
    }
  }
}

function impossible(message: string): CommandOutcome {
  return {
    type: 'rejected',
    message,
    action: { label: vscode.l10n.t('Show Change History'), run: () => run('showHistory', {}) },
  };
}
