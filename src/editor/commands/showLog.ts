import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { SUCCEEDED, type Command } from '../commandRunner/command';

/** VS Code registers the file of a new log within a second or two. */
const MAX_ATTEMPTS = 20;
const ATTEMPT_MS = 250;

/** Opens the log. */
export const showLog: Command<'showLog'> = {
  async run(_call, { log }) {
    // Until VS Code has registered the file of a log, it shows nothing and reports no error. A window that has just
    // started may not be that far, though the file exists.
    for (let attempts = 0; attempts < MAX_ATTEMPTS && !(await shows(log)); attempts++);
    return SUCCEEDED;
  },
};

async function shows(log: vscode.LogOutputChannel): Promise<boolean> {
  const isShown = (editors: readonly vscode.TextEditor[]) =>
    editors.some(({ document: { uri } }) => uri.scheme === 'output' && uri.path.includes(log.name));
  let subscription: vscode.Disposable | undefined;
  const shown = new Promise<boolean>((resolve) => {
    subscription = vscode.window.onDidChangeVisibleTextEditors((editors) => {
      if (isShown(editors)) resolve(true);
    });
  });
  log.show();
  const since = delay(ATTEMPT_MS).then(() => isShown(vscode.window.visibleTextEditors));
  try {
    return await Promise.race([shown, since]);
  } finally {
    subscription?.dispose();
  }
}
