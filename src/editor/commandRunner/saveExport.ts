import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { errorText } from '../../core/text/errorText';
import { DISMISSED, type CommandOutcome, type MessageAction } from './command';

/**
 * Asks for a file, and writes an export to it.
 *
 * @param format returns the text, as JSON or as CSV
 * @returns the file, or the outcome if there is none
 */
export async function saveExport(
  title: string,
  fileName: string,
  format: (isJson: boolean) => string,
): Promise<vscode.Uri | CommandOutcome> {
  const uri = await vscode.window.showSaveDialog({
    title,
    saveLabel: vscode.l10n.t('Export'),
    defaultUri: vscode.Uri.joinPath(folder(), fileName),
    filters: { CSV: ['csv'], JSON: ['json'] },
  });
  if (!uri) return DISMISSED;
  try {
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(format(/\.jsonc?$/i.test(uri.path))));
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
