import { createScanner, parse, parseTree, type Edit, type Node, type ParseError } from 'jsonc-parser';
import { withEdits } from '../text/textEdits';
import { applied, type EntryFields, type EntryOperation } from './listEdit';

/** A range of a text: the offsets of its first character, and of the one after its last. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** The list in the text of a settings file, including the brackets. */
export interface ListInText extends Span {
  /** The raw entries, valid and invalid. */
  readonly entries: readonly unknown[];
}

/** Why a text has no list to edit: it is not valid JSON, or the setting is missing or not a list. */
export type NoList = 'invalid' | 'missing' | 'notAList';

/**
 * Finds a list in the text of a settings file or of a `.code-workspace` file, as VS Code reads it: comments and
 * trailing commas are allowed, and of a duplicate setting the last one counts.
 *
 * @param setting its full name: a section and a name in it
 * @param inWorkspaceFile whether the settings are an object in the file, as in a `.code-workspace` file
 */
export function findList(text: string, setting: string, inWorkspaceFile: boolean): ListInText | NoList {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  if (errors.length > 0) return 'invalid';
  const settings = inWorkspaceFile ? member(root, 'settings') : root;
  const [section = '', name = ''] = setting.split('.');
  const [node] = [member(settings, setting), member(member(settings, section), name)]
    .flatMap((each) => each ?? [])
    .sort((one, other) => other.offset - one.offset);
  if (!node) return 'missing';
  if (node.type !== 'array') return 'notAList';
  const span = spanOf(node);
  return { ...span, entries: parse(text.slice(span.start, span.end)) as unknown[] };
}

/** Returns the comments inside the list, as written. */
export function commentsIn(text: string, list: Span): string[] {
  return [...tokens(text, list.start, list.end)].filter(isComment).map((token) => token.text);
}

/** Returns the range of an entry; undefined if the list has no such entry. */
export function entrySpan(text: string, list: Span, index: number): Span | undefined {
  const entry = childrenOf(text.slice(list.start, list.end))[index];
  return entry && { start: list.start + entry.start, end: list.start + entry.end };
}

/**
 * Returns the text after an edit of the list. Changes only the affected entries; all other text stays, comments
 * included. Removing an entry also removes a comment on its line, unless that line has other content.
 */
export function editedText(text: string, list: ListInText, operations: readonly EntryOperation[]): string {
  const layout = layoutOf(text, list.start);
  let part = text.slice(list.start, list.end);
  const removed = new Set<number>();
  const edits: Edit[] = [];
  const entries = childrenOf(part);
  for (const operation of operations) {
    const entry = entries[operation.index];
    if (operation.type === 'remove') removed.add(operation.index);
    else if (operation.type === 'set' && entry) {
      edits.push(replaced(entry, withFields(part.slice(entry.start, entry.end), operation.fields, layout)));
    }
  }
  part = withEdits(part, [...edits, ...removals(part, removed)]);
  const inserted = new Map<number, Item[]>();
  for (const operation of operations) {
    if (operation.type !== 'insert') continue;
    const { index, entries: added } = operation;
    inserted.set(index, [...(inserted.get(index) ?? []), ...added.map(toJson)]);
  }
  // From end to beginning, so that earlier indexes stay valid.
  for (const [index, items] of [...inserted].sort(([one], [other]) => other - one)) {
    const place = index - [...removed].filter((each) => each < index).length;
    part = withChildren(part, place, items, layout);
  }
  const expected = applied(list.entries, operations);
  if (JSON.stringify(parse(part)) !== JSON.stringify(expected)) throw new Error('the list could not be edited as text');
  return text.slice(0, list.start) + part + text.slice(list.end);
}

/** The formatting of a text, applied to inserted text. */
interface Layout {
  readonly lineBreak: string;
  /** One level of indentation. */
  readonly unit: string;
  /** The indentation of the line on which the list begins. */
  readonly indent: string;
}

/** Returns an item to insert, on one line or, with an indentation, on several. */
type Item = (several: { readonly indent: string; readonly unit: string } | undefined) => string;

