import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { RecordedChange } from '../core/changeRecord';
import type { Result } from '../core/failure';
import { isSameMapping, type NetworkMapping } from '../core/networkMapping';
import { readApiEndpoint } from '../settings/apiEndpoint';
import { SETTLE_MS } from '../state/confirmedChange';
import { DONE, type Ending, type Journal, type Services } from './command';
import { nameOf } from './nameOf';
import { run } from './run';

/**
 * Ends the changes that a crash or a closed window has left open: reads what the service holds for each, notes it and says
 * it. One that cannot be read stays open for the next start, and so does what was sent to another service.
 *
 * @param read reads one mapping
 */
export async function settleInterrupted(
  read: (serviceProviderId: string) => Promise<Result<NetworkMapping>>,
  services: Services,
): Promise<Ending> {
  const made: RecordedChange[] = [];
  const unmade: RecordedChange[] = [];
  let unread = 0;
  const settledAtMs = Date.now() + SETTLE_MS;
  await services.journal.recover(async (change) => {
    const endpoint = readApiEndpoint();
    if (!endpoint.ok || endpoint.url !== change.endpoint) return undefined;
    let result = await read(change.serviceProviderId);
    if (result.ok && !isSameMapping(result.value, change.wished)) {
      // What its window has sent just before it ended may still be on its way, but not for longer than this.
      await delay(Math.max(0, settledAtMs - Date.now()));
      result = await read(change.serviceProviderId);
    }
    if (!result.ok) {
      unread++;
      return undefined;
    }
    const isMade = isSameMapping(result.value, change.wished) || (await wasFoundMade(change, services.journal));
    (isMade ? made : unmade).push(change);
    return { result: isMade ? 'done' : 'failed', holds: result.value };
  });
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

/** Whether the change that came after it found what it had wished for: then it was made, and is no more. */
async function wasFoundMade({ id, serviceProviderId, wished }: RecordedChange, journal: Journal): Promise<boolean> {
  let next: RecordedChange | undefined;
  for await (const change of journal.newestFirst()) {
    if (change.id === id) break;
    if (change.serviceProviderId === serviceProviderId) next = change;
  }
  return next?.before !== undefined && isSameMapping(next.before, wished);
}
