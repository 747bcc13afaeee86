import { modify, type Edit } from 'jsonc-parser';
import { isSameMapping, type NetworkMapping } from '../model/networkMapping';
import { editedText, findList } from '../providerList/listText';
import type { EntryOperation } from '../providerList/listEdit';
import type { WorkspaceSkill } from '../skills/skillNames';
import { withEdits } from '../text/textEdits';
import { parseMappingFile, type MappingFile } from './mappingFile';
import { skillIdOf } from './resolveMappingFiles';

/**
 * Returns the text of a mapping file with the live mappings of its service providers. Changes only what differs; all other
 * text stays, comments included. A service provider that is not mapped moves to `absent`, and one of `absent` that is
 * mapped to `mappings`, each to the end; a comment on its line goes with its old entry.
 *
 * @param text of a file without errors, without a byte order mark
 * @param live the mappings that could be read, by service provider ID; others stay
 * @param skills of the skill projects of the workspace
 */
export function updatedMappingFile(
  text: string,
  live: ReadonlyMap<string, NetworkMapping>,
  skills: readonly WorkspaceSkill[],
): string {
  const file = parseMappingFile(text);
  if (file.problems.some(({ severity }) => severity === 'error')) {
    throw new Error('a mapping file with errors cannot be updated');
  }
  const { remaps, unmapped, mapped } = differences(file, live, skills);
  let result = withEdits(text, remaps);
  if (unmapped.length > 0 || mapped.length > 0) {
    result = withOperations(result, 'mappings', [
      ...unmapped.map(({ index }): EntryOperation => ({ type: 'remove', index })),
      ...insertion(
        file.mappings.length,
        mapped.map(({ serviceProviderId, skillId }) => ({ serviceProviderId, skillId })),
      ),
    ]);
    result = withOperations(withAbsentList(result, unmapped.length > 0), 'absent', [
      ...mapped.map(({ index }): EntryOperation => ({ type: 'remove', index })),
      ...insertion(
        file.absent.length,
        unmapped.map(({ serviceProviderId }) => serviceProviderId),
      ),
    ]);
  }
  return result;
}

interface Differences {
  /** Replace the text of skills. */
  readonly remaps: Edit[];
  /** Entries of `mappings` that are not mapped. */
  readonly unmapped: readonly { readonly index: number; readonly serviceProviderId: string }[];
  /** Entries of `absent` that are mapped. */
  readonly mapped: readonly { readonly index: number; readonly serviceProviderId: string; readonly skillId: string }[];
}

function differences(
  { mappings, absent }: MappingFile,
  live: ReadonlyMap<string, NetworkMapping>,
  skills: readonly WorkspaceSkill[],
): Differences {
  const remaps: Edit[] = [];
  const unmapped: { index: number; serviceProviderId: string }[] = [];
  for (const [index, { serviceProviderId, skill, skillSpan }] of mappings.entries()) {
    const now = live.get(serviceProviderId);
    if (now?.type === 'notMapped') unmapped.push({ index, serviceProviderId });
    if (now?.type !== 'mapped') continue;
    const written = skillIdOf(skill, skills);
    const isSame = 'skillId' in written && isSameMapping(now, { type: 'mapped', skillId: written.skillId });
    if (isSame) continue;
    const { start, end } = skillSpan;
    remaps.push({ offset: start, length: end - start, content: JSON.stringify(now.skillId) });
  }
  const mapped = absent.flatMap(({ serviceProviderId }, index) => {
    const now = live.get(serviceProviderId);
    return now?.type === 'mapped' ? [{ index, serviceProviderId, skillId: now.skillId }] : [];
  });
  return { remaps, unmapped, mapped };
}

function insertion(index: number, entries: readonly unknown[]): EntryOperation[] {
  return entries.length === 0 ? [] : [{ type: 'insert', index, entries }];
}

function withOperations(text: string, field: 'mappings' | 'absent', operations: readonly EntryOperation[]): string {
  if (operations.length === 0) return text;
  const list = findList(text, field, false);
  if (typeof list === 'string') throw new Error(`"${field}" is ${list}`);
  return editedText(text, list, operations);
}

/** Returns the text with an empty `absent` if it has none and needs one. */
function withAbsentList(text: string, isNeeded: boolean): string {
  if (!isNeeded || findList(text, 'absent', false) !== 'missing') return text;
  const indent = /^([ \t]+)\S/m.exec(text)?.[1] ?? '  ';
  const formattingOptions = {
    eol: /\r?\n/.exec(text)?.[0] ?? '\n',
    insertSpaces: !indent.startsWith('\t'),
    tabSize: indent.startsWith('\t') ? 1 : indent.length,
  };
  return withEdits(text, modify(text, ['absent'], [], { formattingOptions }));
}
