import * as vscode from 'vscode';
import { heldText } from '../core/changeHistory';
import { explain } from '../core/explanation';
import type { MappingChange } from '../core/networkMapping';
import { inertLabel } from '../prompts/inertText';
import type { ChangeOutcome } from '../state/confirmedChange';
import { STILL_OFFERED, type Offer, type Services } from './command';
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
 * Offers a list of what became of each change, what was not made first. Taking one opens what went wrong with it, or shows its
 * row; all that were not made can be tried again as one act. The list makes room for what was opened, and is offered again:
 * it begins with the one that was looked at last.
 */
export function resultsOffer(
  results: readonly ChangeOfAct[],
  tryAgain: () => Promise<void>,
  services: Services,
): Offer {
  let lookedAt: ChangeOfAct | undefined;
  return {
    label: vscode.l10n.t('Show Results'),
    run: async () => {
      const chosen = await pickResult(results, lookedAt, services);
      if (chosen === 'again') return tryAgain();
      if (chosen) await open((lookedAt = chosen), services);
      // Whoever leaves the list of an act of which all was made is through with it.
      return chosen || !areAllMade(results) ? STILL_OFFERED : undefined;
    },
  };
}

async function pickResult(
  results: readonly ChangeOfAct[],
  lookedAt: ChangeOfAct | undefined,
  services: Services,
): Promise<ChangeOfAct | 'again' | undefined> {
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
  const pick = vscode.window.createQuickPick<Item>();
  pick.title = vscode.l10n.t('Results');
  pick.placeholder = vscode.l10n.t('Take one to see what went wrong with it, or its row');
  pick.items = items;
  // Without one, VS Code begins with the first.
  if (lookedAt) pick.activeItems = items.filter(({ result }) => result === lookedAt);
  pick.buttons = areAllMade(results) ? [] : [again];
  // What is listed is compared with the rows, and with what was opened.
  pick.ignoreFocusOut = true;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  try {
    return await new Promise((resolve) => {
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
  } finally {
    pick.dispose();
  }
}

function areAllMade(results: readonly ChangeOfAct[]): boolean {
  return results.every((each) => resultOf(each) === 'made');
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
