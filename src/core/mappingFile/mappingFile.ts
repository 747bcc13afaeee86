import * as l10n from '@vscode/l10n';
import { parseTree, type Node, type ParseError } from 'jsonc-parser';
import * as v from 'valibot';
import { checkAccountName } from '../model/accountName';
import { checkServiceProviderId, checkSkillId, looksLikeSecret, notSkillProblem } from '../model/identifiers';
import { sanitizeText } from '../text/sanitizeText';
import { MappingFileJson, PROFILE_REFERENCE } from './mappingFileSchema';

/** A range of a text: the offsets of its first character, and of the one after its last. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

/** Something wrong in a mapping file. */
export interface FileProblem extends TextSpan {
  /**
   * `syntax` and `shape` are what any JSON validation finds, too: no JSON, or another structure than the schema's.
   * `meaning` is what only this program knows.
   */
  readonly kind: 'syntax' | 'shape' | 'meaning';
  /** A file with an error is not planned; a warning is only shown. */
  readonly severity: 'error' | 'warning';
  /** A whole sentence. */
  readonly message: string;
}

/** The skill of an entry: an ID, or the skill of a profile in the skill projects of the workspace. */
export type SkillReference =
  { readonly type: 'id'; readonly skillId: string } | { readonly type: 'profile'; readonly profile: string };

/** A valid entry of `mappings`. */
interface MappingEntry {
  readonly serviceProviderId: string;
  readonly skill: SkillReference;
  /** Safe to display. */
  readonly name?: string;
  readonly span: TextSpan;
  readonly idSpan: TextSpan;
  readonly skillSpan: TextSpan;
}

/** A valid entry of `absent`. */
interface AbsentEntry {
  readonly serviceProviderId: string;
  readonly span: TextSpan;
}

/** The contents of a mapping file: each of its entries is either valid or has a problem. */
export interface MappingFile {
  readonly account?: string;
  readonly mappings: readonly MappingEntry[];
  readonly absent: readonly AbsentEntry[];
  /** In the order of the text. */
  readonly problems: readonly FileProblem[];
}

/** As in the list of service providers. */
const MAX_NAME_LENGTH = 200;

type Json = v.InferInput<typeof MappingFileJson>;

/**
 * Parses a mapping file: JSON with comments and trailing commas.
 *
 * @param text without a byte order mark
 */
export function parseMappingFile(text: string): MappingFile {
  const problems: FileProblem[] = [];
  const root = parsedTree(text, problems);
  if (!root) return { mappings: [], absent: [], problems };
  if (root.type !== 'object') {
    const message = l10n.t('Expected an object such as {0}', FILE_EXAMPLE);
    return { mappings: [], absent: [], problems: [problem('shape', spanOf(root), message)] };
  }
  const value = valueOf(root, problems);
  const shape = v.safeParse(MappingFileJson, value);
  for (const issue of shape.issues ?? []) problems.push(shapeProblem(root, issue));
  const file = entriesOf(root, problems);
  problems.sort((one, other) => one.start - other.start);
  return { ...file, problems };
}

/** Returns undefined, and adds a problem, for a text that is no JSON. */
function parsedTree(text: string, problems: FileProblem[]): Node | undefined {
  const errors: ParseError[] = [];
  let root: Node | undefined;
  try {
    root = parseTree(text, errors, { allowTrailingComma: true });
  } catch (error) {
    // The parser is recursive.
    if (!(error instanceof RangeError)) throw error;
    problems.push(problem('syntax', { start: 0, end: text.length }, l10n.t('The JSON is nested too deeply.')));
    return undefined;
  }
  const [first] = errors;
  if (root && !first) return root;
  const { offset: start, length } = first ?? { offset: 0, length: text.length };
  problems.push(problem('syntax', { start, end: start + length }, l10n.t('The file is not valid JSON from here on.')));
  return undefined;
}

