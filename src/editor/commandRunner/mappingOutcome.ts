import * as vscode from 'vscode';
import { describeFailure } from '../../core/failures/failureMessages';
import type { ChangeOutcome } from '../../core/mappings/sendChange';
import type { MappingChange } from '../../core/model/networkMapping';
import type { OperationResult } from '../../core/operations/operation';
import {
  needsPreview,
  skipReasonText,
  skippedText,
  skillText,
  successText,
  summaryText,
} from '../../core/operations/operationText';
import { countResults, failuresOf, kindOf } from '../../core/operations/outcomes';
import { selectedCount, type Plan } from '../../core/operations/plan';
import {
  DISMISSED,
  SUCCEEDED,
  KEEP_MESSAGE_OPEN,
  isSelection,
  type ArgumentsOf,
  type CommandContext,
  type CommandOutcome,
  type CommandSource,
  type MessageAction,
} from './command';
import { needsSignIn, signInForFailure } from './notifyOutcome';
import { run } from './runCommand';
import { showResultsAction } from './showResults';

type AppliedOperation = OperationResult & { readonly type: 'applied' };

interface OutcomeOptions {
  readonly source: CommandSource;
  /** Repeats the operation for those of these service providers that it did not change. */
  readonly retry: (serviceProviderIds: readonly string[]) => Promise<void>;
}

/** Returns what to tell about an operation that has sent changes, with **Undo**; nothing that its rows show. */
export function appliedOutcome(
  applied: AppliedOperation,
  options: OutcomeOptions,
  services: CommandContext,
): CommandOutcome {
  return selectedCount(applied.plan) === 1
    ? singleOutcome(applied, options, services)
    : bulkOutcome(applied, options, services);
}

/** Returns the outcome of an operation without changes, or with unreadable mappings. */
export function nothingSentOutcome(plan: Plan, services: CommandContext): CommandOutcome {
  const [unreadable] = plan.unreadable;
  // The end of a session has its own message (`sessionEnded.ts`).
  if (unreadable && plan.unreadable.every(({ failure }) => failure.kind === 'signedOut' && failure.signIn))
    return SUCCEEDED;
  if (unreadable) {
    const { failure, name } = unreadable;
    const isBulk = plan.unreadable.length > 1;
    const { title } = describeFailure(failure);
    const message = isBulk
      ? vscode.l10n.t('{0} mappings could not be read, so nothing was changed. {1}.', plan.unreadable.length, title)
      : vscode.l10n.t('The mapping of {0} could not be read, so nothing was changed. {1}.', name, title);
    return { type: 'failed', failure, message, isBulk };
  }
  const [skipped, another] = plan.skipped;
  const message =
    skipped && !another
      ? nothingToChange(skipped, services)
      : vscode.l10n.t({
          message: 'Nothing to change. {0}',
          args: [skippedText(plan, vscode.env.language)],
          comment: ['{0} is a whole sentence that says what was skipped, and why.'],
        });
  const ids = plan.skipped.map(({ serviceProviderId }) => serviceProviderId);
  const action = alternativeAction(plan, ids);
  return { type: 'rejected', message, ...(action && services.providers.provider(ids[0] ?? '') && { action }) };
}

function nothingToChange({ name, reason, mapping }: Plan['skipped'][number], { skills }: CommandContext): string {
  return mapping?.type === 'mapped'
    ? vscode.l10n.t('{0} is already mapped to {1}. Nothing was changed.', name, skillText(mapping.skillId, skills))
    : vscode.l10n.t({
        message: 'Nothing was changed. {0}: {1}.',
        args: [name, skipReasonText(reason)],
        comment: ['{0} is the name of a service provider, {1} the reason, such as "not mapped".'],
      });
}

