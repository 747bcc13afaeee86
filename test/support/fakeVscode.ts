/**
 * The part of `vscode` that commands use, in memory. The unit tests have it in the place of the module. A scripted user answers
 * each prompt; an unexpected prompt, and an answer that no prompt asks for, fail the test.
 */
import { EventEmitter as NodeEmitter } from 'node:events';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { contributes } from '../../package.json';
import { unexpected } from './unexpected';

/** The settings as the manifest declares them. */
const DEFAULTS = Object.fromEntries(
  Object.entries(contributes.configuration.properties).map(([key, setting]) => [key, setting.default]),
);

type Listener<T> = (value: T) => unknown;

export class Disposable {
  constructor(private readonly end: () => void = () => undefined) {}

  dispose(): void {
    this.end();
  }

  static from(...all: readonly { dispose(): unknown }[]): Disposable {
    return new Disposable(() => {
      for (const each of all) each.dispose();
    });
  }
}

export class EventEmitter<T> {
  private readonly emitter = new NodeEmitter();

  readonly event = (listener: Listener<T>): Disposable => {
    this.emitter.on('event', listener);
    return new Disposable(() => this.emitter.off('event', listener));
  };

  fire(value: T): void {
    this.emitter.emit('event', value);
  }

  dispose(): void {
    this.emitter.removeAllListeners();
  }
}

export class ThemeColor {
  constructor(readonly id: string) {}
}

export class ThemeIcon {
  constructor(
    readonly id: string,
    readonly color?: ThemeColor,
  ) {}
}

export const TreeItemCollapsibleState = { None: 0, Collapsed: 1, Expanded: 2 } as const;

export class TreeItem {
  constructor(
    readonly label: string,
    readonly collapsibleState: number = TreeItemCollapsibleState.None,
  ) {}
}

export class MarkdownString {
  isTrusted?: boolean | { readonly enabledCommands: readonly string[] };
  supportHtml = false;

  constructor(readonly value: string) {}
}

export class Position {
  constructor(
    readonly line: number,
    readonly character: number,
  ) {}
}

export class Range {
  constructor(
    readonly start: Position,
    readonly end: Position,
  ) {}
}

export class CancellationError extends Error {}

export class LanguageModelTextPart {
  constructor(readonly value: string) {}
}

export class LanguageModelToolResult {
  constructor(readonly content: readonly unknown[]) {}
}

/** A token that a test can cancel. */
export class CancellationTokenSource {
  private readonly canceled = new EventEmitter<void>();
  readonly token = { isCancellationRequested: false, onCancellationRequested: this.canceled.event };

  cancel(): void {
    this.token.isCancellationRequested = true;
    this.canceled.fire();
  }
}

export class TabInputText {
  constructor(readonly uri: Uri) {}
}

export class TabInputTextDiff {
  constructor(
    readonly original: Uri,
    readonly modified: Uri,
  ) {}
}

export class TabInputWebview {
  constructor(readonly viewType: string) {}
}

export class FileSystemError extends Error {}

export class Uri {
  private constructor(readonly path: string) {}

  /** Of a file, unless the address says otherwise. */
  get scheme(): string {
    return /^(\w+):/.exec(this.path)?.[1] ?? 'file';
  }

  get fsPath(): string {
    return this.path;
  }

  static file(name: string): Uri {
    return new Uri(name);
  }

  static joinPath(base: Uri, ...parts: string[]): Uri {
    return new Uri(path.posix.join(base.path, ...parts));
  }

  static parse(address: string): Uri {
    return new Uri(address);
  }

  toString(): string {
    return this.path;
  }
}

export class WorkspaceEdit {
  readonly replaced: { readonly uri: Uri; readonly range: Range; readonly text: string }[] = [];

  replace(uri: Uri, range: Range, text: string): void {
    this.replaced.push({ uri, range, text });
  }
}

export const CodeActionKind = { QuickFix: 'quickfix' } as const;

export class CodeAction {
  diagnostics: readonly Diagnostic[] = [];
  edit?: WorkspaceEdit;
  command?: { readonly command: string; readonly arguments: readonly unknown[] };

  constructor(
    readonly title: string,
    readonly kind: string,
  ) {}
}

