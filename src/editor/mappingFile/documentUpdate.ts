import * as vscode from 'vscode';
import { smallestEdit } from '../../core/mappingFile/smallestEdit';
import { updatedMappingFile } from '../../core/mappingFile/updateMappingFile';
import type { NetworkMapping } from '../../core/model/networkMapping';
import type { WorkspaceSkill } from '../../core/skills/skillNames';

/**
 * Returns the edit that writes live mappings into a mapping file without errors, as one step of undo; undefined if the file
 * has them.
 *
 * @param live by service provider ID; others stay
 */
export function updateOf(
  document: vscode.TextDocument,
  live: ReadonlyMap<string, NetworkMapping>,
  skills: readonly WorkspaceSkill[],
): vscode.WorkspaceEdit | undefined {
  const text = document.getText();
  const smallest = smallestEdit(text, updatedMappingFile(text, live, skills));
  if (!smallest) return undefined;
  const { start, end, content } = smallest;
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(document.positionAt(start), document.positionAt(end)), content);
  return edit;
}
