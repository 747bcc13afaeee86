import * as l10n from '@vscode/l10n';
import { CsvError, parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { FIELDS, type ConfiguredProvider, type Field } from '../model/configuredProviders';
import { escapeFormula, unescapeFormula } from '../text/csvFormulas';
import { sanitizeText } from '../text/sanitizeText';
import { looksLikeSecret } from '../model/identifiers';
import {
  FILE_FIELDS,
  fieldOf,
  plainName,
  unreadable,
  type FileEntries,
  type FileEntry,
  type FileField,
  type LineProblem,
} from './fileEntries';

const SEPARATORS = [',', ';', '\t', '|'];

/** Excel's declaration of the separator, on a line of its own before all others. */
const DECLARED_SEPARATOR = /^("?)sep=([^\p{L}\p{N}"\n])\1[^\S\n]*(?=\n|$)/iu;

/** Certainly a service provider ID, and never a column name. */
const KNOWN_ID = /^[\s"]*amzn1\.comms\.csp\.id\.[\w.-]+[\s"]*$/;

/** As many as the largest file has with IDs alone; the parser takes seconds for more lines that are almost empty. */
const MAX_LINES = 100_000;

/** How many of the first lines are used to detect the format. */
const LOOKED_AT = 20;

const MOST_SAMPLES = 3;

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

/** A column of a file, for display. */
export interface FileColumn {
  /** From the first line, if that is a header. */
  readonly name?: string;
  /** Some of its values. */
  readonly samples: readonly string[];
}

/** The column of each field, counted from 0. */
export type ChosenColumns = Readonly<{ id: number } & Partial<Record<Field, number>>>;

/** A file whose ID column is unknown. The user has to choose. */
export interface UnknownColumns {
  readonly columns: readonly FileColumn[];
  /** What the columns probably contain. */
  readonly guess: Partial<ChosenColumns>;
}

/**
 * Returns the service providers as CSV, also for spreadsheets: with a header, and no cell that a spreadsheet would run.
 */
export function formatCsv(providers: readonly ConfiguredProvider[]): string {
  const rows = providers.map((provider) => FIELDS.map((field) => escapeFormula(provider[field] ?? '')));
  // Without a byte order mark, Excel assumes the system's legacy encoding.
  return stringify([FIELDS, ...rows], { bom: true, record_delimiter: 'windows' });
}

/**
 * Parses CSV separated by commas, semicolons, tabs or vertical bars: with a header that names the columns in any order,
 * or without one, a single column of IDs, or one of IDs and one of names.
 *
 * @param text without a byte order mark
 * @param chosen the columns that the user chose
 */
export function parseCsv(text: string): FileEntries | UnknownColumns;
export function parseCsv(text: string, chosen: ChosenColumns): FileEntries;
export function parseCsv(text: string, chosen?: ChosenColumns): FileEntries | UnknownColumns {
  // Within quotation marks, the parser counts CRLF as two lines.
  const unified = text.replace(/\r\n?/g, '\n');
  if (unified.split('\n', MAX_LINES + 2).length > MAX_LINES + 1) {
    return unreadable(MAX_LINES + 1, l10n.t('The file has more than {0} lines.', MAX_LINES));
  }
  const declared = DECLARED_SEPARATOR.exec(unified);
  const table = unified.slice(declared?.[0].length ?? 0);
  const separator = declared?.[2] ?? separatorOf(table);
  const rows = parseRows(table, separator);
  if (!Array.isArray(rows)) return unreadable(rows.line, rows.problem);
  const [first, second] = rows;
  if (!first) return { entries: [], problems: [], ignored: [] };

  const named = first.cells.map(fieldOf);
  const isHeader = named.some((field) => field !== undefined) || (hasNoId(first) && !!second && !hasNoId(second));
  const header = isHeader ? first : undefined;
  const body = isHeader ? rows.slice(1) : rows;
  const inTable = (columns: readonly (FileField | undefined)[]) => fromTable(header, columns, body, separator);
  if (chosen) {
    const skills = named.indexOf('skillId');
    const columns: Partial<Record<FileField, number>> = { ...(skills >= 0 && { skillId: skills }), ...chosen };
    return inTable(first.cells.map((_cell, index) => FILE_FIELDS.find((field) => columns[field] === index)));
  }
  const twice = named.find((field, index) => field !== undefined && named.indexOf(field) !== index);
  if (twice !== undefined && !areDifferent(first.cells, named, twice)) {
    return unreadable(first.line, l10n.t('Two columns are named "{0}". Remove one of them.', twice));
  }
  if (named.includes('id') && twice === undefined) return inTable(named);
  if (first.cells.length === 1 && named[0] === undefined) {
    // A line taken for a header may have been meant as an ID: report that it was ignored.
    return { ...inTable(['id']), ignored: header ? first.cells : [] };
  }
  if (first.cells.length === 1) {
    return unreadable(
      first.line,
      l10n.t('The first line has no column "id". Expected a line such as {0}', FIELDS.join(separator)),
    );
  }
  if (!header && first.cells.length === 2 && isKnownId(first.cells[0]) && !isKnownId(first.cells[1])) {
    return inTable(['id', 'name']);
  }
  return unknownColumns(header, body, named, separator);
}

