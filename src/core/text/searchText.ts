const ASCII = /^[\0-\x7f]*$/;

/**
 * The text as filters and searches compare it: equal for people means equal here, whatever the letter case, the language
 * that it is written in, and the way in which the characters are stored (composed or not, full-width or not).
 *
 * Turkish has two letters I, with a dot and without one; which of them a capital stands for depends on the language of the
 * name, which is not known. All four are one letter here. Characters that draw nothing do not count.
 */
export function foldForSearch(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return (
    text
      .normalize('NFKC')
      .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
      // By way of capitals, since several small letters may have one (ß and ss, ς and σ, ı and i), and several capitals a
      // small one (ẞ and SS).
      .toLowerCase()
      .toUpperCase()
      .toLowerCase()
      .replaceAll('i\u0307', 'i')
      .replaceAll('ς', 'σ')
      .normalize('NFC')
  );
}

/** Makes the test whether a text has all words of another one in it, in any order. Without a word, each has. */
export function hasAllWords(wanted: string): (text: string) => boolean {
  const words = foldForSearch(wanted).split(/\s+/).filter(Boolean);
  return (text) => {
    const folded = foldForSearch(text);
    return words.every((word) => folded.includes(word));
  };
}
