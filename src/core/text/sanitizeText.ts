import { onFirstUse } from './onFirstUse';

/**
 * The scripts in which a joiner or non-joiner between two letters affects spelling (Unicode Standard Annex 31, 2.3.1).
 */
const JOINED = [
  ...['Arabic', 'Syriac', 'Mongolian', 'Nko', 'Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati', 'Oriya', 'Tamil'],
  ...['Telugu', 'Kannada', 'Malayalam', 'Sinhala', 'Tibetan', 'Myanmar', 'Khmer'],
]
  .map((script) => `\\p{Script_Extensions=${script}}`)
  .join('');

/**
 * A joiner that combines two letters or emoji into one: without it, a Sinhala name or a family emoji is another text.
 */
const JOINER =
  `(?<=[${JOINED}])[\\u200c\\u200d](?=[${JOINED}])` +
  '|(?<=[\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\ufe0f])\\u200d(?=\\p{Extended_Pictographic})';

/**
 * Control characters, those that reorder or hide other text, and letters that draw nothing. White space is handled
 * later; variation selectors choose the glyph of the character before them.
 */
const invisibleOrBidi = onFirstUse(
  () =>
    new RegExp(
      `(?!\\s|\\p{Variation_Selector}|${JOINER})[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Default_Ignorable_Code_Point}]`,
      'gu',
    ),
);

/** A text that draws nothing: a row with it would look empty. U+2800 is Braille without dots. */
const blank = onFirstUse(() => /^[\s\p{Variation_Selector}\u2800]*$/u);

/** Text that is visible as it is. */
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

/**
 * Makes external text safe to display on one line: it cannot hide, reorder or overflow the text around it. The result
 * is plain text: escape it for HTML or Markdown.
 *
 * @param maxLength in characters; longer text ends in an ellipsis
 */
export function sanitizeText(text: string, maxLength = 500): string {
  // Truncate before cleaning, so that megabytes of text cost nothing.
  // Collapse white space last: text between two spaces may have been removed by then.
  const beginning = text.slice(0, maxLength * 2);
  const line = PRINTABLE_ASCII.test(beginning) ? collapsed(beginning) : visible(beginning);
  const characters = Array.from(line);
  return characters.length > maxLength || text.length > maxLength * 2
    ? // Remove a joiner whose second letter was cut off.
      `${characters
        .slice(0, maxLength)
        .join('')
        .replace(/[\u200c\u200d]+$/, '')}…`
    : line;
}

function visible(text: string): string {
  const cleaned = collapsed(text.replace(invisibleOrBidi(), ''));
  return blank().test(cleaned) ? '' : cleaned;
}

function collapsed(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
