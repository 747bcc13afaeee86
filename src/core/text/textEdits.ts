/** A part of a text to replace, by its offset. */
export interface TextEdit {
  readonly offset: number;
  readonly length: number;
  readonly content: string;
}

/**
 * Returns a text with edits, whose offsets are those before all of them. In one pass: thousands of edits, each of which
 * copies the text, would take seconds.
 *
 * @throws if edits overlap
 */
export function withEdits(text: string, edits: readonly TextEdit[]): string {
  const parts: string[] = [];
  let end = 0;
  for (const { offset, length, content } of [...edits].sort((one, other) => one.offset - other.offset)) {
    if (offset < end) throw new Error('edits overlap');
    parts.push(text.slice(end, offset), content);
    end = offset + length;
  }
  return parts.join('') + text.slice(end);
}
