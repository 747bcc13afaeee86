import * as vscode from 'vscode';
import type { MappingChange } from '../../core/model/networkMapping';
import { JournalFailed } from '../../core/history/journalError';
import type { Ending, Services } from '../commandRunner/command';
import { nameOf } from '../commandRunner/displayName';
import { run } from '../commandRunner/runCommand';

/**
 * Says that a change took effect after all whose outcome could not be verified.
 *
 * @param note its journal entry
 */
export async function lateEffect(change: MappingChange, note: string, services: Services): Promise<Ending> {
  const actId = await operationOf(note, services);
  return {
    type: 'done',
    message: lateEffectText(change, nameOf([change.serviceProviderId], services)),
    offers: actId === undefined ? [] : [{ label: vscode.l10n.t('Undo'), run: () => run('undoLastChange', { actId }) }],
  };
}

async function operationOf(note: string, { journal }: Services): Promise<string | undefined> {
  try {
    for await (const { id, actId } of journal.newestFirst()) if (id === note) return actId;
  } catch (error) {
    // What was changed is told all the same; an undo would say what is wrong with the journal.
    if (!(error instanceof JournalFailed)) throw error;
  }
  return undefined;
}

function lateEffectText(change: MappingChange, name: string): string {
  switch (change.operation) {
    case 'create':
      return vscode.l10n.t('{0} was mapped to {1}. The service confirmed it late.', name, change.skillId);
    case 'update':
      return vscode.l10n.t('{0} was remapped to {1}. The service confirmed it late.', name, change.skillId);
    case 'delete':
      return vscode.l10n.t('The mapping of {0} was deleted. The service confirmed it late.', name);
  }
}
