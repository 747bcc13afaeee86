import { isDeepStrictEqual } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { applied, type EntryOperation, type ListEdit } from '../../core/providerList/listEdit';
import { commentsIn, editedText, entrySpan, findList, type ListInText } from '../../core/providerList/listText';
import { ListNotWritten } from './listNotWritten';

/** How often an edit is attempted if it is not in effect after the write. */
const MOST_ATTEMPTS = 3;

/** How long VS Code's file watcher may take to notice a written settings file. */
const NOTICED_AFTER_MS = 5_000;

/** How long VS Code may take to notice that another window wrote the user settings. */
const NOTICED_ELSEWHERE_MS = 1_500;

const POLL_MS = 50;

interface Wanted {
  /** The full name of the setting. */
  readonly setting: string;
  readonly edit: ListEdit;
  readonly globalStorage: vscode.Uri;
  /** Called after VS Code was asked to write; other windows need a moment to see it. */
  readonly wrote: () => void;
  /** The comments that the user agreed to lose. */
  readonly agreed: readonly string[];
  /** The edit that this one undoes. */
  readonly undone?: Written;
}

/** An edit that was written to the list. */
export interface Written {
  readonly before: readonly unknown[];
  readonly operations: readonly EntryOperation[];
  readonly after: readonly unknown[];
  /** The text of the list, if it was edited as text. */
  readonly text?: { readonly before: string; readonly after: string };
}

/** Writing would remove these comments; nothing was written. */
interface CommentsAtStake {
  readonly comments: readonly string[];
}

/** A file with the list: its settings are the whole file, or a part of a `.code-workspace` file. */
interface SettingsFile {
  readonly uri: vscode.Uri;
  readonly isWorkspaceFile: boolean;
}

/**
 * Edits the list that is in effect, and verifies the result. Must be called by one window at a time.
 *
 * @throws ListNotWritten, or VS Code's own error if a file cannot be read or written
 */
export async function write(wanted: Wanted): Promise<Written | CommentsAtStake> {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const file = workspaceFile(wanted.setting);
    const outcome = (file && (await editFile(file, wanted))) ?? (await editSetting(wanted));
    if (outcome !== 'lost') return outcome;
  }
  throw new ListNotWritten('keepsChanging');
}

/** Selects an entry of the setting in the settings file that was just opened. */
export async function selectEntry(setting: string, index: number): Promise<void> {
  const editor = await settingsEditor();
  if (!editor) return;
  const { document } = editor;
  const list = findList(document.getText(), setting, document.fileName.endsWith('.code-workspace'));
  const span = typeof list === 'string' ? undefined : entrySpan(document.getText(), list, index);
  if (!span) return;
  const range = new vscode.Range(document.positionAt(span.start), document.positionAt(span.end));
  editor.selection = new vscode.Selection(range.start, range.end);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

/** Returns the file with the workspace's list; undefined if there is none, or the workspace was not saved yet. */
function workspaceFile(setting: string): SettingsFile | undefined {
  if (inspected(setting)?.workspaceValue === undefined) return undefined;
  const { workspaceFile: uri, workspaceFolders: [folder] = [] } = vscode.workspace;
  if (uri) return uri.scheme === 'untitled' ? undefined : { uri, isWorkspaceFile: true };
  return folder && { uri: vscode.Uri.joinPath(folder.uri, '.vscode/settings.json'), isWorkspaceFile: false };
}

/** @returns undefined if the file does not contain the list, and `lost` if something has overwritten the edit */
async function editFile(
  { uri, isWorkspaceFile }: SettingsFile,
  { setting, edit, undone }: Wanted,
): Promise<Written | 'lost' | undefined> {
  const readList = async () => {
    const text = await readText(uri);
    return { text, list: findList(text, setting, isWorkspaceFile) };
  };
  const isOpen = ({ uri: other }: vscode.TextDocument) => other.toString() === uri.toString();
  if (vscode.workspace.textDocuments.some((document) => isOpen(document) && document.isDirty)) {
    throw new ListNotWritten('unsaved');
  }
  const { text, list } = await readList();
  if (list === 'missing') return undefined;
  if (list === 'invalid' || list === 'notAList') throw new ListNotWritten(list);
  const operations = edit(list.entries);
  const before = text.slice(list.start, list.end);
  const isAsWritten = undone?.text?.after === before;
  const edited = isAsWritten
    ? text.slice(0, list.start) + undone.text.before + text.slice(list.end)
    : editedText(text, list, operations);
  const result = { before: list.entries, operations, after: applied(list.entries, operations) };
  if (edited === text) return result;
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(edited));
  if (!(await eventually(() => isInEffect(edit, inspected(setting)?.workspaceValue), NOTICED_AFTER_MS))) {
    // VS Code does not notice writes on every file system, so check the file itself.
    const { list: now } = await readList();
    if (typeof now === 'string' || !isInEffect(edit, now.entries)) return 'lost';
  }
  const added = edited.length - text.length;
  return { ...result, text: { before, after: edited.slice(list.start, list.end + added) } };
}