export const CompletionItemKind = { Value: 11 } as const;

export class CompletionItem {
  detail = '';
  insertText = '';
  filterText = '';
  range?: Range;

  constructor(
    readonly label: string,
    readonly kind: number,
  ) {}
}

export class Hover {
  constructor(
    readonly contents: MarkdownString,
    readonly range: Range,
  ) {}
}

export class CodeLens {
  constructor(
    readonly range: Range,
    readonly command: { readonly title: string; readonly command: string; readonly arguments?: readonly unknown[] },
  ) {}
}

export class Diagnostic {
  source = '';
  code: unknown;

  constructor(
    readonly range: Range,
    readonly message: string,
    readonly severity: number,
  ) {}
}

export const DiagnosticSeverity = { Error: 0, Warning: 1, Information: 2, Hint: 3 } as const;
export const FileType = { Unknown: 0, File: 1, Directory: 2 } as const;

/** A document of an editor, with edits that may not be saved. */
class TextDocument {
  isDirty = false;
  version = 1;

  constructor(
    readonly uri: Uri,
    public text: string,
  ) {}

  getText(range?: Range): string {
    return range ? this.text.slice(this.offsetAt(range.start), this.offsetAt(range.end)) : this.text;
  }

  offsetAt({ line, character }: Position): number {
    const before = this.text.split('\n').slice(0, line);
    return before.reduce((sum, each) => sum + each.length + 1, 0) + character;
  }

  /** Saves it, unless {@link OpenFolder.refusesToSave}. */
  save(): Promise<boolean> {
    if (openFolder.refusesToSave) return Promise.resolve(false);
    this.isDirty = false;
    openFolder.documentChanged.fire({ document: this });
    return Promise.resolve(true);
  }

  positionAt(offset: number): Position {
    const before = this.text.slice(0, offset).split('\n');
    return new Position(before.length - 1, before.at(-1)?.length ?? 0);
  }
}

interface ActionProvider {
  provideCodeActions(
    document: TextDocument,
    range: Range,
    context: { readonly diagnostics: readonly Diagnostic[] },
  ): readonly CodeAction[];
}

interface CompletionProvider {
  provideCompletionItems(document: TextDocument, position: Position): readonly CompletionItem[];
}

interface HoverProvider {
  provideHover(document: TextDocument, position: Position): Hover | undefined;
}

interface LensProvider {
  readonly onDidChangeCodeLenses?: (listener: () => unknown) => Disposable;
  provideCodeLenses(document: TextDocument): readonly CodeLens[];
}

/** The folder that is open in the window; nothing of it may be read before the user trusts it. */
class OpenFolder {
  /** A window without a folder is trusted. */
  isTrusted = true;
  uri: Uri | undefined;
  documents: TextDocument[] = [];
  lensProviders: LensProvider[] = [];
  hoverProviders: HoverProvider[] = [];
  actionProviders: ActionProvider[] = [];
  completionProviders: CompletionProvider[] = [];
  refusesToSave = false;
  /** The documents in visible editors; the first is active. */
  shown: TextDocument[] = [];
  readonly shownChanged = new EventEmitter<unknown>();
  /** By the address of the document. */
  readonly diagnostics = new Map<string, readonly Diagnostic[]>();
  readonly trusted = new EventEmitter<void>();
  readonly documentOpened = new EventEmitter<TextDocument>();
  readonly documentChanged = new EventEmitter<{ readonly document: TextDocument }>();
  readonly documentSaved = new EventEmitter<TextDocument>();
  readonly documentClosed = new EventEmitter<TextDocument>();
  readonly tabsChanged = new EventEmitter<{
    readonly opened: readonly unknown[];
    readonly closed: readonly unknown[];
  }>();

  /** Opens a folder that the user has not trusted yet. */
  open(folder: string): void {
    Object.assign(this, {
      isTrusted: false,
      uri: Uri.file(folder),
      documents: [],
      lensProviders: [],
      hoverProviders: [],
      actionProviders: [],
      completionProviders: [],
      refusesToSave: false,
      shown: [],
    });
    this.diagnostics.clear();
  }

  trust(): void {
    this.isTrusted = true;
    this.trusted.fire();
  }

