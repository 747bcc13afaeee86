import { parseTree, type Node, type ParseError } from 'jsonc-parser';

/** A value in a JSON text, with its place. */
export type JsonNode = Node;

/**
 * Parses JSON with comments as far as possible. Offsets are those of the text.
 *
 * @returns undefined if nothing of it can be used
 */
export function parseJsonTree(text: string, errors: ParseError[] = []): JsonNode | undefined {
  try {
    return parseTree(text.replace(/^\ufeff/, ' '), errors, { allowTrailingComma: true });
  } catch {
    // Nested too deeply.
    return undefined;
  }
}

/** Returns the members of an object; of those with the same name, the last one, as in JSON. */
export function membersOf(node: JsonNode | undefined): readonly (readonly [name: string, value: JsonNode])[] {
  const properties = node?.type === 'object' ? (node.children ?? []) : [];
  const members = properties.flatMap(({ children: [name, value] = [] }) =>
    name && value ? [[String(name.value), value] as const] : [],
  );
  return [...new Map(members)];
}

export function memberOf(node: JsonNode | undefined, name: string): JsonNode | undefined {
  return membersOf(node).find(([key]) => key === name)?.[1];
}