/** Whether columns for the same field have different names, so that both may be intentional. */
function areDifferent(cells: readonly string[], named: readonly (FileField | undefined)[], field: FileField): boolean {
  const names = cells.filter((_cell, index) => named[index] === field).map(plainName);
  return new Set(names).size === names.length;
}

function unknownColumns(
  header: Row | undefined,
  body: readonly Row[],
  named: readonly (FileField | undefined)[],
  separator: string,
): UnknownColumns {
  const shown = body.slice(0, LOOKED_AT).filter((row) => !holdsSecret(row, separator));
  const names = header && !holdsSecret(header, separator) ? header.cells : [];
  const count = Math.max(header?.cells.length ?? 0, ...body.slice(0, LOOKED_AT).map(({ cells }) => cells.length));
  const columns = Array.from({ length: count }, (_column, index): FileColumn => {
    const samples = shown
      .map(({ cells }) => sanitizeText(unescapeFormula(cells[index] ?? ''), 60))
      .filter((text) => text !== '');
    const name = sanitizeText(names[index] ?? '', 60);
    return { ...(name && { name }), samples: [...new Set(samples)].slice(0, MOST_SAMPLES) };
  });
  const ids = columns.findIndex((_column, index) => shown.some(({ cells }) => isKnownId(cells[index])));
  const id = ids < 0 ? named.indexOf('id') : ids;
  const name = header ? named.indexOf('name') : columns.findIndex((_column, index) => index !== id);
  const probable: Readonly<Record<Field, number>> = { id, name, account: named.indexOf('account') };
  return { columns, guess: Object.fromEntries(Object.entries(probable).filter(([, index]) => index >= 0)) };
}

function fromTable(
  header: Row | undefined,
  columns: readonly (FileField | undefined)[],
  rows: readonly Row[],
  separator: string,
): FileEntries {
  // Computed once: per line, it would take time for all columns of each line.
  const columnOf = FILE_FIELDS.map((field) => [field, columns.indexOf(field)] as const);
  const entries: FileEntry[] = [];
  const problems: LineProblem[] = [];
  for (const row of rows) {
    const { line, cells } = row;
    if (separator === '|' && holdsSecret(row, separator)) {
      const problem = l10n.t('This line contains a Login with Amazon secret. Remove it from the file, and revoke it.');
      problems.push({ line, problem });
      continue;
    }
    if (cells.slice(columns.length).some((cell) => cell.trim() !== '')) {
      const problem =
        columns.length === 1
          ? l10n.t(
              'This line has {0} columns, but 1 is expected. Enclose values that contain a separator in quotation marks.',
              cells.length,
            )
          : l10n.t(
              'This line has {0} columns, but {1} are expected. Enclose values that contain a separator in quotation marks.',
              cells.length,
              columns.length,
            );
      problems.push({ line, problem });
      continue;
    }
    const values = columnOf.map(([field, column]) => [field, unescapeFormula(cells[column] ?? '')]);
    entries.push({ line, value: Object.fromEntries(values) });
  }
  if (!header || (separator === '|' && holdsSecret(header, separator))) return { entries, problems, ignored: [] };
  const ignored = header.cells.filter((text, index) => columns[index] === undefined && text.trim() !== '');
  return { entries, problems, ignored: [...new Set(ignored.map((text) => text.trim()))] };
}

