import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { SUCCEEDED, type Command } from '../commandRunner/command';

/** VS Code finds the file of a new log within a second or two. */
const MOST_TRIES = 20;
const TRY_EVERY_MS = 250;

/** Opens the request log. */
export const showLog: Command<'showLog'> = {
  async run(_call, { log }) {
    // Retry: until VS Code has found the file of a log, it shows nothing and reports no error, and this command may
    // just have created the log.
    for (let tries = 0; tries < MOST_TRIES && !(await shows(log)); tries++);
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
  const since = delay(TRY_EVERY_MS).then(() => isShown(vscode.window.visibleTextEditors));
  try {
    return await Promise.race([shown, since]);
  } finally {
    subscription?.dispose();
  }
}
