import { availableParallelism } from 'node:os';
import { version } from '../../package.json';
import { meets, type Row } from './measurement';

/** A table of the rows, to print. */
export function table(rows: readonly Row[]): string {
  const lines = [
    ['', 'figure', 'aim', '', 'on this machine'],
    ...rows.map((row) => [row.name, figure(row), aim(row), verdict(row), information(row)]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const padded = (cell: string, column: number) =>
    column === 1 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0);
  return lines.map((line) => line.map(padded).join('  ').trimEnd()).join('\n');
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

function figure({ value, unit }: Row): string {
  return unit === 'times' ? `${value.toFixed(value < 2 ? 3 : 2)} x` : `${value.toLocaleString('en')} ${unit}`;
}

function aim({ aim }: Row): string {
  if (!aim) return '';
  return 'below' in aim ? `< ${aim.below.toLocaleString('en')}` : `<= ${aim.atMost.toLocaleString('en')}`;
}

function verdict({ value, aim }: Row): string {
  if (!aim) return '';
  return meets(value, aim) ? 'met' : 'MISSED';
}

function information(row: Row): string {
  return Object.entries(row.information ?? {})
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}
