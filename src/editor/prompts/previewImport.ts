import * as vscode from 'vscode';
import type { ParsedProvider } from '../../core/providerList/providerListFile';
import type { LineProblem } from '../../core/providerList/fileEntries';
import type { AlreadyListed, ImportPlan } from '../../core/providerList/fileImport';
import { escapeIcons } from './escapeUiText';

/** What the user chose for an import; undefined leaves the list unchanged. */
export type ImportChoice = 'add' | 'addAndUpdate' | 'addAndMap' | { readonly line: number } | undefined;

/** What an import reads. */
export interface ImportSource {
  /** Of the preview. */
  readonly title: string;
  /** A list that was pasted, not a file. */
  readonly isPasted?: true;
}

interface Item extends vscode.QuickPickItem {
  readonly choice?: ImportChoice;
}

/** More than a user reads; tens of thousands of items would keep VS Code busy. */
const MAX_ITEMS = 100;

/**
 * Shows what an import would do, problems first, each with its line. Without problems, Enter adds; otherwise, adding
 * the rest is a separate choice.
 *
 * @returns what to do; undefined if the user leaves
 */
export async function previewImport({ title, isPasted }: ImportSource, plan: ImportPlan): Promise<ImportChoice> {
  const { additions, alreadyListed, problems, ignored } = plan;
  const items: Item[] = [
    ...group(vscode.l10n.t('Problems: {0}', problems.length), problems, problemItem),
    ...choices(plan, isPasted),
    ...(ignored.length === 0 ? [] : [ignoredItem(ignored)]),
    ...group(vscode.l10n.t('Already in your list: {0}', alreadyListed.length), withDifferencesFirst(plan), (each) =>
      alreadyListedItem(each, isPasted),
    ),
    ...group(vscode.l10n.t('To add: {0}', additions.length), withWarningsFirst(additions), additionItem),
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title,
    placeHolder:
      problems.length === 0
        ? vscode.l10n.t('Review the service providers to add, then press Enter. Select one to open its line.')
        : vscode.l10n.t('Select a problem to open its line. Nothing is added until you choose Add.'),
    ignoreFocusOut: true,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.choice;
}

function choices({ additions, alreadyListed, skills, problems }: ImportPlan, isPasted: true | undefined): Item[] {
  const different = alreadyListed.filter(({ differs }) => differs).length;
  const items: Item[] = [];
  if (additions.length > 0) {
    items.push({
      label:
        problems.length === 0
          ? vscode.l10n.t('Add {0}', additions.length)
          : additions.length === 1
            ? vscode.l10n.t('Add the one without problems')
            : vscode.l10n.t('Add the {0} without problems', additions.length),
      choice: 'add',
      iconPath: new vscode.ThemeIcon('add'),
    });
  }
  if (additions.length === 0 && (different > 0 || skills.size > 0)) {
    items.push({ label: vscode.l10n.t('Leave the list unchanged') });
  }
  if (different > 0) {
    items.push({
      label:
        additions.length === 0
          ? vscode.l10n.t('Update {0} in the list', different)
          : vscode.l10n.t('Add {0}, and update {1} in the list', additions.length, different),
      detail: isPasted
        ? vscode.l10n.t('Uses the names in the pasted list.')
        : vscode.l10n.t('Uses the names and accounts in the file.'),
      choice: 'addAndUpdate',
      iconPath: new vscode.ThemeIcon('edit'),
    });
  }
  if (skills.size > 0) {
    items.push({
      label:
        additions.length === 0
          ? vscode.l10n.t({
              message: 'Map {0} as Listed…',
              args: [skills.size],
              comment: ['{0} service providers are mapped to the skills that a file lists with them.'],
            })
          : vscode.l10n.t({
              message: 'Add {0}, and Map {1} as Listed…',
              args: [additions.length, skills.size],
              comment: ['{1} service providers are mapped to the skills that a file lists with them.'],
            }),
      detail: vscode.l10n.t('Compares the skills with the current mappings, and asks before anything is changed.'),
      choice: 'addAndMap',
      iconPath: new vscode.ThemeIcon('arrow-swap'),
    });
  }
  return items;
}

function group<Each extends { readonly line: number }>(
  title: string,
  all: readonly Each[],
  item: (each: Each) => vscode.QuickPickItem,
): Item[] {
  if (all.length === 0) return [];
  const shown = all.slice(0, MAX_ITEMS).map((each): Item => ({ ...item(each), choice: { line: each.line } }));
  const next = all[MAX_ITEMS];
  return [
    { label: title, kind: vscode.QuickPickItemKind.Separator },
    ...shown,
    ...(next ? [{ label: vscode.l10n.t('… and {0} more', all.length - MAX_ITEMS), choice: { line: next.line } }] : []),
  ];
}

function problemItem({ line, id = '', problem }: LineProblem): vscode.QuickPickItem {
  return {
    label: vscode.l10n.t('Line {0}', line),
    description: escapeIcons(id),
    detail: escapeIcons(problem),
    iconPath: new vscode.ThemeIcon('error'),
  };
}

function alreadyListedItem(
  { provider, inList, differs }: AlreadyListed,
  isPasted: true | undefined,
): vscode.QuickPickItem {
  const { label, description } = rowOf(inList);
  const other = [rowOf(provider).label, rowOf(provider).description].filter(Boolean).join(', ');
  return {
    label,
    description,
    ...(differs && {
      detail: isPasted ? vscode.l10n.t('In the pasted list: {0}', other) : vscode.l10n.t('In the file: {0}', other),
      iconPath: new vscode.ThemeIcon('info'),
    }),
  };
}

function additionItem({ provider }: ParsedProvider): vscode.QuickPickItem {
  return {
    ...rowOf(provider),
    ...(provider.warning !== undefined && {
      detail: escapeIcons(provider.warning),
      iconPath: new vscode.ThemeIcon('warning'),
    }),
  };
}

function rowOf({ id, name, account }: ParsedProvider['provider']): { label: string; description: string } {
  const description = [
    ...(name === undefined ? [] : [id]),
    ...(account === undefined ? [] : [vscode.l10n.t('account {0}', account)]),
  ];
  return { label: escapeIcons(name ?? id), description: escapeIcons(description.join(', ')) };
}

function ignoredItem(ignored: readonly string[]): Item {
  const shown = ignored.slice(0, 5).join(', ');
  return {
    label: escapeIcons(
      ignored.length > 5
        ? vscode.l10n.t('Not imported: {0} and {1} more', shown, ignored.length - 5)
        : vscode.l10n.t('Not imported: {0}', shown),
    ),
    choice: { line: 1 },
    iconPath: new vscode.ThemeIcon('info'),
  };
}

function withDifferencesFirst({ alreadyListed }: ImportPlan): readonly AlreadyListed[] {
  return [...alreadyListed.filter(({ differs }) => differs), ...alreadyListed.filter(({ differs }) => !differs)];
}

function withWarningsFirst(additions: readonly ParsedProvider[]): readonly ParsedProvider[] {
  const isWarned = ({ provider }: ParsedProvider) => provider.warning !== undefined;
  return [...additions.filter(isWarned), ...additions.filter((each) => !isWarned(each))];
}
