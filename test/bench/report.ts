import { availableParallelism, cpus, totalmem } from 'node:os';
import { version } from '../../package.json';
import { meets, type Row } from './measurement';

/** With samples that lie further apart than this share, a figure says little: the machine was busy. */
const NOISY_SPREAD = 0.1;

const HEADINGS = ['', 'figure', 'aim', '', 'on this machine'];

/** A table of the rows, to print. */
export function table(rows: readonly Row[]): string {
  const lines = [HEADINGS, ...rows.map(cells)];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const padded = (cell: string, column: number) =>
    column === 1 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0);
  return lines.map((line) => line.map(padded).join('  ').trimEnd()).join('\n');
}

/**
 * The rows as a page of the documentation.
 *
 * @param commit what was measured
 */
export function toMarkdown(rows: readonly Row[], commit: string): string {
  const [processor] = cpus();
  const gibibytes = Math.round(totalmem() / 2 ** 30);
  const machine = `${availableParallelism()} processors (${processor?.model.trim() ?? 'unknown'}), ${gibibytes} GiB of memory, Node.js ${process.version}`;
  const line = (content: readonly string[]) => `| ${content.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [
    '# Performance',
    `Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)} at commit ${commit}, on a machine with ${machine}.`,
    'Every time is a ratio to a baseline measured alternately with it in the same run, so that it can be compared between computers. The last column is comparable only on the same one; times are in milliseconds. A figure is *noisy* if its samples lie more than 10 % apart.',
    [line(HEADINGS), line(HEADINGS.map(() => '---')), ...rows.map((row) => line(cells(row)))].join('\n'),
  ].join('\n\n');
}

/** The rows as JSON. */
export function toJson(rows: readonly Row[]): object {
  return {
    extension: version,
    takenAt: new Date().toISOString(),
    machine: { processors: availableParallelism(), node: process.version },
    rows: rows.map((row) => ({ ...row, ...(row.aim && { met: meets(row.value, row.aim) }) })),
  };
}

function cells(row: Row): string[] {
  return [row.name, figure(row), aim(row), verdict(row), information(row)];
}

function figure({ value, unit }: Row): string {
  return unit === 'times' ? `${value.toFixed(value < 2 ? 3 : 2)} x` : `${value.toLocaleString('en')} ${unit}`;
}

function aim({ aim }: Row): string {
  if (!aim) return '';
  return 'below' in aim ? `< ${aim.below.toLocaleString('en')}` : `<= ${aim.atMost.toLocaleString('en')}`;
}

function verdict({ value, aim, spread = 0 }: Row): string {
  const isMet = aim && (meets(value, aim) ? 'met' : 'MISSED');
  return [isMet, spread > NOISY_SPREAD && 'noisy'].filter(Boolean).join(', ');
}

function information({ information = {}, spread }: Row): string {
  const all = { ...information, ...(spread !== undefined && { spread: `±${(spread * 100).toFixed(0)} %` }) };
  return Object.entries(all)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}
