import * as vscode from 'vscode';
import type { Failure } from '../core/failure';
import { waitText, type Wait } from '../core/wait';
import { longAct } from '../prompts/longAct';
import type { Ending, Services } from './command';
import { nameOf } from './nameOf';

/**
 * Reads the mappings of these service providers for a person who waits, with progress that can be cancelled.
 *
 * @returns the failures, or the ending of a read that was cancelled
 */
export async function readMappings(
  ids: readonly string[],
  services: Services,
): Promise<{ failures: readonly Failure[] } | Ending> {
  const failures: Failure[] = [];
  let read = 0;
  const isOne = ids.length === 1;
  const title = isOne
    ? vscode.l10n.t('Reading the mapping of {0}', nameOf(ids, services))
    : vscode.l10n.t('Reading mappings');
  const { stopped } = await longAct(title, (signal, report) => {
    const onWait = (wait: Wait) => {
      const text = waitText(wait, Date.now());
      report(isOne ? text : vscode.l10n.t('{0} of {1} · {2}', read, ids.length, text), 0);
    };
    return services.providers.refresh(ids, { signal, interactive: true, urgent: isOne, onWait }, (_id, failure) => {
      if (!failure) read++;
      else if (failure.kind !== 'cancelled') failures.push(failure);
      report(vscode.l10n.t('{0} of {1}', read, ids.length), 100 / ids.length);
    });
  });
  if (!stopped) return { failures };
  return {
    type: 'cancelled',
    message: vscode.l10n.t('{0} of {1} mappings read. The rest is as before.', read, ids.length),
  };
}
