import * as vscode from 'vscode';
import type { ApiFailure } from '../../core/failures/apiFailure';
import type { Wait } from '../../core/failures/waitReason';
import { withCancellableProgress } from '../prompts/withCancellableProgress';
import type { RequestContext } from '../../core/api/serviceClient';
import type { CommandContext } from './command';
import { displayName } from './displayName';
import { waitProgress } from './waitProgress';

/**
 * Reads the mappings of these service providers for a user who waits, with cancelable progress.
 *
 * @param asksAgain whether it is asked again whether service providers exist that are not mapped
 * @param interactive whether the user may be asked for a token, or about a host
 * @returns the failures; or, if the user canceled, how many were read
 */
export async function readMappings(
  ids: readonly string[],
  services: CommandContext,
  {
    asksAgain = false,
    interactive = true,
    onTime,
  }: { readonly asksAgain?: boolean } & Pick<RequestContext, 'interactive' | 'onTime'> = {},
): Promise<{ readonly failures: readonly ApiFailure[] } | { readonly canceledAfter: number }> {
  const failures: ApiFailure[] = [];
  let read = 0;
  const isOne = ids.length === 1;
  const title = isOne
    ? vscode.l10n.t('Reading the mapping of {0}', displayName(ids, services))
    : vscode.l10n.t('Reading mappings');
  const { stopped } = await withCancellableProgress(title, (signal, report) => {
    const onWait = (wait: Wait) => {
      report(waitProgress(wait, read + failures.length, ids.length), 0);
    };
    return services.providers.refresh(
      ids,
      { abortSignal: signal, interactive, urgent: isOne, asksAgain, onWait, ...(onTime && { onTime }) },
      (_id, failure) => {
        if (!failure) read++;
        else if (failure.kind !== 'canceled') failures.push(failure);
        report(vscode.l10n.t('{0} of {1}', read + failures.length, ids.length), 100 / ids.length);
      },
    );
  });
  return stopped ? { canceledAfter: read } : { failures };
}
