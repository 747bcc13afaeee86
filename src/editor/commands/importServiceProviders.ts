import * as vscode from 'vscode';
import { errorText } from '../../core/text/errorText';
import {
  MAX_FILE_BYTES,
  readProviderListFile,
  fileTooLargeMessage,
  type ProviderListFile,
} from '../../core/providerList/providerListFile';
import { planImport, type ImportPlan } from '../../core/providerList/fileImport';
import { chooseColumns } from '../prompts/chooseColumns';
import { previewImport } from '../prompts/previewImport';
import { DISMISSED, SUCCEEDED, type Command, type CommandOutcome, type CommandContext } from '../commandRunner/command';
import { notifyOutcome } from '../commandRunner/notifyOutcome';
import { withSettingsErrors } from '../commandRunner/settingsErrors';

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
  const plan = planImport(file, services.providers.entries);
  const nothing = nothingToDo(plan);
  if (nothing !== undefined) return { type: 'rejected', message: nothing };
  const choice = await previewImport(fileName, plan);
  if (choice === undefined) return DISMISSED;
  return typeof choice === 'object' ? openAt(uri, choice.line) : merge(plan, choice === 'addAndUpdate', services);
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

function nothingToDo({ additions, alreadyListed, problems }: ImportPlan): string | undefined {
  if (additions.length > 0 || problems.length > 0 || alreadyListed.some(({ differs }) => differs)) return undefined;
  return alreadyListed.length === 0
    ? vscode.l10n.t('The file contains no service providers.')
    : alreadyListed.length === 1
      ? vscode.l10n.t('The service provider in the file is already in your list.')
      : vscode.l10n.t('All {0} service providers in the file are already in your list.', alreadyListed.length);
}

async function merge(plan: ImportPlan, update: boolean, services: CommandContext): Promise<CommandOutcome> {
  const additions = plan.additions.map(({ entry }) => entry);
  const updates = plan.alreadyListed.filter(({ differs }) => update && differs).map(({ entry }) => entry);
  return withSettingsErrors(async () => {
    const { added, updated, restore: putBack } = await services.setting.merge(additions, updates);
    if (added === 0 && updated === 0) {
      return {
        type: 'succeeded',
        message: vscode.l10n.t('The list already contains everything in the file. Nothing was changed.'),
      };
    }
    const undo = async () => {
      const outcome = await withSettingsErrors(async () => {
        await putBack();
        return SUCCEEDED;
      });
      await notifyOutcome(outcome, services);
    };
    return {
      type: 'succeeded',
      message: merged(added, updated),
      actions: [{ label: vscode.l10n.t('Undo'), run: undo }],
    };
  });
}

function merged(added: number, updated: number): string {
  if (added === 0) {
    return updated === 1
      ? vscode.l10n.t('Updated 1 service provider in the list.')
      : vscode.l10n.t('Updated {0} service providers in the list.', updated);
  }
  if (updated === 0) {
    return added === 1
      ? vscode.l10n.t('Added 1 service provider to the list.')
      : vscode.l10n.t('Added {0} service providers to the list.', added);
  }
  return added === 1
    ? vscode.l10n.t('Added 1 service provider to the list, and updated {0}.', updated)
    : vscode.l10n.t('Added {0} service providers to the list, and updated {1}.', added, updated);
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
