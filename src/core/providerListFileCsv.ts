import * as l10n from '@vscode/l10n';
import { CsvError, parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import type { ConfiguredProvider } from './configuredProviders';
import {
  fieldOf,
  unreadable,
  type Field,
  type FileEntries,
  type FileEntry,
  type LineProblem,
} from './providerListFileEntries';

const HEADER: readonly Field[] = ['id', 'name', 'account'];
const SEPARATORS = [',', ';', '\t'];

/**
 * Spreadsheets run a cell that begins so as a formula, also one from a file.
 *
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/;

/** As many as the largest file has with ids alone; the parser takes seconds for lines that hold next to nothing. */
const MOST_LINES = 100_000;

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

/** The service providers as CSV, for spreadsheets too: a header, and no cell that one of them would run. */
export function formatCsv(providers: readonly ConfiguredProvider[]): string {
  const rows = providers.map((provider) => HEADER.map((field) => guarded(provider[field] ?? '')));
  // Without the mark at its beginning, Excel takes the file for one of the system's old encoding.
  return stringify([HEADER, ...rows], { bom: true, record_delimiter: 'windows' });
}

/**
 * Reads CSV with a header that names the columns in any order, or a single column of ids without one.
 *
 * @param text without a byte order mark
 */
export function parseCsv(text: string): FileEntries {
  // The parser counts a line break of two characters inside quotation marks as two lines.
  const unified = text.replace(/\r\n?/g, '\n');
  if (unified.split('\n', MOST_LINES + 2).length > MOST_LINES + 1) {
    return unreadable(
      MOST_LINES + 1,
      l10n.t('The file has more than {0} lines, which no list of service providers has.', MOST_LINES),
    );
  }
  const separator = separatorOf(unified);
  const rows = rowsOf(unified, separator);
  if (!Array.isArray(rows)) return unreadable(rows.line, rows.problem);
  const [first] = rows;
  if (!first) return { entries: [], problems: [], ignored: [] };
  const columns = first.cells.map(fieldOf);
  if (columns.includes('id')) return ofTable(first, columns, rows.slice(1));
  if (first.cells.length === 1 && !SEPARATORS.some((each) => first.cells[0]?.includes(each))) {
    return ofTable(undefined, ['id'], rows);
  }
  return unreadable(
    first.line,
    l10n.t('The first line names no column "id". Expected a line such as {0}', HEADER.join(separator)),
  );
}

function ofTable(header: Row | undefined, columns: readonly (Field | undefined)[], rows: readonly Row[]): FileEntries {
  const twice = columns.find((field, index) => field !== undefined && columns.indexOf(field) !== index);
  if (twice !== undefined) {
    return unreadable(header?.line ?? 1, l10n.t('Two columns are named "{0}". Remove one of them.', twice));
  }
  // Once: to look for it again in each line would take the time of all columns for each of them.
  const [id, name, account] = HEADER.map((field) => columns.indexOf(field));
  const entries: FileEntry[] = [];
  const problems: LineProblem[] = [];
  for (const { line, cells } of rows) {
    if (cells.slice(columns.length).some((cell) => cell.trim() !== '')) {
      const problem = l10n.t(
        'This line has {0} columns, where {1} are expected. Put a text with a separator in it into quotation marks.',
        cells.length,
        columns.length,
      );
      problems.push({ line, problem });
      continue;
    }
    const cell = (column = -1) => unguarded(cells[column] ?? '');
    entries.push({ line, value: { id: cell(id), name: cell(name), account: cell(account) } });
  }
  const named = header?.cells.filter((name, index) => columns[index] === undefined && name.trim() !== '') ?? [];
  return { entries, problems, ignored: [...new Set(named.map((name) => name.trim()))] };
}

/** The rows that hold anything, or why there are none. */
function rowsOf(text: string, delimiter: string): Row[] | LineProblem {
  const rows: Row[] = [];
  let end = 0;
  try {
    parse(text, {
      delimiter,
      record_delimiter: '\n',
      relax_column_count: true,
      skip_empty_lines: true,
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
      // Found at the end of the file, where nobody would look for it: it is in the first row that was not read.
      const opened = text.split('\n').findIndex((each, index) => index >= end && each !== '');
      return { line: opened + 1, problem: l10n.t('A quotation mark is opened here and not closed.') };
    }
    if (error.code !== 'CSV_INVALID_CLOSING_QUOTE' && error.code !== 'INVALID_OPENING_QUOTE') throw error;
    return {
      line,
      problem: l10n.t(
        'A quotation mark stands inside a text. Write it twice, and put the whole text into quotation marks.',
      ),
    };
  }
}

/** The separator that finds the most known columns in the first line that holds anything. */
function separatorOf(text: string): string {
  const [first = ''] = /^.*\S.*$/m.exec(text) ?? [];
  const known = (separator: string) =>
    first.split(separator).filter((name) => fieldOf(name.replace(/^\s*"(.*)"\s*$/, '$1'))).length;
  return SEPARATORS.reduce((best, each) => (known(each) > known(best) ? each : best));
}

function guarded(cell: string): string {
  return FORMULA.test(cell) ? `'${cell}` : cell;
}

/** Takes away what {@link guarded} has put there, and nothing else. */
function unguarded(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell;
}
