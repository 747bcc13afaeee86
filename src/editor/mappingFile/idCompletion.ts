import * as vscode from 'vscode';
import { idLocationAt } from '../../core/mappingFile/idLocation';
import type { MappingStore } from '../../core/mappings/mappingStore';
import { suggestSkills } from '../../core/presentation/skillSuggestions';
import type { SkillNames } from '../../core/skills/skillNames';
import { mappedSkills } from '../commandRunner/promptForSkill';

/** Returns the known service providers or skills for the place of an ID in a mapping file, to be found by name or ID. */
export function completeIds(
  document: vscode.TextDocument,
  position: vscode.Position,
  skills: SkillNames,
  providers: MappingStore,
): vscode.CompletionItem[] {
  const place = idLocationAt(document.getText(), document.offsetAt(position));
  if (!place) return [];
  const range = new vscode.Range(document.positionAt(place.start), document.positionAt(place.end));
  const known =
    place.kind === 'serviceProvider'
      ? providers.providers
      : suggestSkills(mappedSkills({ providers }), [], skills).map(({ skillId, name }) => ({ id: skillId, name }));
  return known.map(({ id, name }) => {
    const item = new vscode.CompletionItem(name ?? id, vscode.CompletionItemKind.Value);
    if (name !== undefined) item.detail = id;
    item.insertText = JSON.stringify(id);
    // What is typed begins with the quote.
    item.filterText = JSON.stringify(`${name ?? ''} ${id}`.trim());
    item.range = range;
    return item;
  });
}
