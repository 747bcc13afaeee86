import * as l10n from '@vscode/l10n';
import { createScanner, parseTree, type Node, type ParseError } from 'jsonc-parser';
import { SERVICE_PROVIDERS_SETTING, type ConfiguredProvider } from '../model/configuredProviders';
import { fieldOf, settingEntry, unreadable, type FileEntries, type FileEntry, type FileField } from './fileEntries';

/** Limits the parser's recursion; no settings file is nested nearly this deep. */
const MAX_DEPTH = 50;

/** Returns the service providers as in the setting. */
export function formatJson(providers: readonly ConfiguredProvider[]): string {
  return `${JSON.stringify(providers.map(settingEntry), null, 2)}\n`;
}

/**
 * Parses JSON, with or without comments: an array as in the setting, an array of IDs, or a settings file.
 *
 * @param text without a byte order mark
 */
export function parseJson(text: string): FileEntries {
  const lines = new Lines(text);
  const tooDeep = findTooDeep(text);
  if (tooDeep !== undefined) {
    return unreadable(
      lines.of(tooDeep),
      l10n.t('The JSON is nested too deeply here. Expected a list of service providers.'),
    );
  }
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error) return unreadable(lines.of(error.offset), l10n.t('The file is not valid JSON from this line on.'));
  const list = root?.type === 'object' ? valueOf(root, SERVICE_PROVIDERS_SETTING) : root;
  if (list?.type !== 'array') {
    return unreadable(
      lines.of(list?.offset ?? 0),
      l10n.t('Expected a list of service providers, or an object with "{0}".', SERVICE_PROVIDERS_SETTING),
    );
  }
  const ignored = new Set<string>();
  const entries = (list.children ?? []).map((node): FileEntry => ({
    line: lines.of(node.offset),
    value: entryOf(node, ignored),
  }));
  return { entries, problems: [], ignored: [...ignored] };
}

/** Never creates an object with the file's own keys, some of which are special in JavaScript. */
function entryOf(node: Node, ignored: Set<string>): unknown {
  if (node.type === 'string') return { id: node.value as string };
  if (node.type !== 'object') return node.value;
  const entry: Partial<Record<FileField, unknown>> = {};
  for (const { children: [key, value] = [] } of node.children ?? []) {
    const field = fieldOf(String(key?.value));
    if (!field) ignored.add(String(key?.value));
    else if (value?.type !== 'null') entry[field] = value?.children ? [] : value?.value;
  }
  return entry;
}

/** Of duplicate keys, the last one counts, as in JSON. */
function valueOf(object: Node, name: string): Node | undefined {
  return object.children?.findLast(({ children: [key] = [] }) => key?.value === name)?.children?.[1];
}

/** Returns the offset of the first bracket that exceeds the maximum depth. */
function findTooDeep(text: string): number | undefined {
  const scanner = createScanner(text, true);
  let level = 0;
  // The const enum of token kinds is not available at run time; the first character identifies brackets.
  for (scanner.scan(); scanner.getTokenLength() > 0; scanner.scan()) {
    const first = text[scanner.getTokenOffset()];
    if (first === '{' || first === '[') level += 1;
    else if (first === '}' || first === ']') level -= 1;
    if (level > MAX_DEPTH) return scanner.getTokenOffset();
  }
  return undefined;
}

/** The start offsets of the lines of a text. */
class Lines {
  private readonly breaks: readonly number[];

  constructor(text: string) {
    this.breaks = [...text.matchAll(/\r\n?|\n/g)].map(({ index }) => index);
  }

  /** @returns the line of an offset, from 1 */
  of(offset: number): number {
    let [low, high] = [0, this.breaks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.breaks[middle] ?? Infinity) < offset) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  }
}
