import * as vscode from 'vscode';
import { providerOf, type ChangeRecord } from '../../core/history/changeRecord';
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
  const namesOf = (changes: readonly ChangeRecord[]) =>
    changes.map((change) => {
      const id = providerOf(change);
      // Only the response to an interrupted create had the ID.
      return id === undefined ? (change.name ?? '') : displayName([id], services);
    });
  const message = interruptedText({
    confirmed: namesOf(confirmed),
    unconfirmed: namesOf(unconfirmed),
    unread: namesOf(unread),
    late: namesOf(late),
  });
  if (message === undefined) return SUCCEEDED;
  return {
    type: 'succeeded',
    message,
    isWarning: true,
    actions: [{ label: vscode.l10n.t('Show Change History'), run: () => run('showHistory', {}) }],
  };
}
