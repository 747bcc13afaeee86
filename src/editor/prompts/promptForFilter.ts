import * as vscode from 'vscode';
import { Coalescer } from '../../core/async/coalescer';
import { searchProblem } from '../../core/model/identifiers';

/** How long after the last keystroke the list is filtered. Milliseconds. */
const PAUSE_MS = 120;

/** The least time between two hints while many rows change. Milliseconds. */
const HINT_REST_MS = 250;

/**
 * Asks for a filter text, and applies it while typing. Stays open while the user looks at the list. Rejects secrets,
 * because a filter is stored in plain text.
 *
 * @param show called with each text, after a pause in typing
 * @param hint what a filter matches now, and an event that it may have changed
 * @returns the text; undefined if the user leaves
 */
export async function promptForFilter(
  { title, value }: { readonly title: string; readonly value: string },
  show: (text: string) => void,
  hint: { readonly text: () => string; readonly onDidChange: (listener: () => void) => vscode.Disposable },
): Promise<string | undefined> {
  const box = vscode.window.createInputBox();
  box.title = title;
  box.placeholder = vscode.l10n.t('Part of a name, a service provider ID or a skill ID');
  box.prompt = hint.text();
  box.value = value;
  box.ignoreFocusOut = true;
  let pause: NodeJS.Timeout | undefined;
  const hints = new Coalescer(() => {
    box.prompt = hint.text();
    return HINT_REST_MS;
  });
  const subscription = hint.onDidChange(() => {
    hints.request();
  });
  try {
    return await new Promise((resolve) => {
      box.onDidChangeValue((text) => {
        clearTimeout(pause);
        const problem = searchProblem(text);
        box.validationMessage = problem;
        if (problem !== undefined) return;
        pause = setTimeout(() => {
          show(text);
        }, PAUSE_MS);
      });
      box.onDidAccept(() => {
        const problem = searchProblem(box.value);
        if (problem === undefined) resolve(box.value);
        else box.validationMessage = problem;
      });
      box.onDidHide(() => {
        resolve(undefined);
      });
      box.show();
    });
  } finally {
    clearTimeout(pause);
    subscription.dispose();
    hints.dispose();
    box.dispose();
  }
}
