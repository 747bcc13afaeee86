import * as vscode from 'vscode';
import { inertLabel } from './inertText';

/** One change in a preview. */
export interface PreviewedChange {
  readonly serviceProviderId: string;
  readonly name: string;
  /** What is now and what will be, such as `A → B`. */
  readonly change: string;
  /** What a person has to know before it is made, where there is something. */
  readonly warning?: string;
}

/** One service provider that is left out, and why. */
export interface PreviewedProblem {
  readonly name: string;
  readonly reason: string;
}

interface Item extends vscode.QuickPickItem {
  readonly serviceProviderId?: string;
}

/**
 * Shows all changes of an act, problems first, each of which can be left out; a change with a warning is left out unless the
 * person takes it in.
 *
 * @returns the ids of those that are to be changed, at least one, or undefined when the person leaves
 */
export async function previewChanges(
  title: string,
  changes: readonly PreviewedChange[],
  problems: readonly PreviewedProblem[],
): Promise<readonly string[] | undefined> {
  const items: Item[] = [
    ...problems.map(({ name, reason }) => ({
      label: inertLabel(name),
      description: vscode.l10n.t('left out: {0}', inertLabel(reason)),
      iconPath: new vscode.ThemeIcon('warning'),
    })),
    ...warnedFirst(changes).map(({ serviceProviderId, name, change, warning }) => ({
      serviceProviderId,
      label: inertLabel(name),
      description: inertLabel(change),
      ...(warning !== undefined && { detail: inertLabel(warning), iconPath: new vscode.ThemeIcon('warning') }),
    })),
  ];
  const warned = new Set(changes.flatMap((each) => (each.warning === undefined ? [] : each.serviceProviderId)));
  const pick = vscode.window.createQuickPick<Item>();
  pick.title = title;
  pick.placeholder =
    warned.size === 0
      ? vscode.l10n.t('Uncheck what is to stay as it is. Enter goes on.')
      : vscode.l10n.t('Check what is to be changed all the same. Enter goes on.');
  pick.canSelectMany = true;
  pick.ignoreFocusOut = true;
  pick.matchOnDescription = true;
  pick.items = items;
  pick.selectedItems = items.filter(
    ({ serviceProviderId }) => serviceProviderId !== undefined && !warned.has(serviceProviderId),
  );
  try {
    return await new Promise((resolve) => {
      pick.onDidChangeSelection((selected) => {
        // There is nothing to be done for those that are left out.
        if (selected.some(isProblem)) pick.selectedItems = selected.filter((each) => !isProblem(each));
      });
      pick.onDidAccept(() => {
        // Enter ends a search first: it would go on with all that are checked, also those that the search hides.
        if (pick.value !== '') {
          pick.value = '';
          return;
        }
        const ids = pick.selectedItems.flatMap(({ serviceProviderId }) => serviceProviderId ?? []);
        resolve(ids.length > 0 ? ids : undefined);
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

function isProblem({ serviceProviderId }: Item): boolean {
  return serviceProviderId === undefined;
}

function warnedFirst(changes: readonly PreviewedChange[]): readonly PreviewedChange[] {
  return [...changes.filter(({ warning }) => warning !== undefined), ...changes.filter((each) => !each.warning)];
}