  openDocument(file: string, text: string): TextDocument {
    const document = new TextDocument(Uri.joinPath(this.uri ?? Uri.file('/'), file), text);
    this.documents.push(document);
    this.documentOpened.fire(document);
    this.tabsChanged.fire({ opened: [document], closed: [] });
    return document;
  }

  edit(document: TextDocument, text: string): void {
    document.text = text;
    document.version++;
    document.isDirty = true;
    this.documentChanged.fire({ document });
  }

  async save(document: TextDocument): Promise<void> {
    await writeFile(document.uri.fsPath, document.text);
    this.documentSaved.fire(document);
  }

  show(document: TextDocument): void {
    this.shown = [document];
    this.shownChanged.fire(undefined);
  }

  close(document: TextDocument): void {
    this.documents = this.documents.filter((each) => each !== document);
    this.shown = this.shown.filter((each) => each !== document);
    this.tabsChanged.fire({ opened: [], closed: [document] });
    this.documentClosed.fire(document);
  }

  /** What is shown of a place in a document; undefined if there is nothing. */
  hover(document: TextDocument, offset: number): string | undefined {
    const position = document.positionAt(offset);
    return this.hoverProviders.map((each) => each.provideHover(document, position)?.contents.value).find(Boolean);
  }

  /** The actions for a diagnostic of a document. */
  fixes(document: TextDocument, diagnostic: Diagnostic): CodeAction[] {
    const context = { diagnostics: [diagnostic] };
    return this.actionProviders.flatMap((each) => each.provideCodeActions(document, diagnostic.range, context));
  }

  completions(document: TextDocument, offset: number): CompletionItem[] {
    const position = document.positionAt(offset);
    return this.completionProviders.flatMap((each) => each.provideCompletionItems(document, position));
  }

  apply({ replaced }: WorkspaceEdit): void {
    for (const { uri, range, text } of replaced) {
      const document =
        this.documents.find((each) => each.uri.path === uri.path) ?? unexpected(`an edit of ${uri.path}`);
      const before = document.getText();
      const [start, end] = [document.offsetAt(range.start), document.offsetAt(range.end)];
      this.edit(document, before.slice(0, start) + text + before.slice(end));
    }
  }

  /** The lenses of a document, once they are provided. */
  lenses(document: TextDocument): CodeLens[] {
    return this.lensProviders.flatMap((provider) => provider.provideCodeLenses(document));
  }

  owns({ path: name }: Uri): boolean {
    return this.uri !== undefined && name.startsWith(`${this.uri.path}/`);
  }

  /** Fails the test if this may not be read. */
  guard(uri: Uri): void {
    if (this.owns(uri) && !this.isTrusted) unexpected(`reading ${uri.path} of a folder that is not trusted`);
  }
}

export const openFolder = new OpenFolder();

export const ProgressLocation = { Notification: 15 } as const;
export const QuickPickItemKind = { Separator: -1, Default: 0 } as const;
export const InputBoxValidationSeverity = { Info: 1, Warning: 2, Error: 3 } as const;
export const QuickInputButtons = { Back: { iconPath: new ThemeIcon('arrow-left') } } as const;
export const ViewColumn = { Active: -1 } as const;
export const UIKind = { Desktop: 1, Web: 2 } as const;

interface PickItem {
  readonly label: string;
  readonly description?: string;
  readonly kind?: number;
  readonly buttons?: readonly { readonly tooltip: string }[];
}

/** A prompt that waits for the user. */
export type Prompt =
  | { readonly type: 'dialog'; readonly text: string; readonly detail: string; readonly buttons: readonly string[] }
  | { readonly type: 'pick'; readonly title: string; readonly items: readonly PickItem[]; readonly pick?: QuickPick }
  | { readonly type: 'input'; readonly title: string; readonly prompt: string; readonly box: InputBox }
  | { readonly type: 'open' | 'save'; readonly title: string };

/** A notification, and the buttons on it. */
export interface Notification {
  readonly severity: 'information' | 'warning' | 'error';
  readonly text: string;
  readonly buttons: readonly string[];
  readonly press: (button: string) => void;
}

