import * as vscode from 'vscode';

/** How long nothing is typed before the list follows. Milliseconds. */
const PAUSE_MS = 120;

/**
 * Asks for a text to filter by, and shows what it leaves while it is typed. Stays open while the person looks at the list.
 *
 * @param show is called with each text, after a pause in typing
 * @returns the text; undefined when the person leaves
 */
export async function askForFilter(
  { title, value }: { readonly title: string; readonly value: string },
  show: (text: string) => void,
): Promise<string | undefined> {
  const box = vscode.window.createInputBox();
  box.title = title;
  box.placeholder = vscode.l10n.t('Part of a name, a service provider id or a skill id');
  box.prompt = vscode.l10n.t('The list shows what has this text in it. Enter keeps the filter, Escape takes it back.');
  box.value = value;
  box.ignoreFocusOut = true;
  let pause: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve) => {
      box.onDidChangeValue((text) => {
        clearTimeout(pause);
        pause = setTimeout(() => {
          show(text);
        }, PAUSE_MS);
      });
      box.onDidAccept(() => {
        resolve(box.value);
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
