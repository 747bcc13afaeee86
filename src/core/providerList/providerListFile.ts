import * as l10n from '@vscode/l10n';
import { parseConfiguredProviders, type ConfiguredProvider } from '../model/configuredProviders';
import { sanitizeText } from '../text/sanitizeText';
import { checkServiceProviderId, looksLikeSecret } from '../model/identifiers';
import { parseCsv, type ChosenColumns, type UnknownColumns } from './csvFile';
import type { FileEntry, LineProblem } from './fileEntries';
import { parseJson } from './jsonFile';

/** Some 40,000 service providers with names; whatever is larger is another file. */
export const MAX_FILE_BYTES = 5_000_000;
/** Far beyond those known; a cell as long was not meant to be an id or a name. */
const MAX_CHARACTERS = 500;

/** An entry of the setting as it is written. */
export interface SettingEntry {
  readonly id: string;
  readonly name?: string;
  readonly account?: string;
}

/** A service provider that a file names, with everything in order. */
export interface ListedProvider {
  /** From 1. */
  readonly line: number;
  readonly entry: SettingEntry;
  /** As it will be shown. */
  readonly provider: ConfiguredProvider;
}

/** All that a file says: each of its service providers is either taken or a problem. */
export interface ProviderListFile {
  readonly listed: readonly ListedProvider[];
  /** In the order of the lines. */
  readonly problems: readonly LineProblem[];
  /** The names of columns or fields that mean nothing here. */
  readonly ignored: readonly string[];
}

/** Why a file is no list of service providers to begin with. */
interface Refused {
  readonly refused: string;
}

/**
 * Reads a list of service providers from a file in CSV or JSON, in UTF-8 or, with a byte order mark, in UTF-16.
 *
 * @param fileName tells JSON by its ending; without one, what the text begins with does
 * @param chosen what the columns of the file hold, when a person was asked
 * @returns or the columns of the file, when a person has to choose first
 */
export function readProviderListFile(bytes: Uint8Array, fileName: string): ProviderListFile | Refused | UnknownColumns;
export function readProviderListFile(
  bytes: Uint8Array,
  fileName: string,
  chosen: ChosenColumns,
): ProviderListFile | Refused;
export function readProviderListFile(
  bytes: Uint8Array,
  fileName: string,
  chosen?: ChosenColumns,
): ProviderListFile | Refused | UnknownColumns {
  if (bytes.byteLength > MAX_FILE_BYTES) return { refused: fileTooLargeMessage() };
  const text = textOf(bytes);
  if (text === undefined) {
    return { refused: l10n.t('The file is not text in UTF-8 or UTF-16. Save it with one of these encodings first.') };
  }
  const isJson = /\.jsonc?$/i.test(fileName) || /^\s*(?:[[{]|\/[/*])/.test(text);
  const parsed = isJson ? parseJson(text) : chosen ? parseCsv(text, chosen) : parseCsv(text);
  if ('columns' in parsed) return parsed;
  const { entries, problems, ignored } = parsed;
  const checked = checkAll(entries);
  return {
    listed: checked.listed,
    problems: [...problems, ...checked.problems].sort((one, other) => one.line - other.line),
    ignored: ignored.filter((name) => !looksLikeSecret(name)).map((name) => sanitizeText(name, 60)),
  };
}

/** Why a file of more than {@link MAX_FILE_BYTES} is not read. */
export function fileTooLargeMessage(): string {
  return l10n.t('The file is larger than {0} MB.', MAX_FILE_BYTES / 1_000_000);
}

/** undefined when it is no text in UTF-8, and none in UTF-16 with a byte order mark, as Excel's "Unicode Text" is */
function textOf(bytes: Uint8Array): string | undefined {
  const [first = 0, second = 0] = bytes;
  const encoding = { 0xfffe: 'utf-16le', 0xfeff: 'utf-16be' }[(first << 8) | second] ?? 'utf-8';
  try {
    // It takes the byte order mark away.
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}

function checkAll(entries: readonly FileEntry[]): Pick<ProviderListFile, 'listed' | 'problems'> {
  const listed: ListedProvider[] = [];
  const problems: LineProblem[] = [];
  const lines = new Map<string, number>();
  for (const { line, value } of entries) {
    const checked = check(value);
    if ('problem' in checked) {
      problems.push({ line, ...checked });
      continue;
    }
    const { id } = checked.entry;
    const earlier = lines.get(id);
    if (earlier !== undefined) {
      problems.push({ line, id, problem: l10n.t('Same ID as on line {0}, which takes precedence.', earlier) });
      continue;
    }
    lines.set(id, line);
    listed.push({ line, ...checked });
  }
  return { listed, problems };
}

/** By the rules of the setting, and with its words. */
function check(value: unknown): Omit<ListedProvider, 'line'> | Omit<LineProblem, 'line'> {
  const raw = trimmed(value);
  const id = raw && checkServiceProviderId(raw.id).ok ? raw.id : undefined;
  const about = id === undefined || id.length > MAX_CHARACTERS ? {} : { id };
  for (const [field, text] of Object.entries(raw ?? {})) {
    if (typeof text !== 'string') continue;
    if (field !== 'id' && looksLikeSecret(text)) {
      const problem = l10n.t(
        '"{0}" contains a Login with Amazon secret. Remove it from the file, and revoke it.',
        field,
      );
      return { ...about, problem };
    }
    if (text.length > MAX_CHARACTERS) {
      const problem = l10n.t('"{0}" has more than {1} characters.', field, MAX_CHARACTERS);
      return { ...about, problem };
    }
  }
  const [entry] = parseConfiguredProviders([raw ?? value]);
  if (entry?.type !== 'provider') return { ...about, problem: entry?.problem ?? '' };
  const name = sanitizeText(typeof raw?.name === 'string' ? raw.name : '');
  const { account } = entry;
  return { provider: entry, entry: { id: entry.id, ...(name && { name }), ...(account && { account }) } };
}

/** Spaces around an id come from spreadsheets and mean nothing. */
function trimmed(value: unknown): { id: string; name?: unknown; account?: unknown } | undefined {
  if (typeof value !== 'object' || value === null || !('id' in value) || typeof value.id !== 'string') return undefined;
  return { ...value, id: value.id.trim() };
}
