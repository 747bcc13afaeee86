import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { DONE, type Command } from './command';

/** VS Code finds the file of a new log within a second or two. */
const FOUND_WITHIN_MS = 5_000;
const LOOK_EVERY_MS = 250;

/** Opens the log of requests. */
export const showLog: Command = {
  id: 'showLog',
  async run(_invocation, { log }) {
    const isShown = () =>
      vscode.window.visibleTextEditors.some(
        ({ document: { uri } }) => uri.scheme === 'output' && uri.path.includes(log.name),
      );
    // Until VS Code has found the file of a log it shows nothing and says nothing, and this may be what has begun the log.
    for (const deadline = Date.now() + FOUND_WITHIN_MS; Date.now() < deadline;) {
      log.show();
      await delay(LOOK_EVERY_MS);
      if (isShown()) break;
    }
    return DONE;
  },
};
