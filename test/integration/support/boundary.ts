/**
 * The boundary between the extension and VS Code, with somebody who writes down what passes. The extension exports
 * nothing, so what it hands to VS Code is all that can be seen of it: its tree, its messages, its context keys.
 *
 * This works because VS Code gives one `vscode` object to each extension, and takes these tests for a part of this one:
 * they are compiled into its folder. Everything is still passed on to VS Code, but for the answers of `answerNextModal`.
 */
import * as vscode from 'vscode';

interface Message {
  readonly severity: 'information' | 'warning' | 'error';
  readonly text: string;
  readonly modal: boolean;
  readonly detail: string;
  readonly buttons: readonly string[];
}

export const VIEW = 'alexaNetworkMapping.serviceProviders';

export const registeredCommands = new Set<string>();
/** Every context key that was set, and every value it was given. */
export const contextValues = new Map<string, Set<string>>();
/** The value that each context key has now. */
export const context = new Map<string, unknown>();
export const serializers = new Map<string, vscode.WebviewPanelSerializer>();
export const messages: Message[] = [];
/** The address of each request that was begun, whatever became of it. */
export const requested: string[] = [];
const trees = new Map<string, vscode.TreeDataProvider<unknown>>();
const inputBoxes: vscode.InputBox[] = [];
const modalAnswers: string[] = [];

type AnyFunction = (...args: unknown[]) => unknown;

/** Puts `around` around a function of VS Code's. */
function wrap<Name extends string>(
  module: Record<Name, unknown>,
  name: Name,
  around: (original: AnyFunction, args: readonly unknown[]) => unknown,
): void {
  const original = module[name] as AnyFunction;
  const value: AnyFunction = (...args) => around(original, args);
  Object.defineProperty(module, name, { ...Object.getOwnPropertyDescriptor(module, name), value });
}

/** Begins to write down. To be called before the extension is activated. */
export function observe(): void {
  wrap(vscode.commands, 'registerCommand', (original, args) => {
    registeredCommands.add(args[0] as string);
    return original(...args);
  });
  wrap(vscode.commands, 'executeCommand', (original, args) => {
    const [command, key, value] = args;
    if (command === 'setContext') {
      context.set(key as string, value);
      contextValues.set(key as string, (contextValues.get(key as string) ?? new Set()).add(value as string));
    }
    return original(...args);
  });
  wrap(globalThis, 'fetch', (original, args) => {
    const url = args[0] instanceof Request ? args[0].url : String(args[0]);
    if (url.includes('/v1/communications/')) requested.push(url);
    return original(...args);
  });
  wrap(vscode.window, 'createTreeView', (original, args) => {
    const [id, { treeDataProvider }] = args as readonly [string, vscode.TreeViewOptions<unknown>];
    trees.set(id, treeDataProvider);
    return original(...args);
  });
  wrap(vscode.window, 'createInputBox', (original, args) => {
    const box = original(...args) as vscode.InputBox;
    inputBoxes.push(box);
    return box;
  });
  wrap(vscode.window, 'registerWebviewPanelSerializer', (original, args) => {
    const [viewType, serializer] = args as readonly [string, vscode.WebviewPanelSerializer];
    serializers.set(viewType, serializer);
    return original(...args);
  });
  for (const severity of ['information', 'warning', 'error'] as const) {
    const name = (
      { information: 'showInformationMessage', warning: 'showWarningMessage', error: 'showErrorMessage' } as const
    )[severity];
    wrap(vscode.window, name, (original, args) => {
      const message = readMessage(severity, args);
      messages.push(message);
      const answer = message.modal ? modalAnswers.shift() : undefined;
      return answer === undefined ? original(...args) : Promise.resolve(answer);
    });
  }
}

function readMessage(severity: Message['severity'], [text, ...rest]: readonly unknown[]): Message {
  const options = rest.find((each) => typeof each === 'object') as vscode.MessageOptions | undefined;
  return {
    severity,
    text: text as string,
    modal: options?.modal ?? false,
    detail: options?.detail ?? '',
    buttons: rest.filter((each) => typeof each === 'string'),
  };
}

/** The tree that the extension has given to VS Code for a view. */
export function treeOf(view: string): vscode.TreeDataProvider<unknown> {
  const tree = trees.get(view);
  if (!tree) throw new Error(`nothing was given to VS Code for the view ${view}`);
  return tree;
}

/** Answers the next modal dialog in a person's place. VS Code refuses to show any while tests run. */
export function answerNextModal(button: string): void {
  modalAnswers.push(button);
}

/** The input box that the extension has opened last. */
export function lastInputBox(): vscode.InputBox | undefined {
  return inputBoxes.at(-1);
}

export function forgetMessages(): void {
  messages.length = 0;
  modalAnswers.length = 0;
}