function layoutOf(text: string, start: number): Layout {
  const line = text.slice(text.lastIndexOf('\n', start) + 1, start);
  return {
    lineBreak: /\r?\n/.exec(text)?.[0] ?? '\n',
    unit: /^([ \t]+)\S/m.exec(text)?.[1] ?? '  ',
    indent: /^[ \t]*/.exec(line)?.[0] ?? '',
  };
}

function toJson(entry: unknown): Item {
  return (several) =>
    several
      ? JSON.stringify(entry, undefined, several.unit).replaceAll('\n', `\n${several.indent}`)
      : JSON.stringify(entry, undefined, 1).replace(/\n\s*/g, ' ');
}

/** Returns an entry with changed fields. */
function withFields(entry: string, fields: EntryFields, layout: Layout): string {
  let edited = entry;
  for (const [field, value] of Object.entries(fields)) {
    const properties = (parseTree(edited)?.children ?? []).map(({ children: [key, node] = [] }) => ({ key, node }));
    const places = properties.flatMap(({ key }, index) => (key?.value === field ? [index] : []));
    const last = properties[places.at(-1) ?? -1]?.node;
    if (value === undefined) edited = withEdits(edited, removals(edited, new Set(places)));
    else if (last) edited = withEdits(edited, [replaced(spanOf(last), JSON.stringify(value))]);
    else {
      const item: Item = () => `${JSON.stringify(field)}: ${JSON.stringify(value)}`;
      edited = withChildren(edited, properties.length, [item], layout);
    }
  }
  return edited;
}

/** Returns the edits that remove elements of an array or properties of an object, with their commas. */
function removals(container: string, removed: ReadonlySet<number>): Edit[] {
  const children = childrenOf(container);
  const spans: Span[] = [];
  const lastKept = children.findLastIndex((_child, index) => !removed.has(index));
  for (const index of removed) {
    const child = children[index];
    if (!child) continue;
    const lines = ownLines(container, children, index);
    spans.push(lines ?? child);
    // The rest must neither keep two adjacent commas nor begin with one.
    const before = index > lastKept && lastKept >= 0 ? children[index - 1] : undefined;
    const comma = commaAfter(container, (before ?? child).end);
    if (!comma) continue;
    spans.push(comma);
    if (lines) continue;
    const [from, to] = before ? [comma.end, child.start] : [comma.end, container.length];
    const blank = /^[ \t]*/.exec(container.slice(from, to))?.[0].length ?? 0;
    spans.push({ start: from, end: from + blank });
  }
  return united(spans).map((span) => replaced(span, ''));
}

/** Returns an array or an object with more elements or properties, before the one at the index or at the end. */
function withChildren(container: string, index: number, items: readonly Item[], layout: Layout): string {
  const { lineBreak, unit } = layout;
  const children = childrenOf(container);
  const beside = children[Math.min(index, children.length - 1)];
  if (!beside) {
    const close = container.length - 1;
    const indent = layout.indent + unit;
    const written = items.map((item) => indent + withBreaks(item({ indent, unit }), lineBreak)).join(`,${lineBreak}`);
    // Insert after the existing comments.
    const [blank = ''] = /[ \t]*$/.exec(container.slice(1, close)) ?? [];
    const isOnOwnLine = container[close - blank.length - 1] === '\n';
    const start = close - blank.length;
    return isOnOwnLine
      ? `${container.slice(0, start)}${written}${lineBreak}${container.slice(start)}`
      : `${container.slice(0, start)}${lineBreak}${written}${lineBreak}${layout.indent}${container.slice(close)}`;
  }
  const line = lineStart(container, children, children.indexOf(beside));
  const indent = line === undefined ? undefined : container.slice(line, beside.start);
  const isFirstOnLine = indent !== undefined && /^[ \t]*$/.test(indent);
  const areSeveral = container.slice(beside.start, beside.end).includes('\n');
  const written = items.map((item) =>
    withBreaks(item(areSeveral ? { indent: indent ?? layout.indent, unit } : undefined), lineBreak),
  );
  if (index < children.length) {
    const [at, text] = isFirstOnLine
      ? [line ?? 0, written.map((each) => `${indent}${each},${lineBreak}`).join('')]
      : [beside.start, written.map((each) => `${each}, `).join('')];
    return container.slice(0, at) + text + container.slice(at);
  }
  const comma = commaAfter(container, beside.end);
  const lineEnd = isFirstOnLine ? restOfLine(container, comma?.end ?? beside.end)?.start : undefined;
  const separator = isFirstOnLine ? `${lineBreak}${indent}` : ' ';
  const text = written.map((each) => separator + each).join(',') + (comma ? ',' : '');
  const at = lineEnd ?? comma?.end ?? beside.end;
  return (
    container.slice(0, beside.end) + (comma ? '' : ',') + container.slice(beside.end, at) + text + container.slice(at)
  );
}

