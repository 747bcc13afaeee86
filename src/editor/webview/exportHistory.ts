import { homedir } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { ChangeHistorySource } from '../../core/history/changeDescription';
import { formatHistory, type HistoryFormat } from '../../core/history/historyExport';
import { searchableText, searchFilter, trackUndone } from '../../core/history/historySearch';
import type { ChangeRecord } from '../../core/history/changeRecord';
import type { SkillNames } from '../../core/skills/skillNames';
import { errorText } from '../../core/text/errorText';
import { sanitizeText } from '../../core/text/sanitizeText';
import { withCancellableProgress } from '../prompts/withCancellableProgress';

const FILTERS: Readonly<Record<HistoryFormat, Record<string, string[]>>> = {
  csv: { CSV: ['csv'] },
  json: { JSON: ['json'] },
};

/**
 * Writes all changes that a search finds to a file that the user chooses.
 *
 * @returns the message to show; undefined if the user left the dialog
 * @throws what the source throws
 */
export async function exportHistory(
  source: ChangeHistorySource,
  search: string,
  format: HistoryFormat,
  skills: SkillNames,
): Promise<string | undefined> {
  const uri = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Export Change History'),
    saveLabel: vscode.l10n.t('Export'),
    defaultUri: vscode.Uri.joinPath(folder(), `mapping-changes.${format}`),
    filters: FILTERS[format],
  });
  if (!uri) return undefined;
  const { result, stopped } = await withCancellableProgress(vscode.l10n.t('Exporting the change history'), (signal) =>
    serialize(source, search, format, skills, signal),
  );
  if (stopped) return vscode.l10n.t('Canceled. No file was written.');
  try {
    await vscode.workspace.fs.writeFile(uri, result.bytes);
  } catch (error) {
    if (!(error instanceof vscode.FileSystemError)) throw error;
    return vscode.l10n.t('The file could not be written: {0}', errorText(error));
  }
  const file = sanitizeText(uri.path.split('/').at(-1) ?? '');
  return result.count === 1
    ? vscode.l10n.t('Exported 1 change to {0}.', file)
    : vscode.l10n.t('Exported {0} changes to {1}.', result.count, file);
}

async function serialize(
  source: ChangeHistorySource,
  search: string,
  format: HistoryFormat,
  skills: SkillNames,
  signal: AbortSignal,
): Promise<{ readonly bytes: Uint8Array; readonly count: number }> {
  const pieces: Buffer[] = [];
  let count = 0;
  async function* matchingChanges(): AsyncGenerator<ChangeRecord> {
    const matches = searchFilter(search, skills);
    const wasUndone = trackUndone();
    const outcomeTexts = new Map<string, string>();
    for await (const change of source.newestFirst()) {
      if (signal.aborted) return;
      if (!matches({ change, text: searchableText(change, wasUndone(change), outcomeTexts) })) continue;
      count += 1;
      yield change;
    }
  }
  for await (const piece of formatHistory(matchingChanges(), format, skills)) {
    pieces.push(Buffer.from(piece));
    // Yield to other tasks: a long history takes a while, and a cancel must be noticed.
    await setImmediate();
  }
  return { bytes: Buffer.concat(pieces), count };
}

function folder(): vscode.Uri {
  return vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(homedir());
}
