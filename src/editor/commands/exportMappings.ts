import * as vscode from 'vscode';
import { mappingSnapshot } from '../../core/mappingFile/mappingSnapshot';
import { exportedMappings, formatMappingsCsv, formatMappingsJson } from '../../core/presentation/mappingExport';
import type { Command, CommandContext, CommandOutcome } from '../commandRunner/command';
import { readMappings } from '../commandRunner/readMappings';
import { openFileAction, saveExport } from '../commandRunner/saveExport';
import { resolveTargets } from '../commandRunner/targets';
import { isMappingFile, MAPPING_FILE_ENDING } from '../mappingFile/mappingFileName';

/**
 * Exports the mappings of the list, or of its selected entries, to a file, which may be a mapping file that brings them
 * back. First reads those that are not known.
 */
export const exportMappings: Command<'exportMappings'> = {
  async run(call, services) {
    const { providers, skills } = services;
    const title = vscode.l10n.t('Export Mappings');
    const ids = await resolveTargets(call, services, { title, defaultsToAll: true });
    if ('type' in ids) return ids;
    const chosen = new Set(ids);
    const read = await readUnknown(chosen, services);
    if (read) return read;
    let message = '';
    let isWarning = false;
    const format = (isJson: boolean, file: vscode.Uri): string | CommandOutcome => {
      // As they are known now: the user may have taken long to choose the file.
      const exported = exportedMappings(chosen, providers, skills);
      if (!isMappingFile(file)) {
        const notKnown = exported.filter(({ readAt }) => readAt === undefined).length;
        message = exportedText(exported.length, notKnown);
        isWarning = notKnown > 0;
        return isJson ? formatMappingsJson(exported) : formatMappingsCsv(exported);
      }
      const snapshot = mappingSnapshot(exported);
      if (!snapshot) return { type: 'rejected', message: severalAccounts() };
      message = snapshotText(snapshot.count, exported.length);
      isWarning = snapshot.count < exported.length;
      return snapshot.text;
    };
    const filters = { [vscode.l10n.t('Mapping File')]: [MAPPING_FILE_ENDING.slice(1)] };
    const uri = await saveExport(title, 'mappings.csv', format, filters);
    if ('type' in uri) return uri;
    return { type: 'succeeded', message, isWarning, actions: [openFileAction(uri)] };
  },
};

/** Reads mappings that are not known; returns the outcome if the user canceled that. */
async function readUnknown(chosen: ReadonlySet<string>, services: CommandContext): Promise<CommandOutcome | undefined> {
  const unknown = services.providers.needingRefresh.filter((id) => chosen.has(id));
  if (unknown.length === 0) return undefined;
  const read = await readMappings(unknown, services);
  return 'canceledAfter' in read
    ? { type: 'canceled', message: vscode.l10n.t('Canceled. No file was written.') }
    : undefined;
}

function exportedText(exported: number, notKnown: number): string {
  const all = exported === 1 ? vscode.l10n.t('Exported 1 mapping.') : vscode.l10n.t('Exported {0} mappings.', exported);
  if (notKnown === 0) return all;
  return exported === 1
    ? vscode.l10n.t('Exported 1 service provider, whose mapping is not known now.')
    : vscode.l10n.t('Exported {0} service providers. Mappings that are not known now: {1}.', exported, notKnown);
}

function snapshotText(exported: number, chosen: number): string {
  if (exported === chosen) return exportedText(exported, 0);
  return vscode.l10n.t(
    'Exported {0} of {1} service providers. Those whose mapping is not known now are left out.',
    exported,
    chosen,
  );
}

function severalAccounts(): string {
  return vscode.l10n.t(
    'The service providers belong to several accounts, and a mapping file has one. Select those of one account.',
  );
}
