import * as vscode from 'vscode';
import { escapeIcons } from './escapeUiText';

/** One change in a preview. */
export interface PreviewedChange {
  readonly serviceProviderId: string;
  readonly name: string;
  /** The current and the new mapping, such as `A → B`. */
  readonly change: string;
  /** A warning before it is made, if there is one. */
  readonly warning?: string;
}

/** One service provider that is not changed, and why. */
export interface PreviewedSkip {
  readonly name: string;
  readonly reason: string;
}

interface Item extends vscode.QuickPickItem {
  readonly serviceProviderId?: string;
}

/**
 * Shows all changes of an operation, each of which can be cleared, and what it skips: the unreadable ones first, the
 * others last. A change with a warning is cleared unless the user selects it.
 *
 * @returns the IDs to change, at least one, or undefined if the user leaves
 */
export async function previewChanges(
  title: string,
  changes: readonly PreviewedChange[],
  unreadable: readonly PreviewedSkip[],
  skipped: readonly PreviewedSkip[],
): Promise<readonly string[] | undefined> {
  const items: Item[] = [
    ...unreadable.map((each) => skippedItem(each, 'warning')),
    ...withWarningsFirst(changes).map(({ serviceProviderId, name, change, warning }) => ({
      serviceProviderId,
      label: escapeIcons(name),
      description: escapeIcons(change),
      ...(warning !== undefined && { detail: escapeIcons(warning), iconPath: new vscode.ThemeIcon('warning') }),
    })),
    ...skipped.map((each) => skippedItem(each, 'circle-slash')),
  ];
  const warned = new Set(changes.flatMap((each) => (each.warning === undefined ? [] : each.serviceProviderId)));
  const pick = vscode.window.createQuickPick<Item>();
  pick.title = title;
  pick.placeholder =
    warned.size === 0
      ? vscode.l10n.t('Clear the changes you want to skip, then press Enter.')
      : vscode.l10n.t('Select the changes you want to make anyway, then press Enter.');
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
        // Skipped ones cannot be selected.
        if (selected.some(isSkipped)) pick.selectedItems = selected.filter((each) => !isSkipped(each));
      });
      pick.onDidAccept(() => {
        // Enter ends a search first: it would otherwise apply all selected changes, including those that the search
        // hides.
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

function skippedItem({ name, reason }: PreviewedSkip, icon: string): Item {
  return {
    label: escapeIcons(name),
    description: vscode.l10n.t('skipped: {0}', escapeIcons(reason)),
    iconPath: new vscode.ThemeIcon(icon),
  };
}

function isSkipped({ serviceProviderId }: Item): boolean {
  return serviceProviderId === undefined;
}

function withWarningsFirst(changes: readonly PreviewedChange[]): readonly PreviewedChange[] {
  return [...changes.filter(({ warning }) => warning !== undefined), ...changes.filter((each) => !each.warning)];
}
