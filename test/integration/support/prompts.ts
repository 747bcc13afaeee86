import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { eventually } from './eventually';
import { prompts, type Prompt } from './quickInputs';

/** An action of the user in the open prompt. Only the keystrokes are simulated. */
export type Step = (prompt: Prompt) => Promise<void>;

/**
 * Starts an operation that prompts the user, and runs the steps one after the other, each with the prompt that is open then. If a
 * step fails, dismisses all prompts, so that the next test starts without one.
 */
export async function answer(start: () => Promise<void>, ...steps: readonly Step[]): Promise<void> {
  const running = watched(start());
  try {
    for (const step of steps) await step(await openPrompt(running));
  } catch (error) {
    await pressUntil('Escape', () => running.ended && !prompts.some(({ isOpen }) => isOpen));
    throw error;
  }
  await running.promise;
}

/** Enters text in an input box, and accepts it. */
export function enter(text: string): Step {
  return async (prompt) => {
    boxOf(prompt).value = text;
    await pressUntil('Enter', () => !prompt.isOpen);
  };
}

/** Enters text that an input box rejects, and leaves the box open. */
export function enterInVain(text: string, expected: RegExp): Step {
  return async (prompt) => {
    const box = boxOf(prompt);
    box.value = text;
    await eventually(async () => {
      await press('Enter');
      assert.match(validationMessageOf(box), expected);
    });
    assert.ok(prompt.isOpen);
  };
}

/** Picks an item of a quick pick. */
export function choose(label: string): Step {
  return async (prompt) => {
    const labels = prompt.items.map((item) => item.label);
    assert.ok(labels.includes(label), `${prompt.title} has no ${label}, but ${labels.join(', ')}`);
    await eventually(async () => {
      if (prompt.active === label) return;
      // No item is active before VS Code has rendered them.
      if (prompt.active !== undefined) await press('Down');
      await delay(20);
      assert.equal(prompt.active, label);
    });
    await pressUntil('Enter', () => !prompt.isOpen);
  };
}

/** Accepts the prompt, with the items that are checked. */
export const accept: Step = (prompt) => pressUntil('Enter', () => !prompt.isOpen);

/** Presses a title button that closes the prompt. */
export function turnAway(tooltip: string): Step {
  return async (prompt) => {
    prompt.press(tooltip);
    await eventually(() => {
      assert.equal(prompt.isOpen, false);
    });
  };
}

/** Goes back to the prompt before this one. */
export const goBack: Step = (prompt) => pressUntil('Back', () => !prompt.isOpen);

/** Dismisses the prompt, as Escape does. */
export const leave: Step = (prompt) => pressUntil('Escape', () => !prompt.isOpen);

/** Checks the prompt and leaves it open. */
export function look(check: (prompt: Prompt) => void | Promise<void>): Step {
  return async (prompt) => {
    await check(prompt);
  };
}

/** The validation message of an input box. */
export function validationMessageOf({ validationMessage }: vscode.InputBox): string {
  return typeof validationMessage === 'string' ? validationMessage : (validationMessage?.message ?? '');
}

/** Runs a command, enters text in the input box that it opens, and accepts it. */
export async function answerInputBox(text: string, start: () => Promise<void>): Promise<void> {
  await answer(start, enter(text));
}

/** Runs a command and dismisses its prompts, as Escape does, until it has ended. */
export async function dismissAll(start: () => Promise<void>): Promise<void> {
  const running = watched(start());
  await pressUntil('Escape', () => running.ended);
  await running.promise;
}

/**
 * Presses a key repeatedly until the condition is met: VS Code opens prompts asynchronously, and ignores keys before that.
 */
async function pressUntil(key: keyof typeof KEYS, isDone: () => boolean): Promise<void> {
  await eventually(async () => {
    if (isDone()) return;
    await press(key);
    await delay(20);
    if (!isDone()) throw new Error(`${key} had no effect in a prompt`);
  });
}

const KEYS = {
  Enter: 'acceptSelectedQuickOpenItem',
  Escape: 'closeQuickOpen',
  Down: 'quickOpenSelectNext',
  Back: 'quickInputBack',
} as const;

async function press(key: keyof typeof KEYS): Promise<void> {
  await vscode.commands.executeCommand(`workbench.action.${KEYS[key]}`);
}

function boxOf({ box, title }: Prompt): vscode.InputBox {
  assert.ok(box, `${title} is not an input box`);
  return box;
}

/** Waits for a prompt that is open. */
async function openPrompt(running: Watched): Promise<Prompt> {
  return eventually(() => {
    const last = prompts.findLast(({ isOpen }) => isOpen);
    assert.ok(last, running.ended ? 'the operation has ended without a further prompt' : 'no prompt was opened');
    return last;
  });
}

interface Watched {
  readonly promise: Promise<void>;
  readonly ended: boolean;
}

function watched(promise: Promise<void>): Watched {
  const running = { promise, ended: false };
  const end = () => {
    running.ended = true;
  };
  promise.then(end, end);
  return running;
}
