/** Something in a file that cannot be taken as it is. */
export interface LineProblem {
  /** From 1, as editors count. */
  readonly line: number;
  /** The service provider that it is about, when its id can be shown. */
  readonly id?: string;
  readonly problem: string;
}

/** What a file says of one service provider, not checked yet. */
export interface FileEntry {
  /** Where it begins, from 1. */
  readonly line: number;
  /** As an entry of the setting, or whatever else stands in its place. */
  readonly value: unknown;
}

/** A file's form is understood; what stands in it is not checked yet. */
export interface FileEntries {
  readonly entries: readonly FileEntry[];
  readonly problems: readonly LineProblem[];
  /** The names of columns or fields that mean nothing here, each once. */
  readonly ignored: readonly string[];
}

export type Field = 'id' | 'name' | 'account';

const FIELDS: ReadonlyMap<string, Field> = new Map([
  ['id', 'id'],
  // As the service names it.
  ['serviceproviderid', 'id'],
  ['name', 'name'],
  ['account', 'account'],
]);

/** The field that a column or a key names, in whatever letter case. */
export function fieldOf(name: string): Field | undefined {
  return FIELDS.get(name.trim().toLowerCase());
}

/** A file of which nothing can be taken. */
export function unreadable(line: number, problem: string): FileEntries {
  return { entries: [], problems: [{ line, problem }], ignored: [] };
}
