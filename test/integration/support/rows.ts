import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type * as vscode from 'vscode';
import * as vscodeSpy from './vscodeSpy';
import { eventually } from './eventually';

/** The minimum interval between two change events of the tree. */
const BETWEEN_REDRAWS_MS = 250;

/** A row as the extension passes it to VS Code. */
export interface Row {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  /** The accessible label. */
  readonly says: string;
  /** The words of `contextValue`, which `when` clauses match. */
  readonly words: readonly string[];
  readonly command: string | undefined;
  readonly arguments: readonly unknown[];
  readonly icon: string;
}

/** The words of all rows that were read, for the test of the `when` clauses. */
export const seenWords = new Set<string>();

/** The current rows of the view. */
export function rows(): Row[] {
  const tree = vscodeSpy.treeProvider(vscodeSpy.VIEW);
  const elements = tree.getChildren() as unknown[];
  return elements.map((element) => readRow(tree.getTreeItem(element) as vscode.TreeItem));
}

function readRow(item: vscode.TreeItem): Row {
  const words = item.contextValue?.split(' ') ?? [];
  for (const word of words) seenWords.add(word);
  return {
    id: item.id ?? '',
    label: item.label as string,
    description: item.description as string,
    says: item.accessibilityInformation?.label ?? '',
    words,
    command: item.command?.command,
    arguments: item.command?.arguments ?? [],
    icon: (item.iconPath as vscode.ThemeIcon).id,
  };
}

export function row(id: string): Row {
  const found = rows().find((each) => each.id === id);
  assert.ok(found, `no row ${id}`);
  return found;
}

/** The tree elements of these rows, which VS Code passes to commands. */
export function elementsOf(ids: readonly string[]): unknown[] {
  const tree = vscodeSpy.treeProvider(vscodeSpy.VIEW);
  const elements = tree.getChildren() as unknown[];
  return elements.filter((element) => ids.includes((tree.getTreeItem(element) as vscode.TreeItem).id ?? ''));
}

/** The accessible labels of all rows. */
export function spoken(): string[] {
  return rows().map(({ says }) => says);
}

/** Waits until the accessible labels of the rows are these. */
export async function expectSpoken(...expected: string[]): Promise<void> {
  await eventually(() => {
    assert.deepEqual(spoken(), expected);
  });
}

interface Watch {
  /** The IDs of the rows of each change event; undefined means all rows. */
  readonly redraws: (readonly string[] | undefined)[];
  stop(): void;
}

/** Records which rows VS Code is notified to redraw. */
export async function watchRedraws(): Promise<Watch> {
  await delay(2 * BETWEEN_REDRAWS_MS); // earlier changes may be announced with a delay
  const tree = vscodeSpy.treeProvider(vscodeSpy.VIEW);
  const redraws: (readonly string[] | undefined)[] = [];
  const subscription = tree.onDidChangeTreeData?.((changed) => {
    const elements = changed as readonly unknown[] | undefined;
    redraws.push(elements?.map((element) => (tree.getTreeItem(element) as vscode.TreeItem).id ?? ''));
  });
  return {
    redraws,
    stop: () => {
      subscription?.dispose();
    },
  };
}
