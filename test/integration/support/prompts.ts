import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import * as boundary from './boundary';
import { eventually } from './eventually';

/**
 * Does something to the quick pick or input box that is open, again and again until the condition holds: VS Code opens
 * them in its own time, and what comes before is lost.
 */
async function pressUntil(key: 'Enter' | 'Escape', isDone: () => boolean): Promise<void> {
  const command = { Enter: 'acceptSelectedQuickOpenItem', Escape: 'closeQuickOpen' }[key];
  await eventually(async () => {
    if (isDone()) return;
    await vscode.commands.executeCommand(`workbench.action.${command}`);
    await delay(20);
    if (!isDone()) throw new Error(`nothing came of ${key} in a prompt`);
  });
}

/** Runs a command, writes a text into the input box that it opens, and accepts it: all is real but the keystrokes. */
export async function answerInputBox(text: string, start: () => Promise<void>): Promise<void> {
  const earlier = boundary.lastInputBox();
  const running = watched(start());
  const box = await eventually(() => {
    const last = boundary.lastInputBox();
    if (!last || last === earlier) throw new Error('no input box was opened');
    return last;
  });
  box.value = text;
  await pressUntil('Enter', running.hasEnded);
  await running.promise;
}

/** Chooses the first item of the quick pick that is open, after which the command opens an input box. */
export async function chooseFirst(): Promise<void> {
  const earlier = boundary.lastInputBox();
  await pressUntil('Enter', () => boundary.lastInputBox() !== earlier);
}

/** Runs a command and leaves whatever it asks, as Escape does, until it has ended. */
export async function dismissAll(start: () => Promise<void>): Promise<void> {
  const running = watched(start());
  await pressUntil('Escape', running.hasEnded);
  await running.promise;
}

function watched(promise: Promise<void>): { readonly promise: Promise<void>; readonly hasEnded: () => boolean } {
  let ended = false;
  const end = () => {
    ended = true;
  };
  promise.then(end, end);
  return { promise, hasEnded: () => ended };
}
