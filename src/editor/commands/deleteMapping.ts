import * as vscode from 'vscode';
import { planChanges } from '../../core/operations/planChanges';
import { DISMISSED, type Command } from '../commandRunner/command';
import { runMappingOperation, sendersNow } from '../commandRunner/mappingOperation';
import { run } from '../commandRunner/runCommand';
import { ensureSignedIn } from '../commandRunner/ensureSignedIn';
import { resolveTargets } from '../commandRunner/targets';

/** Deletes mappings, always after confirmation; the service providers stay in the list. */
export const deleteMapping: Command<'deleteMapping'> = {
  async run(call, services) {
    const ids = await resolveTargets(call, services, {
      title: vscode.l10n.t('Delete Mapping'),
      isEligible: ({ id }) => services.providers.status(id).lastKnown?.mapping.type !== 'notMapped',
      noneEligibleMessage: vscode.l10n.t('These service providers are not mapped.'),
    });
    if ('type' in ids) return ids;
    if (!(await ensureSignedIn(services))) return DISMISSED;
    return runMappingOperation(
      {
        ids,
        senders: sendersNow(ids, services),
        source: call.source,
        plan: (current) => planChanges({ kind: 'delete' }, current),
        asks: () => true,
        retry: (serviceProviderIds) => run('deleteMapping', { serviceProviderIds }),
      },
      services,
    );
  },
};