/** Returns the value of a node. Adds a problem for each duplicate key, of which JSON parsers keep only one. */
function valueOf(node: Node, problems: FileProblem[]): unknown {
  if (node.type === 'array') return (node.children ?? []).map((child) => valueOf(child, problems));
  if (node.type !== 'object') return node.value as unknown;
  const keys = new Set<string>();
  const entries = (node.children ?? []).map(({ children: [key, child] = [] }): [string, unknown] => {
    const name = String(key?.value);
    if (key && keys.has(name)) {
      const message = l10n.t('"{0}" occurs twice here. Remove one of them.', sanitizeText(name, 60));
      problems.push(problem('shape', spanOf(key), message));
    }
    keys.add(name);
    return [name, child && valueOf(child, problems)];
  });
  return Object.fromEntries(entries);
}

/** Never shows the value: a file may have a secret in the wrong place. */
function shapeProblem(root: Node, issue: v.BaseIssue<unknown>): FileProblem {
  const keys = (issue.path ?? []).map(({ key }) => key as string | number);
  const last = keys.at(-1);
  const field = typeof last === 'string' ? sanitizeText(last, 60) : undefined;
  const [parent = root, node] = nodesAt(root, keys);
  if (issue.type === 'strict_object' && issue.expected === 'never' && field !== undefined) {
    const key = parent.children?.find(({ children: [name] = [] }) => name?.value === last)?.children?.[0];
    return problem('shape', spanOf(key ?? parent), l10n.t('Unknown field "{0}".', field));
  }
  if (!node) return problem('shape', spanOf(parent), l10n.t('"{0}" is missing.', field ?? ''));
  return problem('shape', spanOf(node), expectation(issue, field));
}

function expectation({ type, kind }: v.BaseIssue<unknown>, field: string | undefined): string {
  if (kind === 'schema' && type === 'array') return l10n.t('"{0}" must be a list.', field ?? '');
  if (kind === 'schema' && type === 'string') {
    return field === undefined ? l10n.t('Expected an ID in quotes.') : l10n.t('"{0}" must be a string.', field);
  }
  if (kind === 'validation') {
    return field === undefined ? l10n.t('An ID must not be empty.') : l10n.t('"{0}" must not be empty.', field);
  }
  return l10n.t('Expected an object such as {0}', ENTRY_EXAMPLE);
}

const ENTRY_EXAMPLE = '{ "serviceProviderId": "amzn1.comms.csp.id.…", "skillId": "amzn1.ask.skill.…" }';
const FILE_EXAMPLE = '{ "mappings": [] }';

/** Returns the nodes of the last two steps of a path. */
function nodesAt(root: Node, keys: readonly (string | number)[]): [Node | undefined, Node | undefined] {
  let parent: Node | undefined;
  let node: Node | undefined = root;
  for (const key of keys) {
    parent = node;
    node = typeof key === 'number' ? node?.children?.[key] : node && member(node, key);
  }
  return [parent, node];
}

/** Returns the valid entries; adds a problem for each other one whose shape is right. */
function entriesOf(root: Node, problems: FileProblem[]): Omit<MappingFile, 'problems'> {
  const account = accountOf(root, problems);
  const seen = new Map<string, { readonly list: 'mappings' | 'absent'; readonly index: number }>();
  const isNew = (id: string, list: 'mappings' | 'absent', index: number, span: TextSpan): boolean => {
    const earlier = seen.get(id);
    if (!earlier) seen.set(id, { list, index });
    else {
      const message =
        earlier.list === list
          ? l10n.t('Same ID as entry {0}. Remove one of them.', earlier.index + 1)
          : l10n.t('This ID is also in "mappings". Remove one of them.');
      problems.push(problem('meaning', span, message));
    }
    return !earlier;
  };
  const mappings = listOf(root, 'mappings').flatMap((node, index) => {
    const entry = mappingEntryOf(node, problems);
    return entry && isNew(entry.serviceProviderId, 'mappings', index, entry.idSpan) ? [entry] : [];
  });
  const absent = listOf(root, 'absent').flatMap((node, index): AbsentEntry[] => {
    const id = serviceProviderIdOf(node, problems);
    const span = spanOf(node);
    return id !== undefined && isNew(id, 'absent', index, span) ? [{ serviceProviderId: id, span }] : [];
  });
  return { ...(account !== undefined && { account }), mappings, absent };
}

