/** The scripts in which a joiner or a non-joiner between two letters is spelling (Unicode Standard Annex 31, 2.3.1). */
const JOINED = [
  ...['Arabic', 'Syriac', 'Mongolian', 'Nko', 'Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati', 'Oriya', 'Tamil'],
  ...['Telugu', 'Kannada', 'Malayalam', 'Sinhala', 'Tibetan', 'Myanmar', 'Khmer'],
]
  .map((script) => `\\p{Script_Extensions=${script}}`)
  .join('');

/** A joiner that makes one letter or one picture of two: without it, a name in Sinhala or a family of emoji is another text. */
const JOINER =
  `(?<=[${JOINED}])[\\u200c\\u200d](?=[${JOINED}])` +
  '|(?<=[\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\ufe0f])\\u200d(?=\\p{Extended_Pictographic})';

/**
 * Control characters, those that reorder or hide other text, and letters that draw nothing. White space is left for later;
 * variation selectors choose between the drawings of the character before them.
 */
const INVISIBLE_OR_BIDI = new RegExp(
  `(?!\\s|\\p{Variation_Selector}|${JOINER})[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Default_Ignorable_Code_Point}]`,
  'gu',
);

/** Nothing but what draws nothing by itself: a row with it would look empty. U+2800 is Braille without a dot. */
const BLANK = /^[\s\p{Variation_Selector}\u2800]*$/u;

/**
 * Makes text from settings or from the service safe to show on one line: nothing in it can hide, reorder or overlong
 * what stands around it. It is still plain text: whoever puts it into HTML or Markdown escapes it there.
 *
 * @param maxLength in characters; longer text ends in an ellipsis
 */
export function sanitizeText(text: string, maxLength = 500): string {
  // Cut before cleaning, so that megabytes from the service cost nothing.
  // White space comes last, since what stood between two spaces may be gone by then.
  const cleaned = text
    .slice(0, maxLength * 2)
    .replace(INVISIBLE_OR_BIDI, '')
    .replace(/\s+/g, ' ')
    .trim();
  const line = BLANK.test(cleaned) ? '' : cleaned;
  const characters = Array.from(line);
  return characters.length > maxLength || text.length > maxLength * 2
    ? // A joiner is nothing without what it joins.
      `${characters
        .slice(0, maxLength)
        .join('')
        .replace(/[\u200c\u200d]+$/, '')}…`
    : line;
}
