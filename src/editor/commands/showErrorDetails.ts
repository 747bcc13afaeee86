import * as vscode from 'vscode';
import { DONE, type Command } from '../commandRunner/command';
import { nameOf } from '../commandRunner/displayName';
import { targets } from '../commandRunner/targets';

/** Opens the explanation of a service provider's last failure. */
export const showErrorDetails: Command = {
  id: 'showErrorDetails',
  async run(invocation, services) {
    if (!invocation.fromSelection && (invocation.serviceProviderIds?.length ?? 0) > 1) {
      return { type: 'refused', message: vscode.l10n.t('Error details are shown for one service provider at a time.') };
    }
    const failureOf = (id: string) => services.providers.status(id).lastFailure;
    const noneFailed = vscode.l10n.t('The last request of this service provider did not fail.');
    const ids = await targets(invocation, services, {
      title: vscode.l10n.t('Show Error Details'),
      suits: ({ id }) => failureOf(id) !== undefined,
      noneSuits: noneFailed,
    });
    if ('type' in ids) return ids;
    const { clickedId } = invocation;
    for (const id of clickedId === undefined ? ids : [clickedId, ...ids]) {
      const failure = failureOf(id);
      if (!failure) continue;
      services.errorDetails.show(failure, nameOf([id], services));
      return DONE;
    }
    return { type: 'refused', message: noneFailed };
  },
};
