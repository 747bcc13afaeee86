/** Control characters and those that reorder or hide other text; a tab or line break becomes a space below. */
const DECEPTIVE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * Makes text from settings or from the service safe to show on one line: nothing in it can hide, reorder or overlong
 * what stands around it. It is still plain text: whoever puts it into HTML or Markdown escapes it there.
 *
 * @param maxLength in characters; longer text ends in an ellipsis
 */
export function displayText(text: string, maxLength = 500): string {
  // Cut before cleaning, so that megabytes from the service cost nothing.
  const line = text
    .slice(0, maxLength * 2)
    .replace(/\s+/g, ' ')
    .replace(DECEPTIVE, '')
    .trim();
  const characters = Array.from(line);
  return characters.length > maxLength || text.length > maxLength * 2
    ? `${characters.slice(0, maxLength).join('')}…`
    : line;
}
