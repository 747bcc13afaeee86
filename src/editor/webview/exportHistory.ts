import { homedir } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { ChangeHistorySource } from '../../core/history/changeDescription';
import { formatHistory, type HistoryFormat } from '../../core/history/historyExport';
import { changeFilter, undoneLater } from '../../core/history/historySearch';
import type { RecordedChange } from '../../core/history/changeRecord';
import { displayText } from '../../core/text/sanitizeText';
import { longAct } from '../prompts/withCancellableProgress';

const FILTERS: Readonly<Record<HistoryFormat, Record<string, string[]>>> = {
  csv: { CSV: ['csv'] },
  json: { JSON: ['json'] },
};

/**
 * Writes all changes that a search finds to a file that the person chooses.
 *
 * @returns what to say of it; undefined when the person left the dialog
 * @throws what the source throws
 */
export async function saveHistory(
  source: ChangeHistorySource,
  search: string,
  format: HistoryFormat,
): Promise<string | undefined> {
  const uri = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Export Change History'),
    saveLabel: vscode.l10n.t('Export'),
    defaultUri: vscode.Uri.joinPath(folder(), `mapping-changes.${format}`),
    filters: FILTERS[format],
  });
  if (!uri) return undefined;
  const { result, stopped } = await longAct(vscode.l10n.t('Exporting the change history'), (signal) =>
    contents(source, search, format, signal),
  );
  if (stopped) return vscode.l10n.t('Cancelled. No file was written.');
  try {
    await vscode.workspace.fs.writeFile(uri, result.bytes);
  } catch (error) {
    if (!(error instanceof vscode.FileSystemError)) throw error;
    return vscode.l10n.t('The file could not be written: {0}', displayText(error.message));
  }
  const file = displayText(uri.path.split('/').at(-1) ?? '');
  return result.count === 1
    ? vscode.l10n.t('Exported 1 change to {0}.', file)
    : vscode.l10n.t('Exported {0} changes to {1}.', result.count, file);
}

async function contents(
  source: ChangeHistorySource,
  search: string,
  format: HistoryFormat,
  signal: AbortSignal,
): Promise<{ readonly bytes: Uint8Array; readonly count: number }> {
  const pieces: Buffer[] = [];
  let count = 0;
  async function* matching(): AsyncGenerator<RecordedChange> {
    const matches = changeFilter(search);
    const wasUndone = undoneLater();
    for await (const change of source.newestFirst()) {
      if (signal.aborted) return;
      if (!matches(change, wasUndone(change))) continue;
      count += 1;
      yield change;
    }
  }
  for await (const piece of formatHistory(matching(), format)) {
    pieces.push(Buffer.from(piece));
    // A long history takes a while; others have their turn in between, and a cancel is heard.
    await setImmediate();
  }
  return { bytes: Buffer.concat(pieces), count };
}

function folder(): vscode.Uri {
  return vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(homedir());
}
