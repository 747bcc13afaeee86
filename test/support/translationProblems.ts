/** Messages by key, without the comments for translators. */
export type Messages = Readonly<Record<string, string>>;

/** The messages of one language: of the manifest (`package.nls*.json`) and of the code (`l10n/bundle.l10n*.json`). */
export interface Texts {
  readonly manifest: Messages;
  readonly code: Messages;
}

/** Returns the messages of a file in VS Code's formats, in which one with a comment is an object. */
export function messagesIn(json: string): Messages {
  const file = JSON.parse(json) as Record<string, string | { readonly message: string }>;
  return Object.fromEntries(
    Object.entries(file).map(([key, value]) => [key, typeof value === 'string' ? value : value.message]),
  );
}

/** What every translation of a message has as often as the English one, each with a pattern that finds it. */
const KEPT: Readonly<Record<string, RegExp>> = {
  'link targets': /(?<=\]\()[^)]*(?=\))/g,
  'code spans': /`[^`]*`/g,
  icons: /\$\([\w-]+(?:~spin)?\)/g,
  'bold text': /\*\*/g,
  IDs: /amzn1\.[\w.]*…?/g,
  numbers: /\d{2,}/g,
  'line breaks': /\n/g,
};

const PLACEHOLDER = /\{\w+\}/g;

/** Two words in lower case, so that names, such as “Login with Amazon”, are no sentence. */
const SENTENCE = /(?<!\p{L})\p{Ll}{2,}(?!\p{L}).*?(?<!\p{L})\p{Ll}{2,}(?!\p{L})/u;

/** Returns what is wrong with a translation, one line for each problem. `sameInBoth` has English texts that need none. */
export function translationProblems(english: Texts, translated: Texts, sameInBoth: ReadonlySet<string>): string[] {
  const problems = [
    ...fileProblems('manifest', english.manifest, translated.manifest, sameInBoth),
    ...fileProblems('code', english.code, translated.code, sameInBoth),
  ];
  return problems.length > 0 ? problems : nameProblems(english, translated);
}

function fileProblems(
  file: string,
  english: Messages,
  translated: Messages,
  sameInBoth: ReadonlySet<string>,
): readonly string[] {
  const unused = Object.keys(translated).filter((key) => !Object.hasOwn(english, key));
  return [
    ...unused.map((key) => `${file}: ${key}: is not used`),
    ...Object.entries(english).flatMap(([key, source]) => {
      if (!Object.hasOwn(translated, key)) return `${file}: ${key}: is missing`;
      const problems = messageProblems(source, translated[key] ?? '', sameInBoth.has(source));
      return problems.map((problem) => `${file}: ${key}: ${problem}`);
    }),
  ];
}

function messageProblems(source: string, translation: string, mayBeSame: boolean): string[] {
  if (translation.trim() === '') return ['is empty'];
  const problems = Object.entries(KEPT).flatMap(([what, pattern]) =>
    counted(source, pattern) === counted(translation, pattern) ? [] : `does not have the same ${what}`,
  );
  // A language may need to name the same thing twice.
  if (distinct(source, PLACEHOLDER) !== distinct(translation, PLACEHOLDER))
    problems.push('does not have the same placeholders');
  // A single word may be an abbreviation in one language only.
  if (source.includes(' ') && edges(source) !== edges(translation))
    problems.push('begins or ends with other spaces or punctuation');
  if (source === translation && !mayBeSame && SENTENCE.test(withoutCode(source))) problems.push('is not translated');
  return problems;
}

const counted = (text: string, pattern: RegExp) => JSON.stringify([...text.matchAll(pattern)].map(String).sort());

const distinct = (text: string, pattern: RegExp) => JSON.stringify([...new Set(text.match(pattern))].sort());

const withoutCode = (text: string) => text.replace(/`[^`]*`|\]\([^)]*\)|https?:\/\/\S+/g, ' ');

/** The spaces around a text, and the sign that ends it. */
function edges(text: string): string {
  const [, start = '', sign = '', end = ''] = /^(\s*).*?([.…:?,]?)(\s*)$/s.exec(text) ?? [];
  return JSON.stringify([start, sign, end]);
}

/**
 * Returns where the translations call something by different names: a command is called by its title wherever a message
 * names it, and so is what a message shows in bold.
 */
function nameProblems(english: Texts, translated: Texts): string[] {
  const titles = Object.entries(english.manifest).filter(([key]) => /^command\..*\.title$/.test(key));
  const pairs = (['manifest', 'code'] as const).flatMap((file) =>
    Object.entries(english[file]).map(
      ([key, source]) => [`${file}: ${key}`, source, translated[file][key] ?? ''] as const,
    ),
  );
  const problems: string[] = [];
  for (const [place, source, translation] of pairs) {
    for (const [key, title] of titles) {
      const name = translated.manifest[key] ?? '';
      // Without the ellipsis, or a second word, a title is also a part of other sentences.
      const isNamed =
        source === title || source.includes(`[${title}]`) || (isOnlyATitle(title) && source.includes(title));
      if (isNamed && !translation.includes(name))
        problems.push(`${place}: does not have the command's title “${name}”`);
    }
    for (const [, bold = ''] of source.matchAll(/\*\*([^*]+)\*\*/g)) {
      const name = translated.code[bold];
      if (name !== undefined && !translation.includes(`**${name}**`)) {
        problems.push(`${place}: does not have “${name}” in bold`);
      }
    }
  }
  return problems;
}

const isOnlyATitle = (title: string) => /^\S+ .*…$/.test(title);
