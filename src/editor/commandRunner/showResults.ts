import * as vscode from 'vscode';
import { describeFailure } from '../../core/failures/failureMessages';
import { targetOf, type NetworkMapping } from '../../core/model/networkMapping';
import type { ChangeResult, OperationResult } from '../../core/operations/operation';
import { mappingText, skipReasonText } from '../../core/operations/operationText';
import type { SkillNames } from '../../core/skills/skillNames';
import { kindOf, type ResultKind } from '../../core/operations/outcomes';
import { escapeIcons } from '../prompts/escapeUiText';
import type { NotSentReason } from '../../core/mappings/sendChange';
import { KEEP_MESSAGE_OPEN, type MessageAction, type CommandContext } from './command';

interface Item extends vscode.QuickPickItem {
  readonly serviceProviderId?: string;
  readonly result?: ChangeResult;
}

/**
 * Returns an action that lists the result for each selected service provider, unsuccessful ones first. Selecting one
 * opens its error details or shows its row; then the list is shown again, starting at that item.
 *
 * @param retry retries all changes that did not succeed; undefined if there are none
 */
export function showResultsAction(
  applied: OperationResult & { type: 'applied' },
  retry: (() => Promise<void>) | undefined,
  services: CommandContext,
): MessageAction {
  let opened: string | undefined;
  return {
    label: vscode.l10n.t('Show Results'),
    run: async () => {
      const chosen = await pickResult(itemsOf(applied, services.skills), opened, retry !== undefined);
      if (chosen === 'retry') return retry?.();
      opened = chosen?.serviceProviderId;
      if (chosen) await open(chosen, services);
      // A user who leaves the list of a successful operation is done with it.
      return chosen || retry ? KEEP_MESSAGE_OPEN : undefined;
    },
  };
}

async function pickResult(
  items: readonly Item[],
  opened: string | undefined,
  canRetry: boolean,
): Promise<Item | 'retry' | undefined> {
  const retry = {
    iconPath: new vscode.ThemeIcon('refresh'),
    tooltip: vscode.l10n.t('Retry Failed and Unsent Changes'),
  };
  const pick = vscode.window.createQuickPick<Item>();
  pick.title = vscode.l10n.t('Results');
  pick.placeholder = vscode.l10n.t('Select a result to see its details');
  pick.items = items;
  // Otherwise VS Code starts with the first item.
  if (opened !== undefined) {
    pick.activeItems = items.filter(({ serviceProviderId }) => serviceProviderId === opened);
  }
  pick.buttons = canRetry ? [retry] : [];
  // Stay open: the user compares the list with the rows and the details.
  pick.ignoreFocusOut = true;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  try {
    return await new Promise((resolve) => {
      pick.onDidAccept(() => {
        resolve(pick.selectedItems[0]);
      });
      pick.onDidTriggerButton(() => {
        resolve('retry');
      });
      pick.onDidHide(() => {
        resolve(undefined);
      });
      pick.show();
    });
  } finally {
    pick.dispose();
  }
}

async function open({ result, serviceProviderId }: Item, services: CommandContext): Promise<void> {
  const outcome = result?.outcome;
  if (outcome && outcome.type !== 'succeeded' && 'failure' in outcome) {
    services.errorDetails.show(outcome.failure, result.planned.name);
  } else if (serviceProviderId !== undefined) await services.reveal(serviceProviderId);
}

/** Returns all selected service providers, in groups whose counts add up to the selection. */
function itemsOf({ plan, results }: OperationResult & { type: 'applied' }, skills: SkillNames): readonly Item[] {
  const ofKind = (kind: ResultKind, icon: string) =>
    results
      .filter((each) => kindOf(each) === kind)
      .map((result) => {
        const { serviceProviderId } = result.planned.change;
        return itemOf(serviceProviderId, result.planned.name, describe(result, skills), icon, result);
      });
  const skipped = [
    ...plan.unreadable.map(({ serviceProviderId, name, failure }) =>
      itemOf(
        serviceProviderId,
        name,
        vscode.l10n.t('could not be read: {0}', describeFailure(failure).reason),
        'warning',
      ),
    ),
    ...plan.skipped.map(({ serviceProviderId, name, reason }) =>
      itemOf(serviceProviderId, name, skipReasonText(reason), 'circle-slash'),
    ),
    ...ofKind('changedMeanwhile', 'warning'),
    ...ofKind('notListed', 'circle-slash'),
  ];
  const groups = [
    { label: (count: number) => vscode.l10n.t('Unconfirmed: {0}', count), items: ofKind('unconfirmed', 'question') },
    { label: (count: number) => vscode.l10n.t('Failed: {0}', count), items: ofKind('failed', 'error') },
    { label: (count: number) => vscode.l10n.t('Not started: {0}', count), items: ofKind('notStarted', 'circle-slash') },
    { label: (count: number) => vscode.l10n.t('Skipped: {0}', count), items: skipped },
    { label: (count: number) => vscode.l10n.t('Changed: {0}', count), items: ofKind('changed', 'check') },
  ];
  return groups.flatMap(({ label, items }): Item[] =>
    items.length === 0 ? [] : [{ label: label(items.length), kind: vscode.QuickPickItemKind.Separator }, ...items],
  );
}

function itemOf(
  serviceProviderId: string,
  name: string,
  description: string,
  icon: string,
  result?: ChangeResult,
): Item {
  return {
    serviceProviderId,
    ...(result && { result }),
    label: escapeIcons(name),
    description: escapeIcons(description),
    detail: escapeIcons(serviceProviderId),
    iconPath: new vscode.ThemeIcon(icon),
  };
}

function describe({ planned, outcome }: ChangeResult, skills: SkillNames): string {
  if (!outcome) return vscode.l10n.t('not started');
  switch (outcome.type) {
    case 'succeeded':
      return stateText(targetOf(planned.change), skills);
    case 'changedMeanwhile':
    case 'mappedToOther':
    case 'notMapped':
      return vscode.l10n.t('changed in the meantime, {0}', stateText(outcome.reading.mapping, skills));
    case 'notSent':
      return notSentText(outcome.reason);
    case 'unconfirmed':
    case 'failed':
      return describeFailure(outcome.failure).reason;
  }
}

function notSentText(reason: NotSentReason): string {
  switch (reason) {
    case 'notListed':
      return skipReasonText('notListed');
    case 'endpointChanged':
      return vscode.l10n.t('not sent: the API endpoint was changed');
    case 'sessionChanged':
      return vscode.l10n.t('not sent: the sign-in was changed');
  }
}

function stateText(mapping: NetworkMapping, skills: SkillNames): string {
  return mappingText(mapping, (skillId) => vscode.l10n.t('mapped to {0}', skills.nameAndId(skillId)));
}
