import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { messagesIn, translationProblems, type Texts } from '../support/translationProblems';

const root = path.resolve(import.meta.dirname, '../..');

/** Sentences that are the same in another language, each with the reason. */
const SAME_IN_BOTH: Readonly<Record<string, ReadonlySet<string>>> = {};

const languagesIn = (folder: string, name: RegExp) =>
  readdirSync(path.join(root, folder))
    .flatMap((file) => name.exec(file)?.[1] ?? [])
    .sort();

const read = (file: string) => messagesIn(readFileSync(path.join(root, file), 'utf8'));

const textsOf = (suffix: string): Texts => ({
  manifest: read(`package.nls${suffix}.json`),
  code: read(`l10n/bundle.l10n${suffix}.json`),
});

const languages = languagesIn('l10n', /^bundle\.l10n\.(.+)\.json$/);

describe('the translations', () => {
  it('are in German, Spanish, French and Italian, of the code and of the manifest', () => {
    expect(languages).toEqual(['de', 'es', 'fr', 'it']);
    expect(languagesIn('.', /^package\.nls\.(.+)\.json$/)).toEqual(languages);
  });

  it.each(languages)('%s: has all messages, with the same placeholders, links and names', (language) => {
    const problems = translationProblems(textsOf(''), textsOf(`.${language}`), SAME_IN_BOTH[language] ?? new Set());
    expect(problems).toEqual([]);
  });
});

