import * as vscode from 'vscode';
import type { ApiFailure } from '../../core/failures/apiFailure';
import { waitText, type Wait } from '../../core/failures/waitReason';
import { withCancellableProgress } from '../prompts/withCancellableProgress';
import type { CommandContext } from './command';
import { displayName } from './displayName';

/**
 * Reads the mappings of these service providers for a user who waits, with cancelable progress.
 *
 * @returns the failures; or, if the user canceled, how many were read
 */
export async function readMappings(
  ids: readonly string[],
  services: CommandContext,
): Promise<{ readonly failures: readonly ApiFailure[] } | { readonly canceledAfter: number }> {
  const failures: ApiFailure[] = [];
  let read = 0;
  const isOne = ids.length === 1;
  const title = isOne
    ? vscode.l10n.t('Reading the mapping of {0}', displayName(ids, services))
    : vscode.l10n.t('Reading mappings');
  const { stopped } = await withCancellableProgress(title, (signal, report) => {
    const onWait = (wait: Wait) => {
      const text = waitText(wait, Date.now());
      report(
        isOne
          ? text
          : vscode.l10n.t({
              message: '{0} of {1} · {2}',
              args: [read + failures.length, ids.length, text],
              comment: ['{0} and {1} are numbers, {2} says what the requests wait for.'],
            }),
        0,
      );
    };
    return services.providers.refresh(
      ids,
      { abortSignal: signal, interactive: true, urgent: isOne, onWait },
      (_id, failure) => {
        if (!failure) read++;
        else if (failure.kind !== 'canceled') failures.push(failure);
        report(vscode.l10n.t('{0} of {1}', read + failures.length, ids.length), 100 / ids.length);
      },
    );
  });
  return stopped ? { canceledAfter: read } : { failures };
}
