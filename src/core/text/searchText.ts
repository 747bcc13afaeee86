const ASCII = /^[\0-\x7f]*$/;

/**
 * Returns the text as filters and searches compare it: equal to users means equal here, regardless of letter case,
 * language and Unicode form (composed or not, full-width or not).
 *
 * Turkish has a dotted and a dotless I; which of them a capital stands for depends on the language of the name, which
 * is unknown. All four are treated as one letter. Characters that draw nothing are ignored.
 */
export function foldForSearch(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return (
    text
      .normalize('NFKC')
      .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
      // Via upper case, because several lowercase letters may share one (ß and ss, ς and σ, ı and i), and several
      // uppercase letters a lowercase one (ẞ and SS).
      .toLowerCase()
      .toUpperCase()
      .toLowerCase()
      .replaceAll('i\u0307', 'i')
      .replaceAll('ς', 'σ')
      .normalize('NFC')
  );
}

/**
 * Returns a function that checks whether a text contains all words of `wanted`, in any order. Without words, every text
 * does.
 */
export function hasAllWords(wanted: string): (text: string) => boolean {
  const words = foldForSearch(wanted).split(/\s+/).filter(Boolean);
  return (text) => {
    const folded = foldForSearch(text);
    return words.every((word) => folded.includes(word));
  };
}