describe('a translation', () => {
  const ENGLISH: Texts = {
    manifest: {
      'command.map.title': 'Map to Skill…',
      'command.show.title': 'Show Log',
      welcome: 'New here? [Map to Skill…](command:map)\nSelect **Sign in with the browser** and `id`.',
    },
    code: {
      'Sign in with the browser': 'Sign in with the browser',
      'Use Map to Skill… for {0}.': 'Use Map to Skill… for {0}.',
      'Moved {0} to {1}.': 'Moved {0} to {1}.',
      '$(check) 401, see amzn1.x': '$(check) 401, see amzn1.x',
      'Login with Amazon': 'Login with Amazon',
      'Show Log': 'Show Log',
    },
  };
  const GERMAN: Texts = {
    manifest: {
      'command.map.title': 'Mit Skill verknüpfen…',
      'command.show.title': 'Protokoll anzeigen',
      welcome: 'Neu hier? [Mit Skill verknüpfen…](command:map)\n**Mit dem Browser anmelden** und `id` wählen.',
    },
    code: {
      'Sign in with the browser': 'Mit dem Browser anmelden',
      'Use Map to Skill… for {0}.': 'Verwenden Sie „Mit Skill verknüpfen…“ für {0}.',
      'Moved {0} to {1}.': '{0} nach {1} verschoben; {0} ist dort.',
      '$(check) 401, see amzn1.x': '$(check) 401, siehe amzn1.x',
      'Login with Amazon': 'Login with Amazon',
      'Show Log': 'Protokoll anzeigen',
    },
  };
  const problemsWith = (changes: Partial<Texts>, same: readonly string[] = []) =>
    translationProblems(
      ENGLISH,
      { manifest: { ...GERMAN.manifest, ...changes.manifest }, code: { ...GERMAN.code, ...changes.code } },
      new Set(same),
    );

  it('can name a placeholder twice, and have names as in English', () => {
    expect(problemsWith({})).toEqual([]);
  });

  it('lacks a message', () => {
    const { 'Show Log': _, ...code } = GERMAN.code;
    expect(translationProblems(ENGLISH, { ...GERMAN, code }, new Set())).toEqual(['code: Show Log: is missing']);
  });

  it('has a message that does not exist', () => {
    expect(problemsWith({ code: { 'Old.': 'Alt.' } })).toEqual(['code: Old.: is not used']);
  });

  it.each<[string, Partial<Texts>, string]>([
    ['an empty message', { code: { 'Show Log': ' ' } }, 'code: Show Log: is empty'],
    [
      'no translation of a sentence',
      { code: { 'Sign in with the browser': 'Sign in with the browser' } },
      'code: Sign in with the browser: is not translated',
    ],
    [
      'a placeholder less',
      { code: { 'Moved {0} to {1}.': '{0} verschoben.' } },
      'code: Moved {0} to {1}.: does not have the same placeholders',
    ],
    [
      'another placeholder',
      { code: { 'Moved {0} to {1}.': '{0} nach {2} verschoben.' } },
      'code: Moved {0} to {1}.: does not have the same placeholders',
    ],
    [
      'no full stop',
      { code: { 'Moved {0} to {1}.': '{0} nach {1} verschoben' } },
      'code: Moved {0} to {1}.: begins or ends with other spaces or punctuation',
    ],
    [
      'a space at its end',
      { code: { 'Moved {0} to {1}.': '{0} nach {1} verschoben. ' } },
      'code: Moved {0} to {1}.: begins or ends with other spaces or punctuation',
    ],
    [
      'another icon',
      { code: { '$(check) 401, see amzn1.x': '$(error) 401, siehe amzn1.x' } },
      'code: $(check) 401, see amzn1.x: does not have the same icons',
    ],
    [
      'another number',
      { code: { '$(check) 401, see amzn1.x': '$(check) 404, siehe amzn1.x' } },
      'code: $(check) 401, see amzn1.x: does not have the same numbers',
    ],
    [
      'another ID',
      { code: { '$(check) 401, see amzn1.x': '$(check) 401, siehe amzn1.y' } },
      'code: $(check) 401, see amzn1.x: does not have the same IDs',
    ],
    [
      'another link',
      { manifest: { welcome: GERMAN.manifest['welcome']?.replace('command:map', 'command:unmap') ?? '' } },
      'manifest: welcome: does not have the same link targets',
    ],
    [
      'another code span',
      { manifest: { welcome: GERMAN.manifest['welcome']?.replace('`id`', '`Kennung`') ?? '' } },
      'manifest: welcome: does not have the same code spans',
    ],
    [
      'no line break',
      { manifest: { welcome: GERMAN.manifest['welcome']?.replace('\n', ' ') ?? '' } },
      'manifest: welcome: does not have the same line breaks',
    ],
    [
      'no bold text',
      { manifest: { welcome: GERMAN.manifest['welcome']?.replaceAll('**', '') ?? '' } },
      'manifest: welcome: does not have the same bold text',
    ],
    [
      'another text of a button in bold',
      { code: { 'Sign in with the browser': 'Im Browser anmelden' } },
      'manifest: welcome: does not have “Im Browser anmelden” in bold',
    ],
    [
      'another name of a command in a link',
      { manifest: { welcome: GERMAN.manifest['welcome']?.replace('verknüpfen', 'verbinden') ?? '' } },
      "manifest: welcome: does not have the command's title “Mit Skill verknüpfen…”",
    ],
    [
      'another name of a command in a sentence',
      { code: { 'Use Map to Skill… for {0}.': 'Verwenden Sie „Zuordnen…“ für {0}.' } },
      "code: Use Map to Skill… for {0}.: does not have the command's title “Mit Skill verknüpfen…”",
    ],
    [
      'another name of a command on a button',
      { code: { 'Show Log': 'Log zeigen' } },
      "code: Show Log: does not have the command's title “Protokoll anzeigen”",
    ],
  ])('has %s', (_, changes, problem) => {
    expect(problemsWith(changes)).toEqual([problem]);
  });

  it('may leave a sentence as it is only where that is listed', () => {
    const changes = {
      code: { 'Sign in with the browser': 'Sign in with the browser' },
      manifest: {
        welcome: GERMAN.manifest['welcome']?.replace('Mit dem Browser anmelden', 'Sign in with the browser') ?? '',
      },
    };
    expect(problemsWith(changes, ['Sign in with the browser'])).toEqual([]);
  });
});
