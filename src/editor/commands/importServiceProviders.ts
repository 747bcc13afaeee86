import * as vscode from 'vscode';
import { errorText } from '../../core/text/errorText';
import {
  MAX_FILE_BYTES,
  readProviderListFile,
  fileTooLargeMessage,
  type ProviderListFile,
} from '../../core/providerList/providerListFile';
import { sanitizeText } from '../../core/text/sanitizeText';
import { chooseColumns } from '../prompts/chooseColumns';
import { DISMISSED, type Command, type CommandOutcome, type CommandContext } from '../commandRunner/command';
import { importList } from '../commandRunner/importList';

/**
 * Adds the service providers of a CSV or JSON file to the list in the settings, in a single write that can be undone.
 */
export const importServiceProviders: Command<'importServiceProviders'> = {
  acceptsUnlistedIds: true,
  async run(_call, services) {
    const [uri] =
      (await vscode.window.showOpenDialog({
        title: vscode.l10n.t('Import Service Providers'),
        openLabel: vscode.l10n.t({ message: 'Import', comment: ['A button.'] }),
        filters: {
          [vscode.l10n.t('CSV and JSON')]: ['csv', 'tsv', 'txt', 'json', 'jsonc'],
          [vscode.l10n.t('All Files')]: ['*'],
        },
      })) ?? [];
    if (!uri) return DISMISSED;
    const fileName = uri.path.slice(uri.path.lastIndexOf('/') + 1);
    const bytes = await read(uri);
    if (!(bytes instanceof Uint8Array)) return { type: 'rejected', message: bytes.rejected };
    const file = readProviderListFile(bytes, fileName);
    if ('columns' in file) {
      const chosen = await chooseColumns(fileName, file);
      if (!chosen) return DISMISSED;
      return importFile(uri, fileName, readProviderListFile(bytes, fileName, chosen), services);
    }
    return importFile(uri, fileName, file, services);
  },
};

async function importFile(
  uri: vscode.Uri,
  fileName: string,
  file: ProviderListFile | { readonly rejected: string },
  services: CommandContext,
): Promise<CommandOutcome> {
  if ('rejected' in file) return { type: 'rejected', message: file.rejected };
  const title = vscode.l10n.t('Import {0}', sanitizeText(fileName, 60));
  return importList(file, { title }, (line) => openAt(uri, line), services);
}

async function read(uri: vscode.Uri): Promise<Uint8Array | { readonly rejected: string }> {
  try {
    // Some file systems report size 0 before the file is read.
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > MAX_FILE_BYTES) return { rejected: fileTooLargeMessage() };
    return await vscode.workspace.fs.readFile(uri);
  } catch (error) {
    if (!(error instanceof vscode.FileSystemError)) throw error;
    return { rejected: vscode.l10n.t('The file could not be read: {0}', errorText(error)) };
  }
}

async function openAt(uri: vscode.Uri, line: number): Promise<CommandOutcome> {
  const start = new vscode.Position(line - 1, 0);
  try {
    await vscode.window.showTextDocument(uri, { selection: new vscode.Range(start, start) });
    return DISMISSED;
  } catch (error) {
    return { type: 'rejected', message: vscode.l10n.t('The file could not be opened: {0}', errorText(error)) };
  }
}
