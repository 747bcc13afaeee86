import * as vscode from 'vscode';
import type { ChangeRecord } from '../../core/history/changeRecord';
import { interruptedText } from '../../core/presentation/recoveryText';
import type { RecoveryResult } from '../../core/mappings/interruptedChanges';
import { SUCCEEDED, type CommandOutcome, type CommandContext } from '../commandRunner/command';
import { displayName } from '../commandRunner/displayName';
import { run } from '../commandRunner/runCommand';

/** Returns the message on what was found out about the changes of windows that are gone; none if nothing was. */
export function recoveredChangesOutcome(
  { confirmed, unconfirmed, unread, late }: RecoveryResult,
  services: Pick<CommandContext, 'providers'>,
): CommandOutcome {
  const idsOf = (changes: readonly ChangeRecord[]) => changes.map(({ serviceProviderId }) => serviceProviderId);
  const message = interruptedText(
    { confirmed: idsOf(confirmed), unconfirmed: idsOf(unconfirmed), unread: idsOf(unread), late: idsOf(late) },
    (id) => displayName([id], services),
  );
  if (message === undefined) return SUCCEEDED;
  return {
    type: 'succeeded',
    message,
    isWarning: true,
    actions: [{ label: vscode.l10n.t('Show Change History'), run: () => run('showHistory', {}) }],
  };
}