/** Has VS Code write the whole list: the user's, or one whose file is unknown. */
async function editSetting({
  setting,
  edit,
  globalStorage,
  wrote,
  agreed,
}: Wanted): Promise<Written | CommentsAtStake | 'lost'> {
  const inWorkspace = inspected(setting)?.workspaceValue !== undefined;
  const valueNow = () => (inWorkspace ? inspected(setting)?.workspaceValue : inspected(setting)?.globalValue);
  const file = inWorkspace ? undefined : await userList(setting, globalStorage);
  const entries = file?.entries ?? valueNow() ?? [];
  if (!Array.isArray(entries)) throw new ListNotWritten('notAList');
  const before: readonly unknown[] = entries;
  const operations = edit(before);
  const after = applied(before, operations);
  if (operations.length === 0) return { before, operations, after };
  const comments = file?.comments ?? [];
  if (comments.length > 0 && !isDeepStrictEqual(comments, agreed)) return { comments };
  const target = inWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  wrote();
  await vscode.workspace.getConfiguration().update(setting, after, target);
  return isInEffect(edit, valueNow()) ? { before, operations, after } : 'lost';
}

/** Files known to contain the user settings, because they once had the same list as VS Code. */
const knownFiles = new Set<string>();

/**
 * Returns the user's list from the file of the user settings, which is newer than VS Code's value when another window
 * has just written it. The API does not provide that file's path: look where VS Code stores it, and trust it only if it
 * has the same list as VS Code.
 *
 * @returns undefined if it cannot be found or read, or lacks the list
 */
async function userList(
  setting: string,
  globalStorage: vscode.Uri,
): Promise<{ readonly entries: readonly unknown[]; readonly comments: readonly string[] } | undefined> {
  const beside = vscode.Uri.joinPath(globalStorage, '../../settings.json');
  const inBrowser = vscode.Uri.from({ scheme: 'vscode-userdata', path: '/User/settings.json' });
  for (const uri of vscode.env.uiKind === vscode.UIKind.Web ? [beside, inBrowser] : [beside]) {
    let text = '';
    let list: ListInText | undefined;
    const isRight = async () => {
      const read = await readText(uri).catch(() => undefined);
      if (read === undefined) return undefined;
      const found = findList(read, setting, false);
      if (typeof found === 'string') return undefined;
      [text, list] = [read, found];
      return isDeepStrictEqual(found.entries, inspected(setting)?.globalValue);
    };
    const began = Date.now();
    let right = await isRight();
    while (right === false && Date.now() - began < NOTICED_ELSEWHERE_MS) {
      await delay(POLL_MS);
      right = await isRight();
    }
    if (right) knownFiles.add(uri.toString());
    if (right !== undefined && list && knownFiles.has(uri.toString())) {
      return { entries: list.entries, comments: commentsIn(text, list) };
    }
  }
  return undefined;
}

/** Whether an edit has nothing left to do on a list. */
function isInEffect(edit: ListEdit, value: unknown): boolean {
  return Array.isArray(value) && edit(value).length === 0;
}

function inspected(setting: string) {
  return vscode.workspace.getConfiguration().inspect<unknown>(setting);
}

/** @throws ListNotWritten if it is not UTF-8 text */
async function readText(uri: vscode.Uri): Promise<string> {
  const bytes = await vscode.workspace.fs.readFile(uri);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ListNotWritten('invalid');
  }
}

/** Waits for the editor that a command has opened: VS Code notifies extensions a moment after the command has ended. */
async function settingsEditor(): Promise<vscode.TextEditor | undefined> {
  const isSettings = (editor: vscode.TextEditor | undefined) =>
    /settings\.json$|\.code-workspace$/.test(editor?.document.fileName ?? '');
  await eventually(() => isSettings(vscode.window.activeTextEditor), NOTICED_ELSEWHERE_MS);
  const editor = vscode.window.activeTextEditor;
  return isSettings(editor) ? editor : undefined;
}

async function eventually(condition: () => boolean, withinMs: number): Promise<boolean> {
  const end = Date.now() + withinMs;
  while (!condition()) {
    if (Date.now() >= end) return false;
    await delay(POLL_MS);
  }
  return true;
}
