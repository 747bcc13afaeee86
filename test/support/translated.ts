import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PSEUDO, pseudoMessages } from './pseudoLocale';
import { messagesIn, type Texts } from './translationProblems';

const root = path.join(import.meta.dirname, '../..');

const read = (file: string) => messagesIn(readFileSync(path.join(root, file), 'utf8'));

const inFiles = (suffix: string): Texts => ({
  manifest: read(`package.nls${suffix}.json`),
  code: read(`l10n/bundle.l10n${suffix}.json`),
});

/** Returns the messages in a language: `de`, or `qps-ploc` for the pseudo-locale. */
export function textsIn(language: string): Texts {
  if (language !== PSEUDO) return inFiles(`.${language}`);
  const { manifest, code } = inFiles('');
  return { manifest: pseudoMessages(manifest), code: pseudoMessages(code) };
}

/** Returns what finds the translation of an English message of the code. */
export function translator({ code }: Texts): (english: string, ...args: readonly string[]) => string {
  return (english, ...args) => {
    const key = Object.keys(code).find((each) => each === english || each.startsWith(`${english}/`));
    if (key === undefined) throw new Error(`There is no message “${english}”`);
    return (code[key] ?? '').replace(/\{(\d+)\}/g, (_, index: string) => args[Number(index)] ?? '');
  };
}
