import * as vscode from 'vscode';
import { heldText } from '../core/changeHistory';
import { explain } from '../core/explanation';
import type { MappingChange } from '../core/networkMapping';
import { inertLabel } from '../prompts/inertText';
import type { ChangeOutcome } from '../state/confirmedChange';
import type { Services } from './command';
import { nameOf } from './nameOf';

/** A change of an act on many, and how it ended; without an outcome, its turn did not come. */
export interface ChangeOfAct {
  readonly change: MappingChange;
  readonly outcome?: ChangeOutcome;
}

interface Item extends vscode.QuickPickItem {
  readonly result?: ChangeOfAct;
}

/**
 * Lists what became of each change, what was not made first. Taking one opens what went wrong with it, or shows its row; all
 * that were not made can be tried again as one act.
 */
export async function showResults(
  results: readonly ChangeOfAct[],
  tryAgain: () => Promise<void>,
  services: Services,
): Promise<void> {
  const items = groups(results).flatMap(({ label, icon, of }): Item[] =>
    of.length === 0
      ? []
      : [
          { label: vscode.l10n.t('{0}: {1}', label, of.length), kind: vscode.QuickPickItemKind.Separator },
          ...of.map((result) => ({
            result,
            label: inertLabel(nameOf([result.change.serviceProviderId], services)),
            description: inertLabel(describe(result)),
            detail: inertLabel(result.change.serviceProviderId),
            iconPath: new vscode.ThemeIcon(icon),
          })),
        ],
  );
  const again = { iconPath: new vscode.ThemeIcon('refresh'), tooltip: vscode.l10n.t('Try Again What Was Not Made') };
  const isAllMade = results.every((each) => resultOf(each) === 'made');
  const pick = vscode.window.createQuickPick<Item>();
  pick.title = vscode.l10n.t('Results');
  pick.placeholder = vscode.l10n.t('Take one to see what went wrong with it, or its row');
  pick.items = items;
  pick.buttons = isAllMade ? [] : [again];
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  try {
    const chosen = await new Promise<ChangeOfAct | 'again' | undefined>((resolve) => {
      pick.onDidAccept(() => {
        resolve(pick.selectedItems[0]?.result);
      });
      pick.onDidTriggerButton(() => {
        resolve('again');
      });
      pick.onDidHide(() => {
        resolve(undefined);
      });
      pick.show();
    });
    pick.hide();
    if (chosen === 'again') await tryAgain();
    else if (chosen) await open(chosen, services);
  } finally {
    pick.dispose();
  }
}

async function open({ change, outcome }: ChangeOfAct, services: Services): Promise<void> {
  const { serviceProviderId } = change;
  if (!outcome || outcome.type === 'done' || outcome.type === 'changedMeanwhile')
    await services.reveal(serviceProviderId);
  else services.errorDetails.show(outcome.failure, nameOf([serviceProviderId], services));
}

/** How a change ended, for a person: one that could not be sent has failed, unless it was stopped. */
export function resultOf({ outcome }: ChangeOfAct): 'made' | 'changedMeanwhile' | 'failed' | 'inDoubt' | 'notSent' {
  if (!outcome) return 'notSent';
  if (outcome.type === 'done') return 'made';
  if (outcome.type === 'changedMeanwhile') return outcome.type;
  const { failure, reading } = outcome;
  if (failure.effect === 'unknown') return reading ? 'failed' : 'inDoubt';
  return failure.kind === 'cancelled' ? 'notSent' : 'failed';
}

function groups(results: readonly ChangeOfAct[]) {
  const of = (result: ReturnType<typeof resultOf>) => results.filter((each) => resultOf(each) === result);
  return [
    { label: vscode.l10n.t('In doubt'), icon: 'question', of: of('inDoubt') },
    { label: vscode.l10n.t('Failed'), icon: 'error', of: of('failed') },
    { label: vscode.l10n.t('Changed meanwhile'), icon: 'warning', of: of('changedMeanwhile') },
    { label: vscode.l10n.t('Not sent'), icon: 'circle-slash', of: of('notSent') },
    { label: vscode.l10n.t('Made'), icon: 'check', of: of('made') },
  ];
}

function describe({ change, outcome }: ChangeOfAct): string {
  if (!outcome) return vscode.l10n.t('its turn did not come');
  if (outcome.type === 'changedMeanwhile') return heldText(outcome.reading.mapping);
  if (outcome.type !== 'done') return explain(outcome.failure).reason;
  return change.operation === 'delete' ? vscode.l10n.t('not mapped') : vscode.l10n.t('mapped to {0}', change.skillId);
}
