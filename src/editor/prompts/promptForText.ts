import * as vscode from 'vscode';
import type { ValidationResult } from '../../core/model/identifiers';
import { escapeIcons, escapeLinks } from './escapeUiText';

/** The user wants to go back one step. */
export const BACK = Symbol('back');

/** A button in the title of a prompt, which stays open. */
export interface PromptButton {
  readonly icon: string;
  readonly tooltip: string;
  readonly run: () => unknown;
}

interface TextInput {
  readonly title: string;
  readonly prompt: string;
  readonly placeholder?: string;
  readonly value?: string;
  /** Masks the input. */
  readonly secret?: boolean;
  /** The position of this step, from 1. */
  readonly step?: { readonly number: number; readonly of: number };
  readonly buttons?: readonly PromptButton[];
  /**
   * Called at each keystroke and at the end; its value is the result of the prompt. What it says of a usable text is shown
   * below the box, unless there is a warning.
   */
  readonly check: (text: string) => ValidationResult & { readonly note?: string };
}

/**
 * Asks for one line of text. If the check finds an ID inside a longer text, a button replaces the text with it. Stays
 * open without focus, because users often copy the text from elsewhere.
 *
 * @returns the checked value; undefined if the user leaves; {@link BACK} if they go back one step
 */
export async function promptForText(input: TextInput): Promise<string | typeof BACK | undefined> {
  const box = vscode.window.createInputBox();
  box.title = input.title;
  box.prompt = escapeUiText(input.prompt);
  box.placeholder = input.placeholder ?? '';
  box.value = input.value ?? '';
  box.password = input.secret ?? false;
  box.ignoreFocusOut = true;
  if (input.step) {
    box.step = input.step.number;
    box.totalSteps = input.step.of;
  }
  let buttons = toQuickInputButtons([]);
  let offered: string | undefined;
  const showButtons = (suggestion: string | undefined) => {
    offered = suggestion;
    const use = suggestion === undefined ? [] : [useButton(suggestion)];
    buttons = toQuickInputButtons([...use, ...(input.buttons ?? [])]);
    const back = input.step && input.step.number > 1 ? [vscode.QuickInputButtons.Back] : [];
    box.buttons = [...back, ...buttons.all];
  };
  const useButton = (suggestion: string): PromptButton => ({
    icon: 'lightbulb',
    tooltip: vscode.l10n.t('Use {0}', suggestion),
    run: () => {
      box.value = suggestion;
      show(input.check(suggestion));
    },
  });
  const message = (text: string, severity: vscode.InputBoxValidationSeverity) => ({
    message: escapeUiText(text),
    severity,
  });
  const { Info, Warning, Error } = vscode.InputBoxValidationSeverity;
  const show = (check: ReturnType<TextInput['check']>) => {
    if (check.suggestion !== offered) showButtons(check.suggestion);
    if (!check.ok) box.validationMessage = message(check.problem, Error);
    else if (check.warning !== undefined) box.validationMessage = message(check.warning, Warning);
    else box.validationMessage = check.note === undefined ? undefined : message(check.note, Info);
  };
  showButtons(undefined);
  try {
    return await new Promise((resolve) => {
      box.onDidChangeValue((text) => {
        show(input.check(text));
        // An empty box is the initial state, not an error.
        if (text === '') box.validationMessage = undefined;
      });
      box.onDidAccept(() => {
        const check = input.check(box.value);
        if (check.ok) resolve(check.value);
        else show(check);
      });
      box.onDidTriggerButton((button) => {
        if (button === vscode.QuickInputButtons.Back) resolve(BACK);
        else buttons.onTrigger(button);
      });
      box.onDidHide(() => {
        resolve(undefined);
      });
      box.show();
    });
  } finally {
    box.dispose();
  }
}

/** Returns the buttons for VS Code, and what to call when one is pressed. */
export function toQuickInputButtons(buttons: readonly PromptButton[]): {
  readonly all: readonly vscode.QuickInputButton[];
  readonly onTrigger: (pressed: vscode.QuickInputButton) => void;
} {
  const all = buttons.map(({ icon, tooltip }) => ({ iconPath: new vscode.ThemeIcon(icon), tooltip }));
  return { all, onTrigger: (pressed) => void buttons[all.indexOf(pressed as (typeof all)[number])]?.run() };
}

/** VS Code draws icons and links in all texts of an input box except the title. */
function escapeUiText(text: string): string {
  return escapeLinks(escapeIcons(text));
}
