/**
 * Records what the extension passes to VS Code: its tree, messages, context keys and so on. The extension has no exports, so this
 * is all that tests can observe.
 *
 * This works because VS Code creates one `vscode` object per extension, and treats these tests as part of this extension: they are
 * compiled into its folder. All calls are still passed on to VS Code, except those answered by `answerNextModal` and the URLs to
 * open in a browser, which the tests request themselves.
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
  /** Presses a button of a message that is not modal. */
  press(button: string): void;
}

/** A progress notification. */
interface ProgressNotification {
  readonly title: string;
  /** The current progress message. */
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
/** The names of the language model tools. */
export const registeredTools = new Set<string>();
/** Every context key that was set, with all its values. */
export const contextValues = new Map<string, Set<string>>();
/** The current value of each context key. */
export const context = new Map<string, unknown>();
export const serializers = new Map<string, vscode.WebviewPanelSerializer>();
/** The last panel of each type that the extension or a test has created. */
export const panels = new Map<string, vscode.WebviewPanel>();
/** Since {@link clearMessages}. */
export const messages: Message[] = [];
/** Since the start. */
export const allMessages: Message[] = [];
/** Since {@link clearMessages}. */
export const progressNotifications: ProgressNotification[] = [];
/** What VS Code was told to ask before a call of a language model tool, since {@link clearMessages}. */
export const toolConfirmations: { readonly title: string; readonly message: string }[] = [];
/** The URL of each request that was started, whatever its result. */
export const requested: string[] = [];
/** The URL of each page to open in a browser. */
export const opened: string[] = [];
const views = new Map<string, CreatedView>();
const modalAnswers: string[] = [];
let registeredProvider: vscode.AuthenticationProvider | undefined;

/** Starts to record. Call it before the extension is activated. */
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
  wrap(vscode.window, 'createWebviewPanel', (original, args) => {
    const panel = original(...args) as vscode.WebviewPanel;
    panels.set(args[0] as string, panel);
    return panel;
  });
  wrap(vscode.authentication, 'registerAuthenticationProvider', (original, args) => {
    registeredProvider = args[2] as vscode.AuthenticationProvider;
    return original(...args);
  });
  wrap(vscode.env, 'openExternal', (_original, [target]) => {
    // As VS Code passes a `Uri` to the operating system.
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
  wrap(vscode.lm, 'registerTool', (original, args) => {
    const [name, tool] = args as Parameters<typeof vscode.lm.registerTool<unknown>>;
    registeredTools.add(name);
    // Without a dialog, VS Code takes what it asks for confirmed while tests run.
    const prepareInvocation: typeof tool.prepareInvocation = async (...call) => {
      const prepared = await tool.prepareInvocation?.(...call);
      const asked = prepared?.confirmationMessages;
      if (asked)
        toolConfirmations.push({ title: asked.title, message: (asked.message as vscode.MarkdownString).value });
      return prepared;
    };
    return original(name, { ...tool, prepareInvocation });
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

/** The authentication provider that the extension has registered. */
export function authenticationProvider(): vscode.AuthenticationProvider {
  if (!registeredProvider) throw new Error('no authentication provider was registered');
  return registeredProvider;
}

/**
 * Makes the extension detect a remote or a local window. Must be set by each test that depends on it: it persists for the rest of
 * the run, and the tests run in either kind of window.
 */
export function setRemote(isRemote: boolean): void {
  Object.defineProperty(vscode.env, 'remoteName', { value: isRemote ? 'ssh-remote' : undefined, configurable: true });
  Object.defineProperty(vscode.env, 'uiKind', { value: vscode.UIKind.Desktop, configurable: true });
}

/** A view, and the options that the extension created it with. */
export function createdView(id: string): CreatedView {
  const created = views.get(id);
  if (!created) throw new Error(`the view ${id} was not created`);
  return created;
}

/** The tree data provider of a view. */
export function treeProvider(id: string): vscode.TreeDataProvider<unknown> {
  return createdView(id).options.treeDataProvider;
}

/** Answers the next modal dialog. VS Code shows none while tests run. */
export function answerNextModal(button: string): void {
  modalAnswers.push(button);
}

export function clearMessages(): void {
  messages.length = 0;
  progressNotifications.length = 0;
  toolConfirmations.length = 0;
  modalAnswers.length = 0;
}
