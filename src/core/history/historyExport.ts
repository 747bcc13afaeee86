import { stringify } from 'csv-stringify/sync';
import { isProviderChange, providerOf, type ChangeRecord, type MappingChangeRecord } from './changeRecord';
import { escapeFormula } from '../text/csvFormulas';
import type { NetworkMapping } from '../model/networkMapping';
import type { SkillNames } from '../skills/skillNames';
import { redactDeep } from '../text/redactDeep';

/** Export formats. Names and values are for programs, so they are not translated. */
export const HISTORY_FORMATS = ['csv', 'json'] as const;

export type HistoryFormat = (typeof HISTORY_FORMATS)[number];

const COLUMNS: Readonly<Record<string, (change: ChangeRecord, skills: SkillNames) => string>> = {
  startedAt: ({ startedAtMs }) => isoTime(startedAtMs),
  completedAt: ({ completed }) => isoTime(completed?.completedAtMs),
  name: ({ name = '' }) => name,
  serviceProviderId: (change) => providerOf(change) ?? '',
  account: ({ account = '' }) => account,
  operation: ({ operation }) => operation,
  before: (change) => mappingCell(beforeOf(change)),
  beforeSkillName: (change, skills) => skillName(beforeOf(change), skills),
  target: (change) => mappingCell(targetOf(change)),
  targetSkillName: (change, skills) => skillName(targetOf(change), skills),
  result: ({ completed }) => completed?.result ?? 'open',
  actual: ({ completed }) => mappingCell(completed?.actual),
  actualSkillName: ({ completed }, skills) => skillName(completed?.actual, skills),
  failure: ({ completed }) => completed?.failure ?? '',
  status: ({ completed }) => completed?.status?.toString() ?? '',
  requestId: ({ completed }) => completed?.requestId ?? '',
  recovered: ({ completed }) => (completed?.recovered ? 'true' : ''),
  operationId: ({ operationId }) => operationId,
  id: ({ id }) => id,
  revertsChangeId: ({ revertsChangeId = '' }) => revertsChangeId,
  endpoint: ({ endpoint }) => endpoint,
  logicalId: (change) => ('logicalId' in change && change.logicalId) || '',
  displayNameBefore: (change) => displayNames(change).before ?? '',
  displayName: (change) => displayNames(change).after ?? '',
};

/** Records per chunk: one chunk per record would be slow, one for all of them large. */
const CHUNK_SIZE = 500;

/**
 * Yields changes as text, chunk by chunk. CSV has a header, ISO 8601 times, empty cells for unknown values, and no cell
 * that a spreadsheet would run as a formula; JSON is an array of the records. Both have the names that skills have now,
 * after their IDs.
 */
export async function* formatHistory(
  changes: AsyncIterable<ChangeRecord>,
  format: HistoryFormat,
  skills: SkillNames,
): AsyncGenerator<string> {
  const { begin, piece, end } = FORMATS[format];
  yield begin;
  let waiting: ChangeRecord[] = [];
  let isFirst = true;
  for await (const change of changes) {
    waiting.push(redactDeep(change));
    if (waiting.length < CHUNK_SIZE) continue;
    yield piece(waiting, skills, isFirst);
    waiting = [];
    isFirst = false;
  }
  if (waiting.length > 0) yield piece(waiting, skills, isFirst);
  yield end;
}

const FORMATS: Readonly<
  Record<
    HistoryFormat,
    {
      begin: string;
      piece: (changes: readonly ChangeRecord[], skills: SkillNames, isFirst: boolean) => string;
      end: string;
    }
  >
> = {
  csv: {
    // Without a byte order mark, Excel assumes the system's legacy encoding.
    begin: `\ufeff${csvLines([Object.keys(COLUMNS)])}`,
    piece: (changes, skills) =>
      csvLines(changes.map((change) => Object.values(COLUMNS).map((cell) => cell(change, skills)))),
    end: '',
  },
  json: {
    begin: '[',
    piece: (changes, skills, isFirst) =>
      changes
        .map((change, index) => `${isFirst && index === 0 ? '' : ','}\n  ${JSON.stringify(withNames(change, skills))}`)
        .join(''),
    end: '\n]\n',
  },
};

function csvLines(rows: readonly (readonly string[])[]): string {
  return stringify(
    rows.map((row) => row.map(escapeFormula)),
    { record_delimiter: 'windows' },
  );
}

/** Returns an empty text for a time that a Date cannot represent, so that one bad record does not fail the export. */
function isoTime(ms: number | undefined): string {
  const time = new Date(ms ?? NaN);
  return Number.isNaN(time.getTime()) ? '' : time.toISOString();
}

function mappingCell(mapping: NetworkMapping | undefined): string {
  return mapping?.type === 'mapped' ? mapping.skillId : (mapping?.type ?? '');
}

/** Returns the mapping that a change replaces; that of a deleted service provider goes with it. */
function beforeOf(change: ChangeRecord): NetworkMapping | undefined {
  if (!isProviderChange(change)) return change.before;
  return change.operation === 'deleteProvider' ? change.mapping : undefined;
}

function targetOf(change: ChangeRecord): NetworkMapping | undefined {
  return isProviderChange(change) ? undefined : change.target;
}

/** Returns the display names at the service before and after a change, as far as it concerns them. */
function displayNames(change: ChangeRecord): {
  readonly before?: string | undefined;
  readonly after?: string | undefined;
} {
  switch (change.operation) {
    case 'create':
    case 'update':
    case 'delete':
      return {};
    case 'createProvider':
      return { after: change.displayName };
    case 'updateProvider':
      return { before: change.displayNameBefore, after: change.displayName };
    case 'deleteProvider':
      return { before: change.displayName };
  }
}

function skillName(mapping: NetworkMapping | undefined, skills: SkillNames): string {
  return (mapping?.type === 'mapped' ? skills.nameOf(mapping.skillId) : undefined) ?? '';
}

/** Returns a record whose mappings have the names of their skills, where they have one. */
function withNames(change: ChangeRecord, skills: SkillNames): object {
  const named = (mapping: NetworkMapping) => {
    const name = skillName(mapping, skills);
    return name === '' ? mapping : { ...mapping, skillName: name };
  };
  if (isProviderChange(change)) {
    const mapping = beforeOf(change);
    return { ...change, ...(mapping && { mapping: named(mapping) }) };
  }
  const { before, target, completed }: MappingChangeRecord = change;
  return {
    ...change,
    ...(before && { before: named(before) }),
    target: named(target),
    ...(completed && { completed: { ...completed, ...(completed.actual && { actual: named(completed.actual) }) } }),
  };
}
