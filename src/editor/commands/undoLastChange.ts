import * as vscode from 'vscode';
import { skipReasonText, skippedText } from '../../core/operations/operationText';
import type { Plan } from '../../core/operations/plan';
import { planUndo } from '../../core/operations/planUndo';
import { changesToUndo, providerChangeOf } from '../../core/history/undo';
import { readApiEndpoint } from '../settings/apiEndpoint';
import { DISMISSED, type Command, type CommandOutcome } from '../commandRunner/command';
import { runMappingOperation } from '../commandRunner/mappingOperation';
import { undoProviderChange } from '../commandRunner/undoProviderChange';
import { run } from '../commandRunner/runCommand';
import { ensureSignedIn } from '../commandRunner/ensureSignedIn';

/**
 * Restores the mappings from before the last operation, after reading the current ones: a mapping that was changed
 * since is restored only if the user also selects it. A change of a service provider itself is undone only on request, by
 * its operation.
 */
export const undoLastChange: Command<'undoLastChange'> = {
  async run(call, services) {
    const { operationId } = call;
    if (operationId !== undefined) {
      const change = await providerChangeOf(services.journal.newestFirst(), operationId);
      if (change) return undoProviderChange(change, services);
    }
    const endpoint = readApiEndpoint();
    if (!endpoint.ok) return { type: 'rejected', message: endpoint.problem };
    if (services.providers.isBulkRunning) {
      return {
        type: 'rejected',
        message: vscode.l10n.t('Changes are in progress. Wait for them to finish, or cancel them.'),
      };
    }
    const skippedOperations = new Set<string>();
    let outcome: CommandOutcome | undefined;
    for (;;) {
      const records = await changesToUndo(
        services.journal.newestFirst(),
        (id) => services.providers.sender(id).endpoint,
        operationId,
        skippedOperations,
      );
      const [first] = records;
      if (!first) return outcome ?? nothingToUndo(vscode.l10n.t('There is no change to undo.'));
      if (!(await ensureSignedIn(services))) return DISMISSED;
      const left: { outcome?: CommandOutcome } = {};
      const result = await runMappingOperation(
        {
          ids: [...new Set(records.map(({ serviceProviderId }) => serviceProviderId))],
          source: call.source,
          plan: (current) => planUndo(records, current),
          asks: () => true,
          nothingToChange: (plan) => {
            if (plan.unreadable.length > 0) return undefined;
            const outcome = nothingLeft(plan);
            // What can be undone once the service provider or the endpoint is back must not be replaced by the undo of an
            // older operation.
            const mayComeBack = new Set(['notListed', 'otherEndpoint']);
            if (plan.skipped.some(({ reason }) => !mayComeBack.has(reason))) left.outcome = outcome;
            return outcome;
          },
          retry: () => run('undoLastChange', { operationId: first.operationId }),
        },
        services,
      );
      if (!left.outcome) return result;
      // All of it already has its earlier mapping, or cannot be restored: continue with the operation before it.
      outcome ??= result;
      if (operationId !== undefined) return outcome;
      skippedOperations.add(first.operationId);
    }
  },
};

function nothingToUndo(message: string): CommandOutcome {
  return {
    type: 'rejected',
    message,
    action: { label: vscode.l10n.t('Show Change History'), run: () => run('showHistory', {}) },
  };
}

function nothingLeft(plan: Plan): CommandOutcome {
  const [only, another] = plan.skipped;
  if (!only || another) {
    return nothingToUndo(
      vscode.l10n.t({
        message: 'Nothing to undo. {0}',
        args: [skippedText(plan, vscode.env.language)],
        comment: ['{0} is a whole sentence that says what was skipped, and why.'],
      }),
    );
  }
  const { name, reason } = only;
  if (reason === 'notListed') {
    return {
      type: 'rejected',
      message: vscode.l10n.t('{0} is no longer in your list of service providers. Add it, then undo the change.', name),
      action: { label: vscode.l10n.t('Add Service Provider…'), run: () => run('addServiceProvider', {}) },
    };
  }
  if (reason === 'restoredAlready') {
    return nothingToUndo(vscode.l10n.t('{0} already has its earlier mapping. Nothing to undo.', name));
  }
  if (reason === 'unconfirmed') {
    return nothingToUndo(
      vscode.l10n.t('{0} has its earlier mapping. The change is unconfirmed and may still take effect.', name),
    );
  }
  return nothingToUndo(vscode.l10n.t('{0} cannot be restored: {1}.', name, skipReasonText(reason)));
}