/** Returns the complete lines of a child that share no line with anything but comments; undefined otherwise. */
function ownLines(container: string, children: readonly Span[], index: number): Span | undefined {
  const start = lineStart(container, children, index);
  const rest = restOfLine(container, children[index]?.end ?? 0);
  return start === undefined || !rest ? undefined : { start, end: rest.end };
}

/** Returns the start of a child's line, if only spaces and comments precede the child. */
function lineStart(container: string, children: readonly Span[], index: number): number | undefined {
  let start: number | undefined;
  for (const token of tokens(container, children[index - 1]?.end ?? 1, children[index]?.start ?? 0)) {
    if (isLineBreak(token)) start = token.end;
    else if (!isBlank(token) && !isCommentOnOneLine(token)) start = undefined;
  }
  return start;
}

/** Returns the rest of a line, if it has only a comma, spaces and comments. */
function restOfLine(container: string, from: number): Span | undefined {
  let commas = 0;
  for (const token of tokens(container, from, container.length)) {
    if (isLineBreak(token)) return token;
    if (token.text === ',') commas += 1;
    else if (!isBlank(token) && !isCommentOnOneLine(token)) return undefined;
    if (commas > 1) return undefined;
  }
  return undefined;
}

function commaAfter(container: string, from: number): Span | undefined {
  for (const token of tokens(container, from, container.length)) {
    if (token.text === ',') return token;
    if (!isBlank(token) && !isLineBreak(token) && !isComment(token)) return undefined;
  }
  return undefined;
}

interface Token extends Span {
  readonly text: string;
}

/** Yields all tokens between two offsets, including spaces, line breaks and comments. */
function* tokens(text: string, start: number, end: number): Generator<Token> {
  const scanner = createScanner(text);
  scanner.setPosition(start);
  for (scanner.scan(); scanner.getTokenLength() > 0 && scanner.getTokenOffset() < end; scanner.scan()) {
    const from = scanner.getTokenOffset();
    const to = from + scanner.getTokenLength();
    yield { start: from, end: to, text: text.slice(from, to) };
  }
}

// The const enum of token kinds is not available at run time; the text identifies comments.
const isComment = ({ text }: Token) => text.startsWith('/');
const isCommentOnOneLine = (token: Token) => isComment(token) && !/[\r\n]/.test(token.text);
const isLineBreak = ({ text }: Token) => /^[\r\n]+$/.test(text);
const isBlank = ({ text }: Token) => /^[^\S\r\n]+$/.test(text);

/** Returns the elements of an array or the properties of an object. */
function childrenOf(container: string): Span[] {
  return (parseTree(container, [], { allowTrailingComma: true })?.children ?? []).map(spanOf);
}

function spanOf({ offset, length }: Node): Span {
  return { start: offset, end: offset + length };
}

function replaced({ start, end }: Span, content: string): Edit {
  return { offset: start, length: end - start, content };
}

/** Merges ranges that overlap or touch. */
function united(spans: readonly Span[]): Span[] {
  const all: Span[] = [];
  for (const span of [...spans].sort((one, other) => one.start - other.start)) {
    const last = all.at(-1);
    if (last && span.start <= last.end) all[all.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
    else all.push(span);
  }
  return all;
}

function withBreaks(text: string, lineBreak: string): string {
  return text.replaceAll('\n', lineBreak);
}

/** Of duplicate keys, the last one counts, as in JSON. */
function member(object: Node | undefined, name: string): Node | undefined {
  if (object?.type !== 'object') return undefined;
  return object.children?.findLast(({ children: [key] = [] }) => key?.value === name)?.children?.[1];
}
