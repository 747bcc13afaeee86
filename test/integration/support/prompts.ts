import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { eventually } from './eventually';
import { prompts, type Prompt } from './quickInputs';

/** What a person does with the prompt that is open. All is real but the keystrokes. */
export type Step = (prompt: Prompt) => Promise<void>;

/**
 * Runs something that asks, and takes one step after the other, each with the prompt that is open then. When a step fails,
 * all that is asked is left, so that what comes next begins without a prompt.
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

/** Writes a text into an input box, and accepts it. */
export function enter(text: string): Step {
  return async (prompt) => {
    boxOf(prompt).value = text;
    await pressUntil('Enter', () => !prompt.isOpen);
  };
}

/** Writes a text into an input box that does not accept it, and leaves the box open. */
export function enterInVain(text: string, complaint: RegExp): Step {
  return async (prompt) => {
    const box = boxOf(prompt);
    box.value = text;
    await eventually(async () => {
      await press('Enter');
      assert.match(complaintOf(box), complaint);
    });
    assert.ok(prompt.isOpen);
  };
}

/** Takes an item of a quick pick. */
export function choose(label: string): Step {
  return async (prompt) => {
    const labels = prompt.items.map((item) => item.label);
    assert.ok(labels.includes(label), `${prompt.title} has no ${label}, but ${labels.join(', ')}`);
    await eventually(async () => {
      if (prompt.active === label) return;
      // None is active before VS Code has drawn them.
      if (prompt.active !== undefined) await press('Down');
      await delay(20);
      assert.equal(prompt.active, label);
    });
    await pressUntil('Enter', () => !prompt.isOpen);
  };
}

/** Accepts the prompt as it is, with the items that are checked. */
export const accept: Step = (prompt) => pressUntil('Enter', () => !prompt.isOpen);

/** Presses a button in the title that leads elsewhere. */
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

/** Leaves the prompt, as Escape does. */
export const leave: Step = (prompt) => pressUntil('Escape', () => !prompt.isOpen);

/** Looks at the prompt and leaves it open. */
export function look(at: (prompt: Prompt) => void | Promise<void>): Step {
  return async (prompt) => {
    await at(prompt);
  };
}

/** What an input box says of its text. */
export function complaintOf({ validationMessage }: vscode.InputBox): string {
  return typeof validationMessage === 'string' ? validationMessage : (validationMessage?.message ?? '');
}

/** Runs a command, writes a text into the input box that it opens, and accepts it. */
export async function answerInputBox(text: string, start: () => Promise<void>): Promise<void> {
  await answer(start, enter(text));
}

/** Runs a command and leaves whatever it asks, as Escape does, until it has ended. */
export async function dismissAll(start: () => Promise<void>): Promise<void> {
  const running = watched(start());
  await pressUntil('Escape', () => running.ended);
  await running.promise;
}

/**
 * Presses a key again and again until the condition holds: VS Code opens prompts in its own time, and what comes before is
 * lost.
 */
async function pressUntil(key: keyof typeof KEYS, isDone: () => boolean): Promise<void> {
  await eventually(async () => {
    if (isDone()) return;
    await press(key);
    await delay(20);
    if (!isDone()) throw new Error(`nothing came of ${key} in a prompt`);
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
  assert.ok(box, `${title} is no input box`);
  return box;
}

/** Waits for a prompt that is open. */
async function openPrompt(running: Watched): Promise<Prompt> {
  return eventually(() => {
    const last = prompts.findLast(({ isOpen }) => isOpen);
    assert.ok(last, running.ended ? 'it has ended and asks for no more' : 'no prompt was opened');
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