/** What a pick and an input box have in common. */
class QuickInput {
  title = '';
  placeholder = '';
  value = '';
  private readonly changed = new EventEmitter<string>();
  protected readonly accepted = new EventEmitter<void>();
  private readonly hidden = new EventEmitter<void>();
  readonly onDidChangeValue = this.changed.event;
  readonly onDidAccept = this.accepted.event;
  readonly onDidHide = this.hidden.event;
  readonly onDidTriggerButton = new EventEmitter<unknown>().event;

  type(text: string): void {
    this.value = text;
    this.changed.fire(text);
  }

  hide(): void {
    this.hidden.fire();
  }

  dispose(): void {
    // Nothing is kept.
  }
}

class QuickPick extends QuickInput {
  items: readonly PickItem[] = [];
  activeItems: readonly PickItem[] = [];
  selectedItems: readonly PickItem[] = [];
  canSelectMany = false;
  readonly onDidChangeSelection = new EventEmitter<readonly PickItem[]>().event;
  private readonly itemButtonPressed = new EventEmitter<{ readonly item: PickItem; readonly button: unknown }>();
  readonly onDidTriggerItemButton = this.itemButtonPressed.event;

  pressButton(item: PickItem, button: unknown): void {
    this.itemButtonPressed.fire({ item, button });
  }

  accept(items?: readonly PickItem[]): void {
    if (items) this.selectedItems = items;
    this.accepted.fire();
  }

  show(): void {
    user.answer({ type: 'pick', title: this.title, items: this.items, pick: this });
  }
}

class InputBox extends QuickInput {
  prompt = '';
  password = false;
  ignoreFocusOut = false;
  buttons: readonly unknown[] = [];
  validationMessage: unknown;

  enter(text: string): void {
    this.type(text);
    this.accepted.fire();
  }

  show(): void {
    user.answer({ type: 'input', title: this.title, prompt: this.prompt, box: this });
  }
}

/** A panel with a page, whose buttons a test presses. */
class WebviewPanel {
  title = '';
  isClosed = false;
  /** What the page was sent. */
  readonly received: unknown[] = [];
  private readonly messages = new EventEmitter<unknown>();
  private readonly closed = new EventEmitter<void>();
  readonly onDidDispose = this.closed.event;
  readonly webview = {
    html: '',
    options: {},
    cspSource: 'https://webview.example',
    asWebviewUri: ({ path: name }: Uri) => `https://webview.example${name}`,
    onDidReceiveMessage: this.messages.event,
    postMessage: (message: unknown) => {
      this.received.push(message);
      return Promise.resolve(true);
    },
  };

  constructor(readonly type: string) {}

  reveal(): void {
    if (this.isClosed) unexpected('a closed panel');
  }

  dispose(): void {
    this.isClosed = true;
    this.closed.fire();
  }

  /** The text of the page as the user sees it. */
  get text(): string {
    return this.webview.html
      .replace(/<[^>]*>/g, ' ')
      .replace(/&#(\d+);/g, (_entity, code: string) => String.fromCharCode(Number(code)))
      .replace(/\s+/g, ' ')
      .trim();
  }

  /** Presses a button of the page, which the script reports by its action. */
  press(action: string): void {
    if (!this.webview.html.includes(`data-action="${action}"`)) unexpected(`a page without the action ${action}`);
    this.messages.fire({ type: action });
  }
}

/** What a test says that the user does, and what the user has seen. */
class User {
  /** The panels that were opened, in their order. */
  readonly panels: WebviewPanel[] = [];
  readonly prompts: Prompt[] = [];
  readonly notifications: Notification[] = [];
  /** The documents that were shown, each with the selected line, from 1. */
  readonly shown: { readonly text: string; readonly line: number }[] = [];
  private answers: ((prompt: Prompt) => unknown)[] = [];

  /** Scripts the answers to the next prompts, in their order. */
  will(...answers: ((prompt: Prompt) => unknown)[]): void {
    this.answers.push(...answers);
  }

  answer(prompt: Prompt): unknown {
    this.prompts.push(prompt);
    const answer = this.answers.shift();
    return answer
      ? answer(prompt)
      : unexpected(`the prompt ${JSON.stringify({ ...prompt, pick: undefined, box: undefined })}`);
  }

