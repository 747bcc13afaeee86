import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { describe, expect, it, onTestFinished } from 'vitest';

const load = createRequire(import.meta.url);
const { numberedMessages, withNumbers } = load('../../../.ci/messageNumbers.js') as {
  numberedMessages: (keys: readonly string[], translated: Readonly<Record<string, string>>) => string;
  withNumbers: (source: string, file: string, numbers: ReadonlyMap<string, number>) => string;
};
const { numberMessages } = load('../../../.ci/numberMessages.js') as { numberMessages: (root: string) => Plugin };

const KEYS = ['Done.', 'Moved {0} to {1}.', 'Setup: {0}/The title of a page; {0} is a name.'];
const NUMBERS = new Map(KEYS.map((key, number) => [key, number]));

const transformed = (source: string) => withNumbers(source, 'a.ts', NUMBERS);

describe('a message in the code gets its number', () => {
  it.each([
    ["vscode.l10n.t('Done.')", "message$(0,'Done.')"],
    ["l10n.t('Done.')", "message$(0,'Done.')"],
    ["l10n.t('Moved {0} to {1}.', a, ...b)", "message$(1,'Moved {0} to {1}.', a, ...b)"],
    [
      "l10n.t({ message: 'Setup: {0}', args: [a], comment: ['The title of a page; {0} is a name.'] })",
      "message$(2,'Setup: {0}',a)",
    ],
    [
      "l10n.t({ message: 'Setup: {0}', comment: ['The title of a page; ', '{0} is a name.'] })",
      "message$(2,'Setup: {0}')",
    ],
    ["l10n.t('Moved {0} to {1}.', l10n.t('Done.'), a)", "message$(1,'Moved {0} to {1}.', message$(0,'Done.'), a)"],
  ])('%s', (source, expected) => {
    expect(transformed(source)).toBe(`import { message$ } from 'number-messages';${expected}`);
  });

  it('without a change of the lines', () => {
    const source =
      "l10n.t({\n  message:\n    'Setup: {0}',\n  args: [\n    a,\n  ],\n  comment: ['The title of a page; {0} is a name.'],\n});\n// 9";
    expect(transformed(source).split('\n').indexOf('// 9')).toBe(source.split('\n').indexOf('// 9'));
  });

  it('only where it is used', () => {
    const source = "import * as l10n from '@vscode/l10n';\nl10n.config({ contents: vscode.l10n.bundle });";
    expect(transformed(source)).toBe(source);
  });
});

describe('the build fails on', () => {
  it.each([
    ['a message that is not in l10n/', "l10n.t('Gone.')", 'run "npm run l10n"'],
    ['a message that is not a string', 'l10n.t(text)', 'the message must be a string'],
    ['a message with a template', 'l10n.t(`Moved ${a}`)', 'the message must be a string'],
    ['a comment by name', "l10n.t({ message: 'Setup: {0}', comment })", 'must be a property with a value'],
    ['another comment', "l10n.t({ message: 'Setup: {0}', comment: [c] })", 'the comment must be a list of strings'],
    ['arguments by name', "l10n.t({ message: 'Done.', args: list })", 'the arguments must be a list'],
    ['another order', "l10n.t({ comment: ['c'], message: 'Done.' })", 'must be { message, args, comment }'],
    ['a function by another name', 'const t = vscode.l10n.t;', 'l10n must be used in a call of l10n.t'],
    ['a call by another name', 'const { t } = l10n;', 'l10n must be used in a call of l10n.t'],
  ])('%s', (_, source, problem) => {
    expect(() => transformed(`\n${source}`)).toThrow(`a.ts:2: ${problem}`);
  });

  it('a translation that contains what separates them', () => {
    expect(() => numberedMessages(KEYS, { 'Done.': 'a\tb' })).toThrow('A translation contains a tab.');
  });
});

/** The file of an extension after the build, which runs in a VS Code with these messages. */
async function builtExtension(bundle: unknown): Promise<unknown> {
  const root = await mkdtemp(path.join(tmpdir(), 'messages-'));
  onTestFinished(() => rm(root, { recursive: true }));
  await mkdir(path.join(root, 'l10n'));
  await mkdir(path.join(root, 'src'));
  await writeFile(
    path.join(root, 'l10n/bundle.l10n.json'),
    JSON.stringify(Object.fromEntries(KEYS.map((k) => [k, k]))),
  );
  const source = [
    "import * as vscode from 'vscode';",
    "import * as l10n from '@vscode/l10n';",
    'if (vscode.l10n.bundle) l10n.config({ contents: vscode.l10n.bundle });',
    "export const done = vscode.l10n.t('Done.');",
    "export const moved = l10n.t('Moved {0} to {1}.', 'A', 2);",
    "export const setup = l10n.t({ message: 'Setup: {0}', args: ['A'], comment: ['The title of a page; {0} is a name.'] });",
  ];
  await writeFile(path.join(root, 'src/main.ts'), source.join('\n'));
  const vscode: Plugin = {
    name: 'vscode',
    setup(each) {
      each.onResolve({ filter: /^vscode$/ }, () => ({ path: 'vscode', namespace: 'vscode' }));
      each.onLoad({ filter: /^/, namespace: 'vscode' }, () => ({
        contents: `export const l10n = { bundle: ${JSON.stringify(bundle)} };`,
      }));
    },
  };
  const outfile = path.join(root, 'main.mjs');
  await build({
    entryPoints: [path.join(root, 'src/main.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    mainFields: ['browser', 'module', 'main'],
    nodePaths: [path.resolve(import.meta.dirname, '../../../node_modules')],
    plugins: [numberMessages(root), vscode],
  });
  const { done, moved, setup } = (await import(pathToFileURL(outfile).href)) as Record<string, unknown>;
  return [done, moved, setup];
}

describe('the built extension shows', () => {
  it('the translation, by its number', async () => {
    const german = numberedMessages(KEYS, {
      'Done.': 'Fertig.',
      'Moved {0} to {1}.': 'Nach {1}: {0}.',
      'Setup: {0}/The title of a page; {0} is a name.': 'Einrichtung: {0}',
    });
    expect(await builtExtension(JSON.parse(german))).toEqual(['Fertig.', 'Nach 2: A.', 'Einrichtung: A']);
  });

  it('English, with its arguments, in a language without a translation', async () => {
    expect(await builtExtension(undefined)).toEqual(['Done.', 'Moved A to 2.', 'Setup: A']);
  });

  it('English where a translation is missing', async () => {
    const german = numberedMessages(KEYS, { 'Done.': 'Fertig.' });
    expect(await builtExtension(JSON.parse(german))).toEqual(['Fertig.', 'Moved A to 2.', 'Setup: A']);
  });
});
