import * as vscode from 'vscode';

/**
 * VS Code displays the items for a text a moment after it was typed. An earlier Enter, as after a paste, means what was
 * typed and not what the list showed. Milliseconds.
 */
const UNSEEN_MS = 200;

interface SearchedPick<Item extends vscode.QuickPickItem> {
  readonly title: string;
  readonly placeholder: string;
  /** The initial text. */
  readonly value?: string;
  readonly ignoreFocusOut?: boolean;
  /** Returns the items for a typed text. The first is accepted unless the user selects another one. */
  readonly find: (typed: string) => readonly Item[];
  /** Whether an item can be accepted; others are informational. */
  readonly canTake?: (item: Item) => boolean;
  /** Whether the first item becomes active even if VS Code draws others above it. */
  readonly isActiveFirst?: (item: Item) => boolean;
}

/**
 * Asks for one of several items, which the caller finds for each typed text: VS Code's own search compares characters
 * too strictly, and sees only what an item displays. It still draws items whose label contains the typed text above the
 * others.
 *
 * @returns the item and the typed text, and whether the user pressed a button of the item; undefined if the user leaves
 */
export async function searchedPick<Item extends vscode.QuickPickItem>({
  title,
  placeholder,
  value = '',
  ignoreFocusOut = false,
  find,
  canTake = () => true,
  isActiveFirst = () => false,
}: SearchedPick<Item>): Promise<{ readonly item: Item; readonly typed: string; readonly isButton?: true } | undefined> {
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
      pick.onDidTriggerItemButton(({ item }) => {
        resolve({ item, typed: pick.value, isButton: true });
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
