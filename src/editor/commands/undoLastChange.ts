import * as vscode from 'vscode';
import { skipReasonText, skippedText } from '../../core/operations/operationText';
import type { Plan } from '../../core/operations/plan';
import { planUndo } from '../../core/operations/planUndo';
import { changesToUndo } from '../../core/history/undo';
import { readApiEndpoint } from '../settings/apiEndpoint';
import { DISMISSED, type Command, type Ending } from '../commandRunner/command';
import { runMappingOperation } from '../commandRunner/mappingOperation';
import { run } from '../commandRunner/runCommand';
import { signedIn } from '../commandRunner/ensureSignedIn';

/**
 * Restores the mappings from before the last operation, of one service provider or many, after reading what is true now: what
 * was changed again since is restored only when the user wants that too.
 */
export const undoLastChange: Command = {
  id: 'undoLastChange',
  async run(invocation, services) {
    const { actId } = invocation;
    const endpoint = readApiEndpoint();
    if (!endpoint.ok) return { type: 'refused', message: endpoint.problem };
    if (services.providers.isActing) {
      return {
        type: 'refused',
        message: vscode.l10n.t('Changes are in progress. Wait until they have ended, or cancel them.'),
      };
    }
    const passedOver = new Set<string>();
    let ending: Ending | undefined;
    for (;;) {
      const records = await changesToUndo(services.journal.newestFirst(), endpoint.url, actId, passedOver);
      const [first] = records;
      if (!first) return ending ?? nothingToUndo(vscode.l10n.t('There is no change to undo.'));
      if (!(await signedIn(services))) return DISMISSED;
      const left: { ending?: Ending } = {};
      const result = await runMappingOperation(
        {
          ids: [...new Set(records.map(({ serviceProviderId }) => serviceProviderId))],
          invocation,
          plan: (current) => planUndo(records, current),
          asks: () => true,
          nothingToChange: (plan) => {
            if (plan.unreadable.length > 0) return undefined;
            const ending = nothingLeft(plan);
            // What was taken off the list can be undone once it is back: nothing older in its place.
            if (plan.skipped.some(({ reason }) => reason !== 'notListed')) left.ending = ending;
            return ending;
          },
          retry: () => run('undoLastChange', { actId: first.actId }),
        },
        services,
      );
      if (!left.ending) return result;
      // All of it has its earlier mapping already, or cannot be restored: the operation before it is the last one then.
      ending ??= result;
      if (actId !== undefined) return ending;
      passedOver.add(first.actId);
    }
  },
};

function nothingToUndo(message: string): Ending {
  return {
    type: 'refused',
    message,
    offer: { label: vscode.l10n.t('Show Change History'), run: () => run('showHistory', {}) },
  };
}

function nothingLeft(plan: Plan): Ending {
  const [only, another] = plan.skipped;
  if (!only || another) {
    return nothingToUndo(vscode.l10n.t('Nothing to undo. {0}', skippedText(plan, vscode.env.language)));
  }
  const { name, reason } = only;
  if (reason === 'notListed') {
    return {
      type: 'refused',
      message: vscode.l10n.t('{0} is no longer in your list of service providers. Add it, then undo the change.', name),
      offer: { label: vscode.l10n.t('Add Service Provider…'), run: () => run('addServiceProvider', {}) },
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
