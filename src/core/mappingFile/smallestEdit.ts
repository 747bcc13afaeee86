import type { TextSpan } from './mappingFile';

/**
 * Returns the smallest single replacement that turns one text into another; undefined if they are equal. Never divides a
 * line break of two characters, inside of which editors have no position.
 */
export function smallestEdit(before: string, after: string): (TextSpan & { readonly content: string }) | undefined {
  if (before === after) return undefined;
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  if (before[start - 1] === '\r') start--;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  if (end > 0 && before.at(-end) === '\n') end--;
  return { start, end: before.length - end, content: after.slice(start, after.length - end) };
}
