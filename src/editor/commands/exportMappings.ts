import * as vscode from 'vscode';
import {
  exportedMappings,
  formatMappingsCsv,
  formatMappingsJson,
  type ExportedMapping,
} from '../../core/presentation/mappingExport';
import type { Command, CommandContext, CommandOutcome } from '../commandRunner/command';
import { readMappings } from '../commandRunner/readMappings';
import { openFileAction, saveExport } from '../commandRunner/saveExport';
import { resolveTargets } from '../commandRunner/targets';

/** Exports the mappings of the list, or of its selected entries, to a file. First reads those that are not known. */
export const exportMappings: Command<'exportMappings'> = {
  async run(call, services) {
    const { providers, skills } = services;
    const title = vscode.l10n.t('Export Mappings');
    const ids = await resolveTargets(call, services, { title, defaultsToAll: true });
    if ('type' in ids) return ids;
    const chosen = new Set(ids);
    const read = await readUnknown(chosen, services);
    if (read) return read;
    let exported: readonly ExportedMapping[] = [];
    const uri = await saveExport(title, 'mappings.csv', (isJson) => {
      // As they are known now: the user may have taken long to choose the file.
      exported = exportedMappings(chosen, providers, skills);
      return isJson ? formatMappingsJson(exported) : formatMappingsCsv(exported);
    });
    if ('type' in uri) return uri;
    const notKnown = exported.filter(({ readAt }) => readAt === undefined).length;
    return {
      type: 'succeeded',
      message: exportedText(exported.length, notKnown),
      isWarning: notKnown > 0,
      actions: [openFileAction(uri)],
    };
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
