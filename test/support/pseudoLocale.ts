import type { Messages } from './translationProblems';

/**
 * The pseudo-locale of VS Code: each text is readable, but about 30 % longer, accented, and in brackets. So a screenshot
 * shows what is not translated, cut or glued together.
 */
export const PSEUDO = 'qps-ploc';

/** What a translation has as it is: product names, placeholders, code, targets of links, icons, IDs and addresses. */
const KEPT = /Alexa Network Mapping|\{\w+\}|`[^`]*`|\]\([^)]*\)|\$\([\w~-]+\)|\*\*|\[|https?:\/\/\S+|amzn1\.[\w.…]*/g;

const ACCENTS: Readonly<Record<string, string>> = {
  ...{ a: 'á', c: 'ç', e: 'ë', g: 'ğ', i: 'ï', l: 'ł', n: 'ñ', o: 'ö', s: 'š', u: 'ü', y: 'ý', z: 'ž' },
  ...{ A: 'Å', C: 'Ç', E: 'É', G: 'Ğ', I: 'Ï', N: 'Ñ', O: 'Ø', S: 'Š', U: 'Ü' },
};

/** Returns messages in the pseudo-locale. */
export function pseudoMessages(english: Messages): Messages {
  return Object.fromEntries(Object.entries(english).map(([key, text]) => [key, pseudoText(text)]));
}

/** Returns a text in the pseudo-locale, each line by itself: VS Code makes a button of a line that is a link. */
function pseudoText(text: string): string {
  return text.split('\n').map(pseudoLine).join('\n');
}

function pseudoLine(line: string): string {
  const [, label, target] = /^\[([^\]]*)\](\([^)]*\))$/.exec(line) ?? [];
  if (label !== undefined && target !== undefined) return `[${pseudoLine(label)}]${target}`;
  const visible = line.replace(/\]\([^)]*\)|\$\([\w~-]+\)/g, '').length;
  return `⟦${accented(line)}${padding(Math.ceil(visible * 0.3))}⟧`;
}

function accented(text: string): string {
  let result = '';
  let at = 0;
  const accent = (part: string) => part.replace(/[a-z]/gi, (letter) => ACCENTS[letter] ?? letter);
  for (const { 0: kept, index } of text.matchAll(KEPT)) {
    result += accent(text.slice(at, index)) + kept;
    at = index + kept.length;
  }
  return result + accent(text.slice(at));
}

/** Returns a number of characters in words, which break as words do. */
const padding = (length: number) => ' lörëm ïpšüm dölör'.repeat(Math.ceil(length / 18)).slice(0, length);
