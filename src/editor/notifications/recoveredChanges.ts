import * as vscode from 'vscode';
import type { RecordedChange } from '../../core/history/changeRecord';
import { interruptedText } from '../../core/presentation/recoveryText';
import type { SettledChanges } from '../../core/mappings/interruptedChanges';
import { DONE, type Ending, type Services } from '../commandRunner/command';
import { nameOf } from '../commandRunner/displayName';
import { run } from '../commandRunner/runCommand';

/** Tells what was found out about the changes of windows that are gone; nothing where nothing was. */
export function endingOfInterrupted(
  { confirmed, unconfirmed, unread, late }: SettledChanges,
  services: Pick<Services, 'providers'>,
): Ending {
  const idsOf = (changes: readonly RecordedChange[]) => changes.map(({ serviceProviderId }) => serviceProviderId);
  const message = interruptedText(
    { confirmed: idsOf(confirmed), unconfirmed: idsOf(unconfirmed), unread: idsOf(unread), late: idsOf(late) },
    (id) => nameOf([id], services),
  );
  if (message === undefined) return DONE;
  return {
    type: 'done',
    message,
    isWarning: true,
    offers: [{ label: vscode.l10n.t('Show Change History'), run: () => run('showHistory', {}) }],
  };
}
