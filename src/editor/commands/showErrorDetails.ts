import * as vscode from 'vscode';
import { SUCCEEDED, isSelection, type Command } from '../commandRunner/command';
import { displayName } from '../commandRunner/displayName';
import { resolveTargets } from '../commandRunner/targets';

/** Opens the explanation of a service provider's last failure. */
export const showErrorDetails: Command<'showErrorDetails'> = {
  async run(call, services) {
    if (!isSelection(call.source) && (call.serviceProviderIds?.length ?? 0) > 1) {
      return {
        type: 'rejected',
        message: vscode.l10n.t('You can show the error details of only one service provider at a time.'),
      };
    }
    const failureOf = (id: string) => services.providers.status(id).lastFailure;
    const noneFailed = vscode.l10n.t('The last request of this service provider did not fail.');
    const ids = await resolveTargets(call, services, {
      title: vscode.l10n.t('Show Error Details'),
      isEligible: ({ id }) => failureOf(id) !== undefined,
      noneEligibleMessage: noneFailed,
    });
    if ('type' in ids) return ids;
    const focusedId = call.source.type === 'tree' ? call.source.focusedId : undefined;
    for (const id of focusedId === undefined ? ids : [focusedId, ...ids]) {
      const failure = failureOf(id);
      if (!failure) continue;
      services.errorDetails.show(failure, displayName([id], services));
      return SUCCEEDED;
    }
    return { type: 'rejected', message: noneFailed };
  },
};
