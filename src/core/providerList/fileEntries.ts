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

export const FIELDS = ['id', 'name', 'account'] as const;

export type Field = (typeof FIELDS)[number];

/** Names of columns and keys, without what is neither a letter nor a digit, as the service, people and other tools write them. */
const NAMES: Readonly<Record<Field, readonly string[]>> = {
  id: [
    ...['id', 'identifier', 'serviceproviderid', 'serviceprovideridentifier', 'serviceprovider'],
    ...['providerid', 'provideridentifier', 'cspid', 'spid'],
  ],
  name: ['name', 'displayname', 'serviceprovidername', 'providername'],
  account: ['account', 'accountname'],
};

const FIELD_OF: ReadonlyMap<string, Field> = new Map(
  FIELDS.flatMap((field) => NAMES[field].map((name) => [name, field] as const)),
);

/** The field that a column or a key names, in whatever letter case, with or without spaces and underscores. */
export function fieldOf(name: string): Field | undefined {
  return FIELD_OF.get(plainName(name));
}

/** A name as {@link fieldOf} compares it. */
export function plainName(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** A file of which nothing can be taken. */
export function unreadable(line: number, problem: string): FileEntries {
  return { entries: [], problems: [{ line, problem }], ignored: [] };
}
