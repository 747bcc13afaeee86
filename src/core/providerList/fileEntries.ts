import { FIELDS, type ConfiguredProvider, type SettingEntry } from '../model/configuredProviders';

/** The fields of an entry in a file: those of the setting, and the skill that the service provider is to be mapped to. */
export const FILE_FIELDS = [...FIELDS, 'skillId'] as const;

export type FileField = (typeof FILE_FIELDS)[number];

/** A problem in a file. */
export interface LineProblem {
  /** From 1, as editors count. */
  readonly line: number;
  /** The service provider concerned, if its ID can be shown. */
  readonly id?: string;
  readonly problem: string;
}

/** A file's data on one service provider, not validated yet. */
export interface FileEntry {
  /** Its first line, from 1. */
  readonly line: number;
  /** An entry as in the setting, or any other value in its place. */
  readonly value: unknown;
}

/** A parsed file whose entries are not validated yet. */
export interface FileEntries {
  readonly entries: readonly FileEntry[];
  readonly problems: readonly LineProblem[];
  /** Unknown columns or fields, without duplicates. */
  readonly ignored: readonly string[];
}

/** Names of columns and keys, reduced to letters and digits, as the service, users and other tools write them. */
const NAMES: Readonly<Record<FileField, readonly string[]>> = {
  id: [
    ...['id', 'identifier', 'serviceproviderid', 'serviceprovideridentifier', 'serviceprovider'],
    ...['providerid', 'provideridentifier', 'cspid', 'spid'],
  ],
  name: ['name', 'displayname', 'serviceprovidername', 'providername'],
  account: ['account', 'accountname'],
  // Not "skill", which may also be its name.
  skillId: ['skillid', 'skillidentifier'],
};

const FIELD_OF: ReadonlyMap<string, FileField> = new Map(
  FILE_FIELDS.flatMap((field) => NAMES[field].map((name) => [name, field] as const)),
);

/** Returns the field that a column or key denotes, ignoring case, spaces and underscores. */
export function fieldOf(name: string): FileField | undefined {
  return FIELD_OF.get(plainName(name));
}

/** Returns a name as {@link fieldOf} compares it. */
export function plainName(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** Returns a service provider as an entry of the setting. */
export function settingEntry(provider: ConfiguredProvider): SettingEntry {
  const present = FIELDS.filter((field) => provider[field] !== undefined);
  return { id: provider.id, ...Object.fromEntries(present.map((field) => [field, provider[field]])) };
}

/** Returns the result for a file without usable entries. */
export function unreadable(line: number, problem: string): FileEntries {
  return { entries: [], problems: [{ line, problem }], ignored: [] };
}