  notify(severity: Notification['severity'], text: string, buttons: readonly string[]): Promise<string | undefined> {
    return new Promise((resolve) => {
      const press = (button: string) => {
        if (!buttons.includes(button)) unexpected(`the button "${button}" of "${text}" with ${buttons.join(', ')}`);
        resolve(button);
      };
      this.notifications.push({ severity, text, buttons, press });
    });
  }

  /** The texts of all notifications so far. */
  get told(): string[] {
    return this.notifications.map(({ text }) => text);
  }

  forget(): void {
    const left = this.answers.splice(0).length;
    this.prompts.length = 0;
    this.notifications.length = 0;
    this.shown.length = 0;
    this.panels.length = 0;
    if (userSettings.size > 0) {
      userSettings.clear();
      settingsChanged.fire({ affectsConfiguration: () => true });
    }
    if (left > 0) unexpected(`${left} answers to prompts that did not come`);
  }
}

export const user = new User();

/** Presses a button of a dialog; undefined closes it. */
export function presses(button: string | undefined) {
  return (prompt: Prompt): unknown => {
    if (prompt.type !== 'dialog') return unexpected(`a ${prompt.type} in the place of a dialog`);
    if (button !== undefined && !prompt.buttons.includes(button)) unexpected(`a dialog without "${button}"`);
    return button;
  };
}

/** Types into a pick and takes its first item. */
export function types(text: string) {
  return (prompt: Prompt): void => {
    if (prompt.type !== 'pick' || !prompt.pick) return unexpected(`a ${prompt.type} in the place of a pick`);
    const { pick } = prompt;
    queueMicrotask(() => {
      pick.type(text);
      pick.accept();
    });
  };
}

/** Types into a pick and presses a button of its first item. */
export function pressesItemButton(tooltip: string, text: string) {
  return (prompt: Prompt): void => {
    if (prompt.type !== 'pick' || !prompt.pick) return unexpected(`a ${prompt.type} in the place of a pick`);
    const { pick } = prompt;
    queueMicrotask(() => {
      pick.type(text);
      const [item] = pick.items;
      const button = item?.buttons?.find((each) => each.tooltip === tooltip);
      if (!item || !button) return unexpected(`a pick without "${tooltip}" at its first item`);
      pick.pressButton(item, button);
    });
  };
}

/** Enters a text in an input box, which begins with another one. */
export function enters(text: string, before = '') {
  return (prompt: Prompt): void => {
    if (prompt.type !== 'input') return unexpected(`a ${prompt.type} in the place of an input box`);
    const { box } = prompt;
    if (box.value !== before) unexpected(`an input box with "${box.value}" in it`);
    queueMicrotask(() => {
      box.enter(text);
    });
  };
}

/** Accepts a pick of several as it is, but for the labels to clear. */
export function acceptsWithout(...cleared: string[]) {
  return (prompt: Prompt): void => {
    if (prompt.type !== 'pick' || !prompt.pick) return unexpected(`a ${prompt.type} in the place of a pick`);
    const { pick } = prompt;
    queueMicrotask(() => {
      pick.accept(pick.selectedItems.filter(({ label }) => !cleared.includes(label)));
    });
  };
}

/** Chooses the item of a list by its label. */
export function chooses(label: string) {
  return (prompt: Prompt): unknown => {
    if (prompt.type !== 'pick') return unexpected(`a ${prompt.type} in the place of a list`);
    return prompt.items.find((item) => item.label === label) ?? unexpected(`a list without "${label}"`);
  };
}

interface MessageOptions {
  readonly modal?: boolean;
  readonly detail?: string;
}

const show =
  (severity: Notification['severity']) =>
  (text: string, ...rest: (string | MessageOptions)[]): Promise<unknown> => {
    const options = rest.find((each) => typeof each !== 'string');
    const buttons = rest.filter((each) => typeof each === 'string');
    if (!options?.modal) return user.notify(severity, text, buttons);
    return Promise.resolve(user.answer({ type: 'dialog', text, detail: options.detail ?? '', buttons }));
  };

/** Commands of the extension that other commands run, and those of VS Code itself that are expected. */
export const registered = new Map<string, (...args: unknown[]) => unknown>();

export const window = {
  showInformationMessage: show('information'),
  showWarningMessage: show('warning'),
  showErrorMessage: show('error'),
  createQuickPick: () => new QuickPick(),
  createInputBox: () => new InputBox(),
  showQuickPick: (items: readonly PickItem[], { title = '' }: { title?: string } = {}) =>
    Promise.resolve(user.answer({ type: 'pick', title, items })),
  showSaveDialog: ({ title = '' }: { title?: string }) => Promise.resolve(user.answer({ type: 'save', title })),
  showOpenDialog: ({ title = '' }: { title?: string }) => Promise.resolve(user.answer({ type: 'open', title })),
  withProgress: (
    _options: unknown,
    task: (progress: { report(value: unknown): void }, token: { onCancellationRequested: unknown }) => unknown,
  ) => Promise.resolve(task({ report: () => undefined }, { onCancellationRequested: () => new Disposable() })),
  get activeTextEditor() {
    return openFolder.shown.slice(0, 1).map((document) => ({ document }))[0];
  },
  get visibleTextEditors() {
    return openFolder.shown.map((document) => ({ document }));
  },
  onDidChangeVisibleTextEditors: (listener: Listener<unknown>) => openFolder.shownChanged.event(listener),
  showTextDocument: (document: TextDocument, { selection }: { selection?: Range } = {}) => {
    openFolder.show(document);
    if (selection) user.shown.push({ text: document.text, line: selection.start.line + 1 });
    return Promise.resolve();
  },
  createWebviewPanel: (type: string) => {
    const panel = new WebviewPanel(type);
    user.panels.push(panel);
    return panel;
  },
  tabGroups: {
    get all() {
      return [{ tabs: openFolder.documents.map(({ uri }) => ({ input: new TabInputText(uri) })) }];
    },
    onDidChangeTabs: (listener: Listener<unknown>) => openFolder.tabsChanged.event(listener),
    close: () => unexpected('closing tabs'),
  },
};

export const commands = {
  executeCommand: (id: string, ...args: unknown[]): Promise<unknown> => {
    const command = registered.get(id) ?? unexpected(`the command ${id}`);
    return Promise.resolve(command(...args));
  },
};

const userSettings = new Map<string, unknown>();
const settingsChanged = new EventEmitter<{ affectsConfiguration(): boolean }>();

/** Changes a setting of the user, by its full name, until the user forgets. */
export function setUserSetting(name: string, value: unknown): void {
  userSettings.set(name, value);
  settingsChanged.fire({ affectsConfiguration: () => true });
}

export const workspace = {
  onDidChangeConfiguration: settingsChanged.event,
  getConfiguration: (section?: string) => ({
    get: (name: string) => {
      const key = section === undefined ? name : `${section}.${name}`;
      return userSettings.get(key) ?? (DEFAULTS as Readonly<Record<string, unknown>>)[key];
    },
    inspect: (name: string) => ({
      defaultValue: (DEFAULTS as Readonly<Record<string, unknown>>)[`${section}.${name}`],
      globalValue: userSettings.get(`${section}.${name}`),
    }),
  }),
  get isTrusted() {
    return openFolder.isTrusted;
  },
  onDidGrantWorkspaceTrust: (listener: Listener<void>) => openFolder.trusted.event(listener),
  get workspaceFolders() {
    return openFolder.uri && [{ uri: openFolder.uri, name: path.basename(openFolder.uri.path) }];
  },
  onDidChangeWorkspaceFolders: () => new Disposable(),
  openTextDocument: (what: Uri | { readonly content: string }) => {
    if ('content' in what) return Promise.resolve(new TextDocument(Uri.file('Untitled'), what.content));
    const document = openFolder.documents.find(({ uri }) => uri.path === what.path);
    return document ? Promise.resolve(document) : Promise.reject(new Error(`there is no ${what.path}`));
  },
  getWorkspaceFolder: (uri: Uri) => (openFolder.owns(uri) ? { uri: openFolder.uri } : undefined),
  asRelativePath: (uri: Uri) => path.posix.relative(openFolder.uri?.path ?? '/', uri.path),
  get textDocuments() {
    return openFolder.documents;
  },
  onDidOpenTextDocument: (listener: Listener<TextDocument>) => openFolder.documentOpened.event(listener),
  onDidChangeTextDocument: (listener: Listener<{ readonly document: TextDocument }>) =>
    openFolder.documentChanged.event(listener),
  onDidSaveTextDocument: (listener: Listener<TextDocument>) => openFolder.documentSaved.event(listener),
  onDidCloseTextDocument: (listener: Listener<TextDocument>) => openFolder.documentClosed.event(listener),
  /** Reports no change of a file. */
  createFileSystemWatcher: () => {
    if (!openFolder.isTrusted) unexpected('watching a folder that is not trusted');
    const never = () => new Disposable();
    return Object.assign(new Disposable(), { onDidCreate: never, onDidChange: never, onDidDelete: never });
  },
  /** Supports only patterns such as `**\/{a,b}`. */
  findFiles: async (pattern: string): Promise<Uri[]> => {
    const ends = /^\*\*\/\{(.*)\}$/.exec(pattern)?.[1]?.split(',') ?? unexpected(`the pattern ${pattern}`);
    const { uri = unexpected('a search without a folder') } = openFolder;
    if (!openFolder.isTrusted) unexpected('a search in a folder that is not trusted');
    const files = (await readdir(uri.path, { recursive: true })).map((file) => file.replaceAll('\\', '/'));
    return files
      .filter((file) => ends.some((end) => `/${file}`.endsWith(`/${end}`)))
      .map((file) => Uri.joinPath(uri, file));
  },
  applyEdit: (edit: WorkspaceEdit) => {
    openFolder.apply(edit);
    return Promise.resolve(true);
  },
  fs: {
    isWritableFileSystem: (scheme: string) => (scheme === 'file' ? true : scheme === 'git' ? false : undefined),
    stat: async (uri: Uri) => {
      openFolder.guard(uri);
      return stat(uri.fsPath);
    },
    readFile: async (uri: Uri) => {
      openFolder.guard(uri);
      return new Uint8Array(await readFile(uri.fsPath));
    },
    writeFile: ({ fsPath }: Uri, content: Uint8Array) => writeFile(fsPath, content),
  },
};

export const languages = {
  registerCodeActionsProvider: (_selector: unknown, provider: ActionProvider) => {
    openFolder.actionProviders.push(provider);
    return new Disposable();
  },
  registerCompletionItemProvider: (_selector: unknown, provider: CompletionProvider) => {
    openFolder.completionProviders.push(provider);
    return new Disposable();
  },
  registerHoverProvider: (_selector: unknown, provider: HoverProvider) => {
    openFolder.hoverProviders.push(provider);
    return new Disposable();
  },
  registerCodeLensProvider: (_selector: unknown, provider: LensProvider) => {
    openFolder.lensProviders.push(provider);
    return new Disposable(() => {
      openFolder.lensProviders = openFolder.lensProviders.filter((each) => each !== provider);
    });
  },
  createDiagnosticCollection: () => ({
    set: ({ path: name }: Uri, found: readonly Diagnostic[]) => openFolder.diagnostics.set(name, found),
    delete: ({ path: name }: Uri) => openFolder.diagnostics.delete(name),
    forEach: (each: (uri: Uri) => void) => {
      for (const name of openFolder.diagnostics.keys()) each(Uri.file(name));
    },
    dispose: () => {
      openFolder.diagnostics.clear();
    },
  }),
};

/** What was copied last. */
class Clipboard {
  text = '';

  writeText(text: string): Promise<void> {
    this.text = text;
    return Promise.resolve();
  }

  readText(): Promise<string> {
    return Promise.resolve(this.text);
  }
}

/** The addresses that were opened in the browser. */
export const opened: string[] = [];

export const env = {
  openExternal: (url: Uri): Promise<boolean> => Promise.resolve(opened.push(url.path) > 0),
  language: 'en',
  appName: 'Visual Studio Code',
  uiKind: UIKind.Desktop,
  clipboard: new Clipboard(),
};
export const version = '1.139.1';

type L10nMessage = string | { readonly message: string; readonly args?: readonly unknown[] };

export const l10n = {
  t: (message: L10nMessage, ...args: unknown[]): string => {
    const [text, values] = typeof message === 'string' ? [message, args] : [message.message, message.args ?? []];
    return text.replace(/\{(\d+)\}/g, (_all, index: string) => String(values[Number(index)]));
  },
};
