/** The minimum length of a revealing part of a secret; shorter ones may be a word of any language. */
const RUN = 12;

const MARK = '[redacted]';

/** Decoding may reveal another encoding; text encoded more often than this is unreadable anyway. */
const MOST_ROUNDS = 8;

/** A text, and for each of its characters its origin in the original text. */
interface Traced {
  readonly text: string;
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** HTML's named character references for punctuation that a secret may contain. */
const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  vert: '|',
  verbar: '|',
  verticalline: '|',
  plus: '+',
  sol: '/',
  bsol: '\\',
  equals: '=',
  lowbar: '_',
  underbar: '_',
  hyphen: '-',
  dash: '-',
  period: '.',
  comma: ',',
  colon: ':',
  semi: ';',
  num: '#',
  percnt: '%',
  dollar: '$',
  excl: '!',
  quest: '?',
  ast: '*',
  midast: '*',
  commat: '@',
  hat: '^',
  grave: '`',
  lpar: '(',
  rpar: ')',
  lsqb: '[',
  lbrack: '[',
  rsqb: ']',
  rbrack: ']',
  lcub: '{',
  lbrace: '{',
  rcub: '}',
  rbrace: '}',
  tilde: '~',
  nbsp: ' ',
  tab: ' ',
  newline: ' ',
};

/** One character as encoded by HTML, JSON, JavaScript, a URL or a hex dump. */
const ESCAPE =
  /&#x0*([\da-f]{1,6});?|&#0*(\d{1,7});?|&([a-z]{2,12});?|\\u([\da-f]{4})|\\u\{0*([\da-f]{1,6})\}|\\x([\da-f]{2})|%([0-7][\da-f])|((?:%[89a-f][\da-f])+)|\\([^ux\d])/gi;

/** Text that no encoding and no disguise is in: visible ASCII without the characters that begin one. */
const PLAIN = /^[!-$'-[\]-~]*$/;

/** Invisible characters, and those that may separate two lines of one word. */
const UNSEEN = /[\s\p{Cc}\p{Cf}\p{Cs}\p{Zs}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/u;

/**
 * Masks every sent secret that external text repeats: each run of twelve of its characters, or all of a shorter secret.
 * Recognizes it in another letter case, HTML- or JSON-escaped, percent-encoded (also twice), in base64 or hexadecimal,
 * in full-width and other compatibility forms, without its punctuation, and with spaces, line breaks or invisible
 * characters in it.
 *
 * @param text must be sanitized (`sanitizeText`), so that it is short
 * @param sent the secrets
 */
export function redactSentSecrets(text: string, sent: readonly string[]): string {
  const secrets = sent.filter((secret) => secret !== '').map(formsOf);
  if (text === '' || secrets.length === 0) return text;
  const plain = decoded(text);
  const words = rewritten(plain, /[^\da-z]/g, () => '');
  const masked = new Uint8Array(text.length);
  for (const { plain: runs, words: wordRuns } of secrets) {
    mark(masked, plain, runs);
    mark(masked, words, wordRuns);
  }
  let result = '';
  for (let index = 0; index < text.length; index++) {
    if (!masked[index]) result += text[index] ?? '';
    else if (!masked[index - 1]) result += MARK;
  }
  return result;
}

/** All runs of one length. */
interface Runs {
  readonly length: number;
  readonly all: ReadonlySet<string>;
}

/** What to search for in the decoded text, and in its letters and digits alone. */
interface Forms {
  readonly plain: Runs;
  readonly words: Runs;
}

/** Cached forms of the secrets used last: consecutive requests search for the same few. */
const known = new Map<string, Forms>();
const MOST_KNOWN = 8;

function formsOf(secret: string): Forms {
  const forms = known.get(secret) ?? newFormsOf(secret);
  known.delete(secret);
  known.set(secret, forms);
  const [oldest] = known.keys();
  if (known.size > MOST_KNOWN && oldest !== undefined) known.delete(oldest);
  return forms;
}

function newFormsOf(secret: string): Forms {
  const plain = decoded(secret).text;
  const bytes = Buffer.from(secret);
  // Three bytes make four letters, so a secret inside a longer text has one of three base64 forms. Its first and last
  // letters depend on its neighbors.
  const base64 = [0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '')
      .slice(before === 0 ? 0 : before + 1, -1),
  );
  const hexadecimal = bytes.toString('hex');
  const dump = hexadecimal.replace(/../g, '0x$&');
  const words = [plain, ...base64, hexadecimal, dump].map((form) => form.toLowerCase().replace(/[^\da-z]/g, ''));
  return { plain: runsOf([plain], Math.min(RUN, plain.length)), words: runsOf(words, RUN) };
}

function runsOf(forms: readonly string[], length: number): Runs {
  const all = new Set<string>();
  for (const form of length > 0 ? forms : []) {
    for (let start = 0; start + length <= form.length; start++) all.add(form.slice(start, start + length));
  }
  return { length, all };
}

function mark(masked: Uint8Array, { text, from, to }: Traced, { length, all }: Runs): void {
  for (let start = 0; start + length <= text.length; start++) {
    if (all.has(text.slice(start, start + length))) masked.fill(1, from[start], to[start + length - 1]);
  }
}

/**
 * Returns the text with all encodings and disguises of characters undone, in lower case, and without invisible
 * characters.
 */
function decoded(text: string): Traced {
  const positions = Array.from({ length: text.length }, (_, index) => index);
  let traced: Traced = { text, from: positions, to: positions.map((index) => index + 1) };
  if (PLAIN.test(text)) return { ...traced, text: text.toLowerCase() };
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const before = traced.text;
    traced = rewritten(traced, /[^]/gu, (character) => (UNSEEN.test(character) ? '' : plainOf(character)));
    traced = rewritten(traced, ESCAPE, unescaped);
    if (traced.text === before) break;
  }
  return traced;
}

