import * as vscode from 'vscode';
import type { ComparedEntry } from '../../core/mappingFile/compareMappingFile';
import type { WorkspaceSkill } from '../../core/skills/skillNames';
import { commandOf } from '../commandRunner/runCommand';
import { updateOf } from './documentUpdate';

/**
 * Returns the quick fixes of an entry that differs from the service: writing the live mapping into the file, or changing
 * the service, which is planned and confirmed like a whole file.
 */
export function deviationFixes(
  document: vscode.TextDocument,
  { serviceProviderId: id, name, agreement }: ComparedEntry,
  diagnostics: readonly vscode.Diagnostic[],
  skills: readonly WorkspaceSkill[],
): vscode.CodeAction[] {
  if (agreement.type !== 'differs') return [];
  const fix = (title: string): vscode.CodeAction => {
    const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
    action.diagnostics = [...diagnostics];
    return action;
  };
  const ofFile = fix(vscode.l10n.t('Update {0} in the file', name));
  const edit = updateOf(document, new Map([[id, agreement.reading.mapping]]), skills);
  if (edit) ofFile.edit = edit;
  const ofServiceTitle = vscode.l10n.t('Apply {0} to the service…', name);
  const ofService = fix(ofServiceTitle);
  ofService.command = commandOf(
    'applyMappingFile',
    ofServiceTitle,
    { file: document.uri, serviceProviderIds: [id] },
    vscode.l10n.t('Show what would be changed, and change it after you have confirmed it'),
  );
  return [ofFile, ofService];
}
