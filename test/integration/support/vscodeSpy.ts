/**
 * The boundary between the extension and VS Code, with somebody who writes down what passes. The extension exports
 * nothing, so what it hands to VS Code is all that can be seen of it: its tree, its messages, its context keys.
 *
 * This works because VS Code gives one `vscode` object to each extension, and takes these tests for a part of this one:
 * they are compiled into its folder. Everything is still passed on to VS Code, but for the answers of `answerNextModal`, and
 * for the addresses that are to be opened in a browser: the tests are that browser.
 */
import * as vscode from 'vscode';
import { observeQuickInputs } from './quickInputs';
import { wrap } from './wrap';

interface Message {
  readonly severity: 'information' | 'warning' | 'error';
  readonly text: string;
  readonly modal: boolean;
  readonly detail: string;
  readonly buttons: readonly string[];
  /** Presses a button of a message that is no dialog. */
  press(button: string): void;
}

/** A notification that shows how something goes on. */
interface ProgressNotification {
  readonly title: string;
  /** What it says besides, at the moment. */
  readonly message: string;
  readonly isOpen: boolean;
  /** Presses Cancel. */
  cancel(): void;
}

interface CreatedView {
  readonly view: vscode.TreeView<unknown>;
  readonly options: vscode.TreeViewOptions<unknown>;
}

export const VIEW = 'alexaNetworkMapping.serviceProviders';

export const registeredCommands = new Set<string>();
/** Every context key that was set, and every value it was given. */
export const contextValues = new Map<string, Set<string>>();
/** The value that each context key has now. */
export const context = new Map<string, unknown>();
export const serializers = new Map<string, vscode.WebviewPanelSerializer>();
/** Since {@link clearMessages}. */
export const messages: Message[] = [];
/** From the beginning. */
export const allMessages: Message[] = [];
/** Since {@link clearMessages}. */
export const progressNotifications: ProgressNotification[] = [];
/** The address of each request that was begun, whatever became of it. */
export const requested: string[] = [];
/** The address of each page that a browser was to open. */
export const opened: string[] = [];
const views = new Map<string, CreatedView>();
const modalAnswers: string[] = [];
let registeredProvider: vscode.AuthenticationProvider | undefined;

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
    if (/\/v1\/communications\/|\/auth\/o2\/token$/.test(url)) requested.push(url);
    return original(...args);
  });
  wrap(vscode.window, 'createTreeView', (original, args) => {
    const [id, options] = args as readonly [string, vscode.TreeViewOptions<unknown>];
    const view = original(...args) as vscode.TreeView<unknown>;
    views.set(id, { view, options });
    return view;
  });
  wrap(vscode.authentication, 'registerAuthenticationProvider', (original, args) => {
    registeredProvider = args[2] as vscode.AuthenticationProvider;
    return original(...args);
  });
  wrap(vscode.env, 'openExternal', (_original, [target]) => {
    // As VS Code hands a `Uri` to the system.
    opened.push(encodeURI((target as vscode.Uri).toString(true)));
    return Promise.resolve(true);
  });
  wrap(vscode.window, 'withProgress', (original, args) => {
    const [options, task] = args as Parameters<typeof vscode.window.withProgress>;
    if (options.location !== vscode.ProgressLocation.Notification) return original(...args);
    const stop = new vscode.CancellationTokenSource();
    const shown = {
      title: options.title ?? '',
      message: '',
      isOpen: true,
      cancel: () => {
        stop.cancel();
      },
    };
    progressNotifications.push(shown);
    const observed: typeof task = async (progress, token) => {
      token.onCancellationRequested(shown.cancel);
      const report = (step: { message?: string; increment?: number }) => {
        shown.message = step.message ?? shown.message;
        progress.report(step);
      };
      try {
        return await task({ report }, stop.token);
      } finally {
        shown.isOpen = false;
      }
    };
    return original(options, observed);
  });
  observeQuickInputs();
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
      let press: (button: string) => void = () => undefined;
      const pressed = new Promise<string>((resolve) => {
        press = resolve;
      });
      const message = readMessage(severity, args, press);
      messages.push(message);
      allMessages.push(message);
      const answer = message.modal ? modalAnswers.shift() : undefined;
      return answer === undefined ? Promise.race([original(...args), pressed]) : Promise.resolve(answer);
    });
  }
}

function readMessage(
  severity: Message['severity'],
  [text, ...rest]: readonly unknown[],
  press: Message['press'],
): Message {
  const options = rest.find((each) => typeof each === 'object') as vscode.MessageOptions | undefined;
  return {
    severity,
    text: text as string,
    modal: options?.modal ?? false,
    detail: options?.detail ?? '',
    buttons: rest.filter((each) => typeof each === 'string'),
    press,
  };
}

/** Login with Amazon as the extension has given it to VS Code. */
export function authenticationProvider(): vscode.AuthenticationProvider {
  if (!registeredProvider) throw new Error('no authentication provider was given to VS Code');
  return registeredProvider;
}

/**
 * Where the extension believes to run: on another machine than the browser, or on the same one. Lasts for the rest of the
 * run, as these tests run in a window of either sort.
 */
export function setRemote(elsewhere: boolean): void {
  Object.defineProperty(vscode.env, 'remoteName', { value: elsewhere ? 'ssh-remote' : undefined, configurable: true });
  Object.defineProperty(vscode.env, 'uiKind', { value: vscode.UIKind.Desktop, configurable: true });
}

/** A view, and what the extension has made it with. */
export function createdView(id: string): CreatedView {
  const created = views.get(id);
  if (!created) throw new Error(`nothing was given to VS Code for the view ${id}`);
  return created;
}

/** The tree that the extension has given to VS Code for a view. */
export function treeProvider(id: string): vscode.TreeDataProvider<unknown> {
  return createdView(id).options.treeDataProvider;
}

/** Answers the next modal dialog in a person's place. VS Code refuses to show any while tests run. */
export function answerNextModal(button: string): void {
  modalAnswers.push(button);
}

export function clearMessages(): void {
  messages.length = 0;
  progressNotifications.length = 0;
  modalAnswers.length = 0;
}