/** Returns the operation that applies to the service providers which this one skipped. */
function alternativeAction(plan: Plan, ids: readonly string[]): MessageAction | undefined {
  const args = {
    serviceProviderIds: ids,
    ...(plan.skillId !== undefined && { skillId: plan.skillId }),
  };
  const isAll = (reason: Plan['skipped'][number]['reason']) => plan.skipped.every((each) => each.reason === reason);
  if (plan.kind === 'map' && isAll('mappedToOther'))
    return { label: vscode.l10n.t('Remap…'), run: () => run('updateMapping', args) };
  if (plan.kind === 'remap' && isAll('notMapped'))
    return { label: vscode.l10n.t('Map to Skill…'), run: () => run('createMapping', args) };
  return undefined;
}

/** An undo itself cannot be undone. */
function undoActions({ plan, operationId }: AppliedOperation): readonly MessageAction[] {
  if (plan.kind === 'undo') return [];
  return [{ label: vscode.l10n.t('Undo'), run: () => run('undoLastChange', { operationId }) }];
}

function singleOutcome(
  applied: AppliedOperation,
  { source }: OutcomeOptions,
  services: CommandContext,
): CommandOutcome {
  const { plan, results, journalFailed } = applied;
  const [only] = results;
  if (journalFailed && !only?.outcome) {
    return {
      type: 'rejected',
      message: vscode.l10n.t({
        message: 'Nothing was changed: {0}',
        args: [journalFailed.message],
        comment: ['{0} is a whole sentence with the reason.'],
      }),
    };
  }
  if (!only?.outcome) return DISMISSED;
  const { outcome, planned } = only;
  const { change, name } = planned;
  switch (outcome.type) {
    case 'succeeded': {
      const isSeen = isSelection(source) && services.rows.isShown(change.serviceProviderId);
      return isSeen
        ? SUCCEEDED
        : { type: 'succeeded', message: successText(plan, services.skills), actions: undoActions(applied) };
    }
    // The operation asked again about these.
    case 'changedMeanwhile':
    case 'notSent':
      return { type: 'rejected', message: vscode.l10n.t('{0} was changed in the meantime. Nothing was sent.', name) };
    case 'mappedToOther':
      return alreadyMapped(planned.name, change, skillText(outcome.skillId, services.skills));
    case 'notMapped':
      return {
        type: 'rejected',
        message: vscode.l10n.t('{0} is no longer mapped, so nothing was changed.', name),
        action: {
          label: vscode.l10n.t('Map to Skill…'),
          run: () => run('createMapping', targetOf(change)),
        },
      };
    case 'unconfirmed':
    case 'failed':
      return failedOutcome(change, outcome, name);
  }
}

function alreadyMapped(name: string, change: MappingChange, skill: string): CommandOutcome {
  return {
    type: 'rejected',
    message: vscode.l10n.t('{0} is already mapped to {1}. Nothing was changed.', name, skill),
    action: {
      label: vscode.l10n.t('Remap…'),
      run: () => run('updateMapping', targetOf(change)),
    },
  };
}

function targetOf(change: MappingChange): ArgumentsOf<'createMapping'> {
  return {
    serviceProviderIds: [change.serviceProviderId],
    ...(change.operation !== 'delete' && { skillId: change.skillId }),
  };
}

function failedOutcome(
  change: MappingChange,
  outcome: ChangeOutcome & { type: 'failed' | 'unconfirmed' },
  name: string,
): CommandOutcome {
  const { failure, type } = outcome;
  if (failure.kind === 'canceled') {
    const message =
      failure.effect === 'none'
        ? vscode.l10n.t('{0}: canceled before anything was sent.', name)
        : vscode.l10n.t('{0}: canceled while in progress. The list shows its current mapping.', name);
    return { type: 'canceled', message };
  }
  const message = type === 'unconfirmed' ? unconfirmedText(change, name) : failedText(change, name);
  return {
    type: 'failed',
    failure,
    message: vscode.l10n.t({
      message: '{0} {1}.',
      args: [message, describeFailure(failure).title],
      comment: [
        '{0} is a whole sentence that says what was not changed, {1} is the reason as a sentence without its period.',
      ],
    }),
  };
}