function accountOf(root: Node, problems: FileProblem[]): string | undefined {
  const node = member(root, 'account');
  const name = node && textOf(node);
  if (!node || name === undefined) return undefined;
  const check = checkAccountName(name);
  if (check.ok) return check.value;
  problems.push(problem('meaning', spanOf(node), check.problem));
  return undefined;
}

function mappingEntryOf(node: Node, problems: FileProblem[]): MappingEntry | undefined {
  const [idNode, skillNode, nameNode] = ['serviceProviderId', 'skillId', 'name'].map((field) => member(node, field));
  const id = idNode && serviceProviderIdOf(idNode, problems);
  const skill = skillNode && skillOf(skillNode, problems);
  const rawName = (nameNode && textOf(nameNode)) ?? '';
  if (nameNode && looksLikeSecret(rawName)) {
    const message = l10n.t(
      'This contains a Login with Amazon secret. Remove it from the file and from its history, and revoke it.',
    );
    problems.push(problem('meaning', spanOf(nameNode), message));
    return undefined;
  }
  if (!idNode || !skillNode || id === undefined || !skill) return undefined;
  const name = sanitizeText(rawName, MAX_NAME_LENGTH);
  return {
    serviceProviderId: id,
    skill,
    ...(name && { name }),
    span: spanOf(node),
    idSpan: spanOf(idNode),
    skillSpan: spanOf(skillNode),
  };
}

function serviceProviderIdOf(node: Node, problems: FileProblem[]): string | undefined {
  const id = textOf(node);
  if (!id) return undefined;
  const check = checkServiceProviderId(id);
  if (!check.ok) problems.push(problem('meaning', spanOf(node), check.problem));
  else if (check.warning !== undefined) problems.push(problem('meaning', spanOf(node), check.warning, 'warning'));
  return check.ok ? check.value : undefined;
}

function skillOf(node: Node, problems: FileProblem[]): SkillReference | undefined {
  const text = textOf(node);
  if (!text) return undefined;
  const profile = PROFILE_REFERENCE.exec(text)?.[1];
  if (profile !== undefined) return { type: 'profile', profile };
  const check = checkSkillId(text);
  const wrong = text.startsWith('${')
    ? l10n.t('Expected the ID of a skill, or a profile such as {0}', '${profile:default}')
    : check.ok
      ? notSkillProblem(text)
      : check.problem;
  if (wrong !== undefined) {
    problems.push(problem('meaning', spanOf(node), wrong));
    return undefined;
  }
  if (check.ok && check.warning !== undefined) {
    problems.push(problem('meaning', spanOf(node), check.warning, 'warning'));
  }
  return { type: 'id', skillId: text };
}

function listOf(root: Node, field: keyof Json): readonly Node[] {
  const node = member(root, field);
  return node?.type === 'array' ? (node.children ?? []) : [];
}

function textOf(node: Node): string | undefined {
  return node.type === 'string' ? (node.value as string) : undefined;
}

/** Of duplicate keys, the last one counts, as in JSON. */
function member(object: Node, name: string): Node | undefined {
  if (object.type !== 'object') return undefined;
  return object.children?.findLast(({ children: [key] = [] }) => key?.value === name)?.children?.[1];
}

function spanOf({ offset, length }: Node): TextSpan {
  return { start: offset, end: offset + length };
}

function problem(
  kind: FileProblem['kind'],
  { start, end }: TextSpan,
  message: string,
  severity: FileProblem['severity'] = 'error',
): FileProblem {
  return { kind, severity, start, end, message };
}
