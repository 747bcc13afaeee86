/** Records every input box and quick pick that the extension shows, with what the user sees of it. */
import * as vscode from 'vscode';
import { wrap } from './wrap';

/** A prompt that was shown. */
export interface Prompt {
  readonly title: string;
  /** The input box, if it is one. */
  readonly box: vscode.InputBox | undefined;
  /** The items of a quick pick, from top to bottom. */
  readonly items: readonly vscode.QuickPickItem[];
  /** The label of the item that Enter would pick; undefined until VS Code has rendered it. */
  readonly active: string | undefined;
  readonly isOpen: boolean;
  /** Presses a button in the title, as the mouse does: VS Code has no command for it. */
  press(tooltip: string): void;
  /** Presses a button beside the first item with a label, as the mouse does. */
  pressBeside(label: string, tooltip: string): void;
  /** Types into an input box and leaves it open. Calls the listeners, since VS Code fires no event when `value` is set. */
  type(text: string): void;
}

/** All prompts since the start, in order. */
export const prompts: Prompt[] = [];

/** Starts to record. */
export function observeQuickInputs(): void {
  wrap(vscode.window, 'createInputBox', (original, args) => {
    const box = original(...args) as vscode.InputBox;
    return new CreatedPrompt(box, box).input;
  });
  wrap(vscode.window, 'createQuickPick', (original, args) => {
    const pick = original(...args) as vscode.QuickPick<vscode.QuickPickItem>;
    return new CreatedPrompt(pick, undefined).input;
  });
  wrap(vscode.window, 'showQuickPick', (original, [items, options, ...rest]) => {
    const prompt = new SimplePick(items as readonly vscode.QuickPickItem[], options as vscode.QuickPickOptions);
    const onDidSelectItem = (item: vscode.QuickPickItem) => {
      prompt.active = item.label;
    };
    const picked = original(items, { ...prompt.options, onDidSelectItem }, ...rest) as Promise<unknown>;
    prompts.push(prompt);
    const end = () => {
      prompt.isOpen = false;
    };
    picked.then(end, end);
    return picked;
  });
}

/** The input box that was shown last. */
export function lastInputBox(): vscode.InputBox | undefined {
  return prompts.findLast(({ box }) => box)?.box;
}

/** Created by `createInputBox` or `createQuickPick`. */
class CreatedPrompt implements Prompt {
  isOpen = false;
  private readonly buttonListeners: ((button: vscode.QuickInputButton) => unknown)[] = [];
  private readonly itemButtonListeners: ((event: vscode.QuickPickItemButtonEvent<vscode.QuickPickItem>) => unknown)[] =
    [];
  private readonly textListeners: ((text: string) => unknown)[] = [];

  constructor(
    readonly input: vscode.InputBox | vscode.QuickPick<vscode.QuickPickItem>,
    readonly box: vscode.InputBox | undefined,
  ) {
    type Wrapped = 'show' | 'onDidTriggerButton' | 'onDidTriggerItemButton' | 'onDidChangeValue';
    const owner = input as unknown as Record<Wrapped, unknown>;
    wrap(owner, 'show', (original, args) => {
      this.isOpen = true;
      prompts.push(this);
      return original(...args);
    });
    wrap(owner, 'onDidTriggerButton', (original, args) => {
      this.buttonListeners.push(args[0] as (button: vscode.QuickInputButton) => unknown);
      return original(...args);
    });
    if (!box) {
      wrap(owner, 'onDidTriggerItemButton', (original, args) => {
        this.itemButtonListeners.push(args[0] as (typeof this.itemButtonListeners)[number]);
        return original(...args);
      });
    }
    wrap(owner, 'onDidChangeValue', (original, args) => {
      this.textListeners.push(args[0] as (text: string) => unknown);
      return original(...args);
    });
    input.onDidHide(() => {
      this.isOpen = false;
    });
  }

  get title(): string {
    return this.input.title ?? '';
  }

  get items(): readonly vscode.QuickPickItem[] {
    return 'items' in this.input ? this.input.items : [];
  }

  get active(): string | undefined {
    return 'items' in this.input ? this.input.activeItems[0]?.label : undefined;
  }

  press(tooltip: string): void {
    const button = this.input.buttons.find((each) => each.tooltip === tooltip);
    if (!button) throw new Error(`${this.title} has no button ${tooltip}`);
    for (const listener of this.buttonListeners) listener(button);
  }

  pressBeside(label: string, tooltip: string): void {
    const item = this.items.find((each) => each.label === label);
    const button = item?.buttons?.find((each) => each.tooltip === tooltip);
    if (!item || !button) throw new Error(`${this.title} has no button ${tooltip} beside ${label}`);
    for (const listener of this.itemButtonListeners) listener({ item, button });
  }

  type(text: string): void {
    this.input.value = text;
    for (const listener of this.textListeners) listener(text);
  }
}

/** Created by `showQuickPick`. */
class SimplePick implements Prompt {
  readonly box = undefined;
  active: string | undefined;
  isOpen = true;

  constructor(
    readonly items: readonly vscode.QuickPickItem[],
    readonly options: vscode.QuickPickOptions = {},
  ) {}

  get title(): string {
    return this.options.title ?? '';
  }

  press(tooltip: string): void {
    throw new Error(`${this.title} has no button ${tooltip}`);
  }

  pressBeside(label: string, tooltip: string): void {
    throw new Error(`${this.title} has no button ${tooltip} beside ${label}`);
  }

  type(): void {
    throw new Error(`${this.title} does not accept text`);
  }
}