/** Returns the rows that are not empty, or why there are none. */
function parseRows(text: string, delimiter: string): Row[] | LineProblem {
  const rows = rowsOfLines(text, delimiter);
  if (!Array.isArray(rows)) return rows;
  // Some programs quote a whole line: then it is one cell that contains the line.
  const whole = rows.flatMap(({ cells: [cell = '', ...others] }, index) =>
    others.length === 0 && cell.includes(delimiter) && !cell.includes('\n') ? [{ cell, index }] : [],
  );
  const inner = rowsOfLines(whole.map(({ cell }) => cell).join('\n'), delimiter);
  if (!Array.isArray(inner)) return { ...inner, line: rows[whole[inner.line - 1]?.index ?? 0]?.line ?? 1 };
  const cellsOf = new Map(inner.map(({ line, cells }) => [whole[line - 1]?.index, cells]));
  return rows.map((row, index) => ({ ...row, cells: cellsOf.get(index) ?? row.cells }));
}

function rowsOfLines(text: string, delimiter: string): Row[] | LineProblem {
  const rows: Row[] = [];
  let end = 0;
  try {
    parse(text, {
      delimiter,
      record_delimiter: '\n',
      relax_column_count: true,
      skip_empty_lines: true,
      // Also before a quotation mark, which would otherwise be part of the text.
      trim: true,
      on_record: (cells: string[], { lines }) => {
        const breaks = cells.reduce((sum, cell) => sum + cell.split('\n').length - 1, 0);
        if (cells.some((cell) => cell.trim() !== '')) rows.push({ line: lines - breaks, cells });
        end = lines;
        return null;
      },
    });
    return rows;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error['lines'] === 'number' ? error['lines'] : end + 1;
    if (error.code === 'CSV_QUOTE_NOT_CLOSED') {
      // The parser reports it at the end of the file, where it is hard to find: it is in the first row that was not
      // parsed.
      const opened = text.split('\n').findIndex((each, index) => index >= end && each !== '');
      return { line: opened + 1, problem: l10n.t('A quotation mark is opened here and never closed.') };
    }
    if (!QUOTE_INSIDE.has(error.code)) throw error;
    return {
      line,
      problem: l10n.t(
        'There is a quotation mark inside a value. Double it, and enclose the whole value in quotation marks.',
      ),
    };
  }
}

const QUOTE_INSIDE: ReadonlySet<string> = new Set([
  'CSV_INVALID_CLOSING_QUOTE',
  'CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE',
  'INVALID_OPENING_QUOTE',
]);

/**
 * Returns the separator that finds the most known columns in the first non-empty line; without any, the most IDs in the
 * first lines, or the most cells.
 */
function separatorOf(text: string): string {
  const lines = text
    .slice(0, 100_000)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, LOOKED_AT)
    // Unquote a line that is quoted as a whole.
    .map((line) => /^\s*"(.*)"\s*$/.exec(line)?.[1] ?? line);
  const [first = ''] = lines;
  const measures = [
    (separator: string) => first.split(separator).filter((name) => fieldOf(name)).length,
    (separator: string) => lines.flatMap((line) => line.split(separator)).filter(isKnownId).length,
    (separator: string) => first.split(separator).length,
  ];
  // The prefix of a Login with Amazon secret contains a vertical bar, which must not split it.
  const candidates = lines.some(looksLikeSecret) ? SEPARATORS.filter((each) => each !== '|') : SEPARATORS;
  return candidates.reduce((best, each) => {
    const better = measures.map((measure) => measure(each) - measure(best)).find((difference) => difference !== 0);
    return (better ?? 0) > 0 ? each : best;
  });
}

function isKnownId(cell: string | undefined): boolean {
  return cell !== undefined && KNOWN_ID.test(cell);
}

function hasNoId({ cells }: Row): boolean {
  return !cells.some(isKnownId);
}

/** Whether a row contains a secret, including one split at the vertical bar in its prefix. */
function holdsSecret({ cells }: Row, separator: string): boolean {
  return looksLikeSecret(cells.join(separator));
}
