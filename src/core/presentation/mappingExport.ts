import { stringify } from 'csv-stringify/sync';
import type { MappingStore } from '../mappings/mappingStore';
import type { SkillNames } from '../skills/skillNames';
import { escapeFormula } from '../text/csvFormulas';
import { mappingNow } from './mappingNow';

/** A mapping in an exported file. Names and values are for programs, so they are not translated. */
export interface ExportedMapping {
  readonly serviceProviderId: string;
  readonly name?: string;
  readonly account?: string;
  readonly state: 'mapped' | 'notMapped' | 'unknownProvider' | 'unread' | 'unreadable' | 'signedOut';
  /** Only of a mapping that is known now. */
  readonly skillId?: string;
  readonly skillName?: string;
  /** When this was read, in ISO 8601; none where it is not known now. */
  readonly readAt?: string;
}

/** In the order of the columns. */
const COLUMNS = ['serviceProviderId', 'name', 'account', 'state', 'skillId', 'skillName', 'readAt'] as const;

/** Returns what is known now of the mappings of these service providers, in the order of the list. */
export function exportedMappings(
  ids: ReadonlySet<string>,
  store: Pick<MappingStore, 'providers' | 'status' | 'row'>,
  skills: SkillNames,
): readonly ExportedMapping[] {
  return store.providers
    .filter(({ id }) => ids.has(id))
    .map(({ id, name, account }) => {
      const now = mappingNow(store.status(id), store.row(id));
      const provider = { serviceProviderId: id, ...(name !== undefined && { name }), ...(account && { account }) };
      if (now.type !== 'known') return { ...provider, state: now.type };
      const { mapping, readAtMs } = now.reading;
      const readAt = new Date(readAtMs).toISOString();
      if (mapping.type === 'notMapped')
        return { ...provider, state: now.isUnknownProvider ? 'unknownProvider' : 'notMapped', readAt };
      const { skillId } = mapping;
      const skillName = skills.nameOf(skillId);
      return { ...provider, state: 'mapped', skillId, ...(skillName !== undefined && { skillName }), readAt };
    });
}

/** Returns mappings as CSV, also for spreadsheets: with a header, and no cell that a spreadsheet would run as a formula. */
export function formatMappingsCsv(mappings: readonly ExportedMapping[]): string {
  const rows = mappings.map((mapping) => COLUMNS.map((column) => escapeFormula(mapping[column] ?? '')));
  // Without a byte order mark, Excel assumes the system's legacy encoding.
  return stringify([COLUMNS, ...rows], { bom: true, record_delimiter: 'windows' });
}

export function formatMappingsJson(mappings: readonly ExportedMapping[]): string {
  return `${JSON.stringify(mappings, null, 2)}\n`;
}
