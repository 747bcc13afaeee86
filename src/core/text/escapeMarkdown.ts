/**
 * Escapes text for Markdown, so that it is shown as it is: no formatting, HTML, entities or links, not even of a bare
 * address. Every ASCII punctuation character may be escaped (CommonMark 2.4).
 *
 * @param text on one line
 */
export function escapeMarkdown(text: string): string {
  return text.replace(/[!-/:-@[-`{-~]/g, '\\$&');
}
