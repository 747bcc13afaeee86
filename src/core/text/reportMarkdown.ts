import { sanitizeText } from './sanitizeText';

/** In characters. No ID, path or service message comes near this. */
const MAX_LENGTH = 4_000;

/** Returns a list with one item per line of a Markdown report. */
export function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join('\n');
}

/** Returns a numbered list of a Markdown report. */
export function steps(lines: readonly string[]): string {
  return lines.map((line, index) => `${index + 1}. ${line}`).join('\n');
}

/** Escapes text of this program, which may quote a setting. */
export function prose(text: string): string {
  return sanitizeText(text, MAX_LENGTH).replace(/[<`\\]|\[(?!redacted\])/g, String.raw`\$&`);
}

/** Returns a code span with a fence longer than any run of backticks inside, so that nothing in it is markup. */
export function code(text: string): string {
  const line = sanitizeText(text, MAX_LENGTH) || ' ';
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const padding = longest > 0 ? ' ' : '';
  return `${fence}${padding}${line}${padding}${fence}`;
}
