import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { errorText } from '../../core/text/errorText';
import { formatCsv } from '../../core/providerList/csvFile';
import { formatJson } from '../../core/providerList/jsonFile';
import { DISMISSED, type Command, type CommandOutcome } from '../commandRunner/command';
import { resolveTargets } from '../commandRunner/targets';

/** Exports the list, or its selected entries, to a file that `importServiceProviders` reads. */
export const exportServiceProviders: Command<'exportServiceProviders'> = {
  async run(call, services) {
    const { providers } = services;
    const title = vscode.l10n.t('Export Service Providers');
    const ids = await resolveTargets(call, services, { title, defaultsToAll: true });
    if ('type' in ids) return ids;
    const chosen = new Set(ids);
    const exported = providers.providers.filter(({ id }) => chosen.has(id));
    const uri = await vscode.window.showSaveDialog({
      title,
      saveLabel: vscode.l10n.t('Export'),
      defaultUri: vscode.Uri.joinPath(folder(), 'service-providers.csv'),
      filters: { CSV: ['csv'], JSON: ['json'] },
    });
    if (!uri) return DISMISSED;
    const text = /\.jsonc?$/i.test(uri.path) ? formatJson(exported) : formatCsv(exported);
    try {
      await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
    } catch (error) {
      if (!(error instanceof vscode.FileSystemError)) throw error;
      return { type: 'rejected', message: vscode.l10n.t('The file could not be written: {0}', errorText(error)) };
    }
    const invalid = call.serviceProviderIds ? 0 : services.providers.entries.length - exported.length;
    return outcome(uri, exported.length, invalid);
  },
};

function folder(): vscode.Uri {
  return vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(homedir());
}

function outcome(uri: vscode.Uri, exported: number, invalid: number): CommandOutcome {
  const all =
    exported === 1
      ? vscode.l10n.t('Exported 1 service provider.')
      : vscode.l10n.t('Exported {0} service providers.', exported);
  const some =
    exported === 1
      ? vscode.l10n.t('Exported 1 service provider. Skipped invalid entries in the setting: {0}.', invalid)
      : vscode.l10n.t(
          'Exported {0} service providers. Skipped invalid entries in the setting: {1}.',
          exported,
          invalid,
        );
  return {
    type: 'succeeded',
    message: invalid === 0 ? all : some,
    isWarning: invalid > 0,
    actions: [
      {
        label: vscode.l10n.t('Open File'),
        run: async () => {
          await vscode.window.showTextDocument(uri);
        },
      },
    ],
  };
}
