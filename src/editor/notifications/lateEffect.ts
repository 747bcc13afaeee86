import * as vscode from 'vscode';
import type { MappingChange } from '../../core/model/networkMapping';
import { skillText } from '../../core/operations/operationText';
import type { SkillNames } from '../../core/skills/skillNames';
import { JournalError } from '../../core/history/journalError';
import type { CommandOutcome, CommandContext } from '../commandRunner/command';
import { displayName } from '../commandRunner/displayName';
import { run } from '../commandRunner/runCommand';

/**
 * Returns the message that a change took effect after its outcome could not be verified.
 *
 * @param logId ID of its journal entry
 */
export async function lateEffectOutcome(
  change: MappingChange,
  logId: string,
  services: CommandContext,
): Promise<CommandOutcome> {
  const operationId = await operationOf(logId, services);
  return {
    type: 'succeeded',
    message: lateEffectText(change, displayName([change.serviceProviderId], services), services.skills),
    actions:
      operationId === undefined
        ? []
        : [{ label: vscode.l10n.t('Undo'), run: () => run('undoLastChange', { operationId }) }],
  };
}

async function operationOf(logId: string, { journal }: CommandContext): Promise<string | undefined> {
  try {
    for await (const { id, operationId } of journal.newestFirst()) if (id === logId) return operationId;
  } catch (error) {
    // Report the change anyway; an undo would show what is wrong with the journal.
    if (!(error instanceof JournalError)) throw error;
  }
  return undefined;
}

function lateEffectText(change: MappingChange, name: string, skills: SkillNames): string {
  switch (change.operation) {
    case 'create':
      return vscode.l10n.t(
        '{0} was mapped to {1}. The unconfirmed change took effect.',
        name,
        skillText(change.skillId, skills),
      );
    case 'update':
      return vscode.l10n.t(
        '{0} was remapped to {1}. The unconfirmed change took effect.',
        name,
        skillText(change.skillId, skills),
      );
    case 'delete':
      return vscode.l10n.t('The mapping of {0} was deleted. The unconfirmed change took effect.', name);
  }
}
