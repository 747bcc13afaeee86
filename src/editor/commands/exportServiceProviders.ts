import * as vscode from 'vscode';
import { formatCsv } from '../../core/providerList/csvFile';
import { formatJson } from '../../core/providerList/jsonFile';
import type { Command, CommandOutcome } from '../commandRunner/command';
import { openFileAction, saveExport } from '../commandRunner/saveExport';
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
    const uri = await saveExport(title, 'service-providers.csv', (isJson) =>
      isJson ? formatJson(exported) : formatCsv(exported),
    );
    if ('type' in uri) return uri;
    const invalid = call.serviceProviderIds ? 0 : services.providers.entries.length - exported.length;
    return outcome(uri, exported.length, invalid);
  },
};

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
    actions: [openFileAction(uri)],
  };
}
