import { onFirstUse } from '../text/onFirstUse';

/**
 * An invisible character: a control or format character, half a surrogate pair, a line or paragraph separator, or a
 * letter without a glyph. U+2800, U+1D159 and U+16FE4 draw nothing, although Unicode does not call them ignorable.
 */
const INVISIBLE = String.raw`[\u{16FE4}\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\u{1D159}]`;

const invisible = onFirstUse(() => new RegExp(INVISIBLE, 'u'));
const invisibleOrSpace = onFirstUse(() => new RegExp(String.raw`\p{White_Space}|${INVISIBLE}`, 'u'));
const invisibleButSpace = onFirstUse(() => new RegExp(String.raw`(?!\s)${INVISIBLE}`, 'gu'));

/** Letters of other scripts that look like the letters of an ID, with the letter that each looks like. */
const lookAlikes = onFirstUse(
  () =>
    new Map(
      Object.entries({
        // Cyrillic
        ...pairs('аАвВсСԁеЕһНіІјЈкКӏӀмМоОрРԛѕЅтТѵԝхХуУ', 'aABBcCdeEhHiIjJkKllmMoOpPqsStTvwxXyY'),
        // Greek
        ...pairs('αΑβΒεΕηΗιΙκΚμΜνΝοΟρΡτΤυΥχΧζΖ', 'aAbBeEnHiIkKmMvNoOpPtTuYxXzZ'),
        // Latin and Armenian
        ...pairs('ɑɡıᴀᴄᴏᴢոսօ', 'agiacoznuo'),
      }),
    ),
);

const ASCII = /^[\x20-\x7e]*$/;
const NOT_ASCII = /[^\x20-\x7e]/gu;

/** Whether a text has an invisible character. */
export function hasInvisible(text: string): boolean {
  return !ASCII.test(text) && invisible().test(text);
}

/** Whether a text has white space or an invisible character. */
export function hasInvisibleOrSpace(text: string): boolean {
  return ASCII.test(text) ? text.includes(' ') : invisibleOrSpace().test(text);
}

/**
 * Returns what the text looks like, in ASCII as far as possible: without invisible characters, any dash as a hyphen,
 * full-width and look-alike letters as plain ones. White space and other characters stay.
 */
export function asItLooks(text: string): string {
  if (ASCII.test(text)) return text;
  return text
    .normalize('NFKC')
    .replace(invisibleButSpace(), '')
    .replace(/[\p{Pd}\u2212]/gu, '-')
    .replace(NOT_ASCII, (character) => lookAlikes().get(character) ?? character);
}

function pairs(from: string, to: string): Record<string, string> {
  const plain = Array.from(to);
  return Object.fromEntries(Array.from(from, (character, index) => [character, plain[index] ?? '']));
}
