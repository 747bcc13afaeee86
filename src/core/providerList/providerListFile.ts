import * as l10n from '@vscode/l10n';
import { parseConfiguredProviders, type ConfiguredProvider, type SettingEntry } from '../model/configuredProviders';
import { sanitizeText } from '../text/sanitizeText';
import { checkServiceProviderId, checkSkillId, looksLikeSecret, type ValidationResult } from '../model/identifiers';
import { parseCsv, type ChosenColumns, type UnknownColumns } from './csvFile';
import { settingEntry, type FileEntries, type FileEntry, type FileField, type LineProblem } from './fileEntries';
import { parseJson } from './jsonFile';
import { isListOfIds, parsePastedList } from './pastedList';

/** Enough for some 40,000 service providers with names; a larger file is something else. */
export const MAX_FILE_BYTES = 5_000_000;
/** Far longer than any known ID or name; a longer cell was not meant to be one. */
const MAX_CHARACTERS = 500;

/** A valid service provider of a file. */
export interface ParsedProvider {
  /** From 1. */
  readonly line: number;
  readonly entry: SettingEntry;
  /** As it will be displayed. */
  readonly provider: ConfiguredProvider;
  /** The skill that it is to be mapped to, if the file says so. */
  readonly skillId?: string;
}

/** The contents of a file: each of its service providers is either accepted or a problem. */
export interface ProviderListFile {
  readonly listed: readonly ParsedProvider[];
  /** In the order of the lines. */
  readonly problems: readonly LineProblem[];
  /** Unknown columns or fields. */
  readonly ignored: readonly string[];
}

/** Why a file is not a list of service providers. */
interface Rejected {
  readonly rejected: string;
}

/**
 * Reads a list of service providers from a file in CSV or JSON, in UTF-8 or, with a byte order mark, in UTF-16.
 *
 * @param fileName its extension indicates JSON; without one, the beginning of the text does
 * @param chosen the columns that the user chose
 * @returns the columns of the file if the user has to choose first
 */
export function readProviderListFile(bytes: Uint8Array, fileName: string): ProviderListFile | Rejected | UnknownColumns;
export function readProviderListFile(
  bytes: Uint8Array,
  fileName: string,
  chosen: ChosenColumns,
): ProviderListFile | Rejected;
export function readProviderListFile(
  bytes: Uint8Array,
  fileName: string,
  chosen?: ChosenColumns,
): ProviderListFile | Rejected | UnknownColumns {
  if (bytes.byteLength > MAX_FILE_BYTES) return { rejected: fileTooLargeMessage() };
  const text = textOf(bytes);
  if (text === undefined) {
    return { rejected: l10n.t('The file is not text in UTF-8 or UTF-16. Save it with one of these encodings first.') };
  }
  const isJson = /\.jsonc?$/i.test(fileName) || /^\s*(?:[[{]|\/[/*])/.test(text);
  const parsed = isJson
    ? parseJson(text)
    : chosen
      ? parseCsv(text, chosen)
      : isListOfIds(text)
        ? parsePastedList(text)
        : parseCsv(text);
  return 'columns' in parsed ? parsed : checkedFile(parsed);
}

/**
 * Reads a list of service providers that was pasted; see {@link parsePastedList}. What is not certainly an ID is a problem:
 * it can be added by itself.
 */
export function readPastedList(text: string): ProviderListFile {
  const { listed, problems, ignored } = checkedFile(parsePastedList(text));
  const unusual = listed.flatMap(({ line, provider: { id, warning } }): LineProblem[] =>
    warning === undefined ? [] : [{ line, id, problem: warning }],
  );
  return {
    listed: listed.filter(({ provider }) => provider.warning === undefined),
    problems: [...problems, ...unusual].sort((one, other) => one.line - other.line),
    ignored,
  };
}

function checkedFile({ entries, problems, ignored }: FileEntries): ProviderListFile {
  const checked = checkAll(entries);
  return {
    listed: checked.listed,
    problems: [...problems, ...checked.problems].sort((one, other) => one.line - other.line),
    ignored: ignored.filter((name) => !looksLikeSecret(name)).map((name) => sanitizeText(name, 60)),
  };
}

/** Returns the message for a file larger than {@link MAX_FILE_BYTES}. */
export function fileTooLargeMessage(): string {
  return l10n.t('The file is larger than {0} MB.', MAX_FILE_BYTES / 1_000_000);
}

/** Returns undefined unless it is UTF-8, or UTF-16 with a byte order mark, such as Excel's "Unicode Text". */
function textOf(bytes: Uint8Array): string | undefined {
  const [first = 0, second = 0] = bytes;
  const encoding = { 0xfffe: 'utf-16le', 0xfeff: 'utf-16be' }[(first << 8) | second] ?? 'utf-8';
  try {
    // The decoder removes the byte order mark.
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}

function checkAll(entries: readonly FileEntry[]): Pick<ProviderListFile, 'listed' | 'problems'> {
  const listed: ParsedProvider[] = [];
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

/** Validates an entry with the rules and messages of the setting. */
function check(value: unknown): Omit<ParsedProvider, 'line'> | Omit<LineProblem, 'line'> {
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
  // The displayed name may be shortened.
  const name = sanitizeText(typeof raw?.name === 'string' ? raw.name : '');
  const skillId = raw?.skillId ?? '';
  const problem = skillId === '' ? undefined : skillProblem(skillId);
  if (problem !== undefined) return { ...about, problem };
  return {
    provider: entry,
    entry: { ...settingEntry(entry), ...(name && { name }) },
    ...(typeof skillId === 'string' && skillId !== '' && { skillId }),
  };
}

/** Returns why a value is not certainly the ID of a skill; an unusual one can be mapped to in the list. */
function skillProblem(value: unknown): string | undefined {
  const check: ValidationResult =
    typeof value === 'string' ? checkSkillId(value) : { ok: false, problem: l10n.t('A skill ID must be a string.') };
  const problem = check.ok ? check.warning : check.problem;
  return problem === undefined
    ? undefined
    : l10n.t({
        message: '"{0}": {1}',
        args: ['skillId', problem],
        comment: ['{0} is a field of an entry, {1} a whole sentence that says what is wrong with it.'],
      });
}

/** Removes spaces around IDs, which come from spreadsheets. */
function trimmed(value: unknown): ({ id: string } & Partial<Record<FileField, unknown>>) | undefined {
  if (typeof value !== 'object' || value === null || !('id' in value) || typeof value.id !== 'string') return undefined;
  const fields: Readonly<Partial<Record<FileField, unknown>>> = value;
  const { skillId } = fields;
  return { ...fields, id: value.id.trim(), ...(typeof skillId === 'string' && { skillId: skillId.trim() }) };
}