function failedText({ operation }: MappingChange, name: string): string {
  switch (operation) {
    case 'create':
      return vscode.l10n.t('{0} was not mapped.', name);
    case 'update':
      return vscode.l10n.t('{0} was not remapped.', name);
    case 'delete':
      return vscode.l10n.t('The mapping of {0} was not deleted.', name);
  }
}

function unconfirmedText({ operation }: MappingChange, name: string): string {
  switch (operation) {
    case 'create':
      return vscode.l10n.t(
        'Could not verify whether {0} was mapped. The list will show the result once it is known.',
        name,
      );
    case 'update':
      return vscode.l10n.t(
        'Could not verify whether {0} was remapped. The list will show the result once it is known.',
        name,
      );
    case 'delete':
      return vscode.l10n.t(
        'Could not verify whether the mapping of {0} was deleted. The list will show the result once it is known.',
        name,
      );
  }
}

function bulkOutcome(
  applied: AppliedOperation,
  { source, retry }: OutcomeOptions,
  services: CommandContext,
): CommandOutcome {
  const { results, stopped, journalFailed } = applied;
  const counts = countResults(applied);
  const [first] = failuresOf(results);
  const summary = summaryText(applied, vscode.env.language);
  const message = journalFailed
    ? vscode.l10n.t({
        message: '{0} {1}',
        args: [summary, journalFailed.message],
        comment: ['{0} and {1} are whole sentences.'],
      })
    : summary;
  const actions = [...followUpActions(applied, retry, services), ...(counts.changed > 0 ? undoActions(applied) : [])];
  if (stopped || journalFailed) return { type: 'canceled', message, actions };
  if (first) return { type: 'failed', failure: first, message, isBulk: true, actions };
  // The confirmation already showed what is skipped because of its mapping.
  const isOther = counts.notStarted > 0 || counts.skipped.has('changedMeanwhile') || counts.skipped.has('notListed');
  if (counts.changed < counts.selected) return { type: 'succeeded', message, isWarning: isOther, actions };
  const isSeen =
    isSelection(source) &&
    !needsPreview(results.length) &&
    results.every(({ planned }) => services.rows.isShown(planned.change.serviceProviderId));
  return isSeen ? SUCCEEDED : { type: 'succeeded', message, actions };
}

/**
 * Returns the actions after a bulk operation: retry what was not changed (after a sign-in, if that helps), and show the
 * results.
 */
function followUpActions(
  applied: AppliedOperation,
  retry: OutcomeOptions['retry'],
  services: CommandContext,
): readonly MessageAction[] {
  const unchanged = applied.results.filter((each) => kindOf(each) !== 'changed' && kindOf(each) !== 'notListed');
  const retryAll = () => retry(unchanged.map(({ planned }) => planned.change.serviceProviderId));
  const show = showResultsAction(applied, unchanged.length > 0 ? retryAll : undefined, services);
  if (unchanged.length === 0) return [show];
  const refused = failuresOf(unchanged).find(needsSignIn);
  const signIn: MessageAction = {
    label: vscode.l10n.t('Sign In…'),
    run: async () => {
      const before = await sessionsOf(services);
      if (refused) await signInForFailure(refused);
      const isSignedIn = (await sessionsOf(services)).some((session) => !before.includes(session));
      // A user who has left the sign-in may want to see the results first.
      return isSignedIn ? retryAll() : KEEP_MESSAGE_OPEN;
    },
  };
  return [refused ? signIn : { label: vscode.l10n.t('Try Again'), run: retryAll }, show];
}

/** Returns the session IDs of all accounts; a new sign-in has a new one. */
async function sessionsOf({ sessions }: CommandContext): Promise<readonly string[]> {
  const { byName } = await sessions.read();
  return [...byName.values()].flatMap((state) => (state.type === 'signedIn' ? state.session.id : []));
}
