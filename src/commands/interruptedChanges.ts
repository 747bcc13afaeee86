import * as vscode from 'vscode';
import type { SettledChanges } from '../state/interruptedChanges';
import { DONE, type Ending, type Services } from './command';
import { nameOf } from './nameOf';
import { run } from './run';

/** Says what became of the changes that were found open; nothing where there were none. */
export function endingOfInterrupted({ made, unmade, unread }: SettledChanges, services: Services): Ending {
  const all = [...made, ...unmade];
  if (all.length + unread === 0) return DONE;
  const names = nameOf([...new Set(all.map(({ serviceProviderId }) => serviceProviderId))], services);
  const message = [
    all.length + unread === 1
      ? vscode.l10n.t('A change was interrupted when a window closed.')
      : vscode.l10n.t('{0} changes were interrupted when a window closed.', all.length + unread),
    all.length > 0 ? vscode.l10n.t('Read again ({0}): {1} made, {2} not made.', names, made.length, unmade.length) : '',
    unread > 0 ? vscode.l10n.t('{0} could not be read yet; the next start tries again.', unread) : '',
  ]
    .filter(Boolean)
    .join(' ');
  return {
    type: 'done',
    message,
    isWarning: true,
    offers: [{ label: vscode.l10n.t('Show Change History'), run: () => run('showHistory', {}) }],
  };
}