function plainOf(character: string): string {
  return character <= '\u007f' ? character.toLowerCase() : character.normalize('NFKC').toLowerCase();
}

function unescaped(match: string, ...groups: readonly (string | undefined)[]): string {
  const [hexReference, reference, name, unicode, point, hex, percent, percents, escaped] = groups;
  const hexadecimal = hexReference ?? unicode ?? point ?? hex ?? percent;
  if (hexadecimal !== undefined) return characterOf(Number.parseInt(hexadecimal, 16));
  if (reference !== undefined) return characterOf(Number(reference));
  if (name !== undefined) return NAMED[name.toLowerCase()] ?? match;
  if (percents !== undefined) return Buffer.from(percents.replaceAll('%', ''), 'hex').toString();
  return /[bfnrtv]/.test(escaped ?? '') ? '' : (escaped ?? match);
}

function characterOf(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : '';
}

/** Replaces the matches; each character of a replacement originates from the whole match. */
function rewritten(
  { text, from, to }: Traced,
  pattern: RegExp,
  replacement: (match: string, ...groups: (string | undefined)[]) => string,
): Traced {
  let result = '';
  const newFrom: number[] = [];
  const newTo: number[] = [];
  let end = 0;
  const keep = (until: number) => {
    result += text.slice(end, until);
    for (; end < until; end++) {
      newFrom.push(from[end] ?? 0);
      newTo.push(to[end] ?? 0);
    }
  };
  for (const match of text.matchAll(pattern)) {
    keep(match.index);
    end = match.index + match[0].length;
    const replaced = replacement(match[0], ...match.slice(1));
    result += replaced;
    for (let count = replaced.length; count > 0; count--) {
      newFrom.push(from[match.index] ?? 0);
      newTo.push(to[end - 1] ?? 0);
    }
  }
  keep(text.length);
  return { text: result, from: newFrom, to: newTo };
}
