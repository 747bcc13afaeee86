import * as vscode from 'vscode';

/**
 * VS Code shows what was found for a text a moment after it was typed. Enter that comes before, as after a paste, is meant for
 * what was typed and not for what the list showed. Milliseconds.
 */
const UNSEEN_MS = 200;

interface SearchedPick<Item extends vscode.QuickPickItem> {
  readonly title: string;
  readonly placeholder: string;
  /** What is typed already. */
  readonly value?: string;
  readonly ignoreFocusOut?: boolean;
  /** Finds the items for a typed text. The first is meant when nothing else is chosen. */
  readonly find: (typed: string) => readonly Item[];
  /** Whether an item can be taken; others only say something. */
  readonly canTake?: (item: Item) => boolean;
  /** Whether the first item is to be the active one although VS Code may draw others above it. */
  readonly isActiveFirst?: (item: Item) => boolean;
}

/**
 * Asks for one of some items, which the caller finds for each typed text. VS Code itself compares other letters than people do,
 * and sees only what an item shows. It still draws items with the typed text in their label above the others.
 *
 * @returns the item and what was typed; undefined when the person leaves
 */
export async function searchedPick<Item extends vscode.QuickPickItem>({
  title,
  placeholder,
  value = '',
  ignoreFocusOut = false,
  find,
  canTake = () => true,
  isActiveFirst = () => false,
}: SearchedPick<Item>): Promise<{ readonly item: Item; readonly typed: string } | undefined> {
  const pick = vscode.window.createQuickPick<Item>();
  pick.title = title;
  pick.placeholder = placeholder;
  pick.value = value;
  pick.ignoreFocusOut = ignoreFocusOut;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  let typedAtMs = 0;
  const update = () => {
    pick.items = find(pick.value).map((item) => ({ ...item, alwaysShow: true }));
    const [first] = pick.items;
    if (first && isActiveFirst(first)) pick.activeItems = [first];
  };
  update();
  try {
    return await new Promise((resolve) => {
      pick.onDidChangeValue(() => {
        typedAtMs = performance.now();
        update();
      });
      pick.onDidAccept(() => {
        const chosen = performance.now() - typedAtMs < UNSEEN_MS ? undefined : pick.selectedItems[0];
        const item = chosen ?? pick.items[0];
        if (item && canTake(item)) resolve({ item, typed: pick.value });
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
