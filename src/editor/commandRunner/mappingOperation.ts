import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { Wait } from '../../core/failures/waitReason';
import {
  runOperation,
  type Operation,
  type OperationPorts,
  type OperationResult,
} from '../../core/operations/operation';
import { progressTitle } from '../../core/operations/operationText';
import { kindOf } from '../../core/operations/outcomes';
import type { Plan } from '../../core/operations/plan';
import type { ChangeSender } from '../../core/model/networkMapping';
import { withCancellableProgress } from '../prompts/withCancellableProgress';
import { DISMISSED, isSelection, type CommandContext, type CommandOutcome, type CommandSource } from './command';
import { confirmPlan } from './confirmPlan';
import { appliedOutcome, nothingSentOutcome } from './mappingOutcome';
import { readMappings } from './readMappings';
import { waitProgress } from './waitProgress';

interface MappingOperation extends Omit<Operation, 'senders'> {
  readonly senders?: ReadonlyMap<string, ChangeSender>;
  readonly source: CommandSource;
  /** Repeats the operation for those of these service providers that it did not change. */
  readonly retry: (serviceProviderIds: readonly string[]) => Promise<void>;
  /** Asks whether to confirm this plan at all. */
  readonly permits?: (plan: Plan) => Promise<boolean>;
  /** Returns the outcome if nothing is to be changed, unless the reasons alone are the best message. */
  readonly nothingToChange?: (plan: Plan) => CommandOutcome | undefined;
}

/**
 * Reads, plans, confirms and applies (`core/operations/operation.ts`) with VS Code's dialogs, and returns the outcome.
 */
export async function runMappingOperation(
  operation: MappingOperation,
  services: CommandContext,
): Promise<CommandOutcome> {
  const result = await runOperation({ senders: new Map(), ...operation }, portsOf(operation, services));
  switch (result.type) {
    case 'declined':
      return DISMISSED;
    case 'readCanceled':
      return {
        type: 'canceled',
        message: vscode.l10n.t('Canceled. {0} of {1} mappings read, nothing changed.', result.read, result.of),
      };
    case 'nothingSent':
      return operation.nothingToChange?.(result.plan) ?? nothingSentOutcome(result.plan, services);
    case 'applied':
      await rememberSkills(result, services);
      return appliedOutcome(result, operation, services);
  }
}

/** Returns who would send a change of each service provider now. */
export function sendersNow(ids: readonly string[], { providers }: CommandContext): ReadonlyMap<string, ChangeSender> {
  return new Map(ids.map((id) => [id, providers.sender(id)]));
}

function portsOf({ source, permits }: MappingOperation, services: CommandContext): OperationPorts {
  return {
    store: services.providers,
    newOperationId: randomUUID,
    now: Date.now,
    read: async (ids) => readMappings(ids, services),
    confirm: async (plan, because) => {
      if (permits && !(await permits(plan))) return undefined;
      return confirmPlan(plan, { because, hidden: isSelection(source) ? source.hidden : 0 }, services);
    },
    withProgress: (plan, send) => withMappingProgress(plan, send, services),
  };
}

/** Shows the progress of a plan's changes in a notification that can cancel them, and of several also in the view. */
export async function withMappingProgress(
  plan: Plan,
  send: Parameters<OperationPorts['withProgress']>[1],
  services: Pick<CommandContext, 'progressSummary'>,
): Promise<{ readonly stopped: boolean }> {
  const count = plan.changes.length;
  const title = progressTitle(plan);
  let settled = 0;
  const progress = () => vscode.l10n.t('{0} of {1}', settled, count);
  const line = (stopping: boolean) =>
    stopping
      ? vscode.l10n.t({
          message: '{0}: {1}, stopping after the changes in progress',
          args: [title, progress()],
          comment: [
            '{0} names the operation, such as "Remapping 3 service providers", {1} the progress, such as "1 of 3".',
          ],
        })
      : vscode.l10n.t('{0}: {1}', title, progress());
  // The row shows a single change.
  const inView = count > 1 ? services.progressSummary.start(line(false)) : undefined;
  try {
    return await withCancellableProgress(title, async (stop, report) => {
      stop.addEventListener('abort', () => inView?.update(line(true)), { once: true });
      if (count > 1) report(progress(), 0);
      const onSettled = () => {
        settled++;
        if (count > 1) report(progress(), 100 / count);
        inView?.update(line(stop.aborted));
      };
      const onWait = (wait: Wait) => {
        report(waitProgress(wait, settled, count), 0);
      };
      await send(stop, onSettled, onWait);
    });
  } finally {
    inView?.finish();
  }
}

/** Suggests the skills of successful changes in the next picks. */
export async function rememberSkills(
  { results }: OperationResult & { type: 'applied' },
  services: CommandContext,
): Promise<void> {
  const skills = new Set(
    results.flatMap((each) => {
      const { change } = each.planned;
      return kindOf(each) === 'changed' && change.operation !== 'delete' ? change.skillId : [];
    }),
  );
  for (const skillId of skills) await services.recentSkills.add(skillId);
}
