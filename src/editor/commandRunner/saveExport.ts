import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { errorText } from '../../core/text/errorText';
import { DISMISSED, type CommandOutcome, type MessageAction } from './command';

/**
 * Asks for a file, and writes an export to it.
 *
 * @param format returns the text, as JSON or as CSV, or why there is none
 * @param otherFilters other kinds of files, as `showSaveDialog` has them
 * @returns the file, or the outcome if there is none
 */
export async function saveExport(
  title: string,
  fileName: string,
  format: (isJson: boolean, uri: vscode.Uri) => string | CommandOutcome,
  otherFilters: Readonly<Record<string, string[]>> = {},
): Promise<vscode.Uri | CommandOutcome> {
  const uri = await vscode.window.showSaveDialog({
    title,
    saveLabel: vscode.l10n.t('Export'),
    defaultUri: vscode.Uri.joinPath(folder(), fileName),
    filters: { CSV: ['csv'], JSON: ['json'], ...otherFilters },
  });
  if (!uri) return DISMISSED;
  const text = format(/\.jsonc?$/i.test(uri.path), uri);
  if (typeof text !== 'string') return text;
  try {
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  } catch (error) {
    if (!(error instanceof vscode.FileSystemError)) throw error;
    return { type: 'rejected', message: vscode.l10n.t('The file could not be written: {0}', errorText(error)) };
  }
  return uri;
}

/** Returns the button that opens an exported file. */
export function openFileAction(uri: vscode.Uri): MessageAction {
  return {
    label: vscode.l10n.t('Open File'),
    run: async () => {
      await vscode.window.showTextDocument(uri);
    },
  };
}

function folder(): vscode.Uri {
  return vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(homedir());
}
