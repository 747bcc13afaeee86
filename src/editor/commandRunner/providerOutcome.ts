import * as vscode from 'vscode';
import { describeFailure } from '../../core/failures/failureMessages';
import type { ProviderResult } from '../../core/onboarding/providerOperation';
import {
  providerFailedText,
  providerSuccessText,
  providerUnconfirmedText,
  takenLogicalIdText,
} from '../../core/onboarding/providerText';
import { DISMISSED, type CommandContext, type CommandOutcome, type MessageAction } from './command';
import type { PlannedProviderChange } from './providerOperation';
import { run } from './runCommand';

type Sent = ProviderResult & { readonly type: 'sent' };

/**
 * Returns what to tell about a change of a service provider.
 *
 * @param succeeded returns that of one that succeeded
 */
export async function providerOutcome(
  planned: PlannedProviderChange,
  result: ProviderResult,
  succeeded: (sent: Sent, serviceProviderId: string) => Promise<CommandOutcome>,
  services: CommandContext,
): Promise<CommandOutcome> {
  const { name, change } = planned;
  switch (result.type) {
    case 'declined':
      return DISMISSED;
    case 'notListed':
      return {
        type: 'rejected',
        message: vscode.l10n.t('{0} was removed from the list in the meantime. Nothing was sent.', name),
      };
    case 'unchanged':
      return {
        type: 'rejected',
        message: vscode.l10n.t('{0} already has this name at Amazon. Nothing was changed.', name),
      };
    case 'unread': {
      const { failure } = result;
      return { type: 'failed', failure, message: withReason(providerFailedText(change, name), failure) };
    }
    case 'sent': {
      const { outcome } = result;
      if (outcome.type === 'succeeded') return succeeded(result, outcome.serviceProviderId);
      if (change.operation !== 'createProvider') {
        // Its row shows what is known.
        void services.providers.refresh([change.serviceProviderId], { asksAgain: true });
      }
      const { failure } = outcome;
      if (outcome.type === 'unconfirmed') {
        return { type: 'failed', failure, message: withReason(providerUnconfirmedText(change, name), failure) };
      }
      if (failure.kind === 'canceled') {
        return { type: 'canceled', message: vscode.l10n.t('{0}: canceled before anything was sent.', name) };
      }
      const message = takenLogicalIdText(result.plan, failure) ?? withReason(providerFailedText(change, name), failure);
      return { type: 'failed', failure, message };
    }
  }
}

/** Returns the outcome of a change that succeeded, which the rows do not show. */
export function providerSuccess(
  { plan, operationId }: Sent,
  canBeUndone: boolean,
  actions: readonly MessageAction[] = [],
): CommandOutcome {
  const undo = { label: vscode.l10n.t('Undo'), run: () => run('undoLastChange', { operationId }) };
  const isUndo = plan.revertsChangeId !== undefined;
  return {
    type: 'succeeded',
    message: providerSuccessText(plan),
    actions: [...actions, ...(canBeUndone && !isUndo ? [undo] : [])],
  };
}

function withReason(text: string, failure: Parameters<typeof describeFailure>[0]): string {
  return vscode.l10n.t({
    message: '{0} {1}.',
    args: [text, describeFailure(failure).title],
    comment: [
      '{0} is a whole sentence that says what was not changed, {1} is the reason as a sentence without its period.',
    ],
  });
}
