import * as l10n from '@vscode/l10n';
import { parseConfiguredProviders, type ConfiguredProvider } from './configuredProviders';
import { displayText } from './displayText';
import { checkServiceProviderId, looksLikeSecret } from './identifiers';
import { parseCsv } from './providerListFileCsv';
import type { FileEntry, LineProblem } from './providerListFileEntries';
import { parseJson } from './providerListFileJson';

/** Some 40,000 service providers with names; whatever is larger is another file. */
export const MOST_BYTES = 5_000_000;
/** Far beyond those known; a cell as long was not meant to be an id or a name. */
const MOST_CHARACTERS = 500;

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

/**
 * Reads a list of service providers from a file in CSV or JSON.
 *
 * @param fileName tells JSON by its ending; without one, what the text begins with does
 * @returns or why the file is none to begin with
 */
export function readProviderListFile(
  bytes: Uint8Array,
  fileName: string,
): ProviderListFile | { readonly refused: string } {
  if (bytes.byteLength > MOST_BYTES) return { refused: tooLarge() };
  const text = textOf(bytes);
  if (text === undefined) {
    return { refused: l10n.t('The file is no text in UTF-8. Save it with that encoding first.') };
  }
  const isJson = /\.jsonc?$/i.test(fileName) || /^\s*(?:[[{]|\/[/*])/.test(text);
  const { entries, problems, ignored } = isJson ? parseJson(text) : parseCsv(text);
  const checked = checkAll(entries);
  return {
    listed: checked.listed,
    problems: [...problems, ...checked.problems].sort((one, other) => one.line - other.line),
    ignored: ignored.filter((name) => !looksLikeSecret(name)).map((name) => displayText(name, 60)),
  };
}

/** Why a file of more than {@link MOST_BYTES} is not read. */
export function tooLarge(): string {
  return l10n.t('The file is larger than {0} MB, which no list of service providers is.', MOST_BYTES / 1_000_000);
}

/** undefined when it is no text in UTF-8 */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    // It takes the byte order mark away.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
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
      problems.push({ line, id, problem: l10n.t('Same id as on line {0}, which is the one that counts.', earlier) });
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
  const about = id === undefined || id.length > MOST_CHARACTERS ? {} : { id };
  for (const [field, text] of Object.entries(raw ?? {})) {
    if (typeof text !== 'string') continue;
    if (field !== 'id' && looksLikeSecret(text)) {
      const problem = l10n.t('"{0}" holds a Login with Amazon secret. Remove it from the file, and revoke it.', field);
      return { ...about, problem };
    }
    if (text.length > MOST_CHARACTERS) {
      const problem = l10n.t('"{0}" has more than {1} characters.', field, MOST_CHARACTERS);
      return { ...about, problem };
    }
  }
  const [entry] = parseConfiguredProviders([raw ?? value]);
  if (entry?.type !== 'provider') return { ...about, problem: entry?.problem ?? '' };
  const name = displayText(typeof raw?.name === 'string' ? raw.name : '');
  const { account } = entry;
  return { provider: entry, entry: { id: entry.id, ...(name && { name }), ...(account && { account }) } };
}

/** Spaces around an id come from spreadsheets and mean nothing. */
function trimmed(value: unknown): { id: string; name?: unknown; account?: unknown } | undefined {
  if (typeof value !== 'object' || value === null || !('id' in value) || typeof value.id !== 'string') return undefined;
  return { ...value, id: value.id.trim() };
}
