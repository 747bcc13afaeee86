import * as vscode from 'vscode';
import { describeFailure } from '../../core/failures/failureMessages';
import {
  confirmationText,
  needsPreview,
  skipReasonText,
  transitionText,
  warningText,
  type Circumstances,
} from '../../core/operations/operationText';
import { selectedCount, withOnly, type Plan } from '../../core/operations/plan';
import { previewChanges } from '../prompts/previewChanges';
import { readUserSetting } from '../settings/userSetting';
import type { CommandContext } from './command';
import { senderNames } from './senderNames';

/**
 * Asks whether to apply a plan: in a dialog, preceded by a preview if there are too many changes for a dialog, or some
 * that need a decision each.
 *
 * @returns the IDs of the service providers to change, or undefined if the user declines
 */
export async function confirmPlan(
  plan: Plan,
  circumstances: Omit<Circumstances, 'sender' | 'skills'>,
  services: CommandContext,
): Promise<readonly string[] | undefined> {
  const { skills } = services;
  const shown = {
    ...circumstances,
    skills,
    sender: await senderNames(
      plan.changes.map(({ sender }) => sender),
      services,
    ),
  };
  const language = vscode.env.language;
  const isLong =
    needsPreview(selectedCount(plan)) ||
    (selectedCount(plan) > 1 && plan.changes.some((planned) => warningText(planned, skills) !== undefined));
  const chosen = isLong
    ? await previewChanges(
        confirmationText(plan, shown, language).title,
        plan.changes.map((planned) => {
          const warning = warningText(planned, skills);
          return {
            serviceProviderId: planned.change.serviceProviderId,
            name: planned.name,
            change: transitionText(planned, skills),
            ...(warning !== undefined && { warning }),
          };
        }),
        plan.unreadable.map(({ name, failure }) => ({ name, reason: describeFailure(failure).reason })),
        plan.skipped.map(({ name, reason }) => ({ name, reason: skipReasonText(reason) })),
      )
    : plan.changes.map(({ change }) => change.serviceProviderId);
  if (!chosen) return undefined;
  const { question, paragraphs, button } = confirmationText(withOnly(plan, chosen), shown, language);
  const answer = await vscode.window.showWarningMessage(
    question,
    { modal: true, detail: paragraphs.join('\n\n') },
    button,
  );
  return answer === button ? chosen : undefined;
}

/** Whether a change started by a keybinding, a task, a link or another extension needs confirmation. */
export function confirmsCommands(): boolean {
  return readUserSetting('confirmCommands') !== false;
}
