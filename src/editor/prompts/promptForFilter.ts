import * as vscode from 'vscode';
import { searchProblem } from '../../core/model/identifiers';

/** How long after the last keystroke the list is filtered. Milliseconds. */
const PAUSE_MS = 120;

/**
 * Asks for a filter text, and applies it while typing. Stays open while the user looks at the list. Rejects secrets,
 * because a filter is stored in plain text.
 *
 * @param show called with each text, after a pause in typing
 * @returns the text; undefined if the user leaves
 */
export async function promptForFilter(
  { title, value }: { readonly title: string; readonly value: string },
  show: (text: string) => void,
): Promise<string | undefined> {
  const box = vscode.window.createInputBox();
  box.title = title;
  box.placeholder = vscode.l10n.t('Part of a name, a service provider ID or a skill ID');
  box.prompt = vscode.l10n.t('Matches name, ID, or skill.');
  box.value = value;
  box.ignoreFocusOut = true;
  let pause: NodeJS.Timeout | undefined;
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
    box.dispose();
  }
}
