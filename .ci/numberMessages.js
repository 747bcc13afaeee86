// Ships each message under its number. In VS Code's format, each language repeats all English messages as keys, which
// would be a third of the package.
const fs = require('node:fs/promises');
const path = require('node:path');
const { numberedMessages, SEPARATOR, withNumbers } = require('./messageNumbers.js');

/** What the messages in the bundle call. `t` inserts the arguments, and has no bundle of its own. */
const HELPER = `
  import { l10n } from 'vscode';
  import { t } from '@vscode/l10n';
  let translated;
  export function message$(number, english, ...args) {
    translated ??= l10n.bundle?.messages?.split(${JSON.stringify(SEPARATOR)}) ?? [];
    return t(translated[number] || english, ...args);
  }`;

/**
 * Returns the keys of all messages; the index of each is its number. The key is VS Code's: the message, and after a
 * slash the comment for translators.
 *
 * @param {string} root
 * @returns {Promise<string[]>}
 */
const messageKeys = async (root) => Object.keys(await readMessages(path.join(root, 'l10n/bundle.l10n.json')));

/** @param {string} file */
async function readMessages(file) {
  /** @type {Record<string, string>} */
  const messages = JSON.parse(await fs.readFile(file, 'utf8'));
  return messages;
}

/**
 * Writes the translations of the messages in the code as VS Code reads them, all of a language in one string.
 *
 * @param {string} root the folder with `l10n/`
 * @param {string} folder
 */
async function writeNumberedMessages(root, folder) {
  const keys = await messageKeys(root);
  await fs.rm(folder, { recursive: true, force: true });
  await fs.mkdir(folder, { recursive: true });
  for (const name of await fs.readdir(path.join(root, 'l10n'))) {
    if (name === 'bundle.l10n.json') continue;
    const translated = await readMessages(path.join(root, 'l10n', name));
    await fs.writeFile(path.join(folder, name), numberedMessages(keys, translated));
  }
}

/**
 * Replaces each `vscode.l10n.t('English', …)` and `l10n.t({ message: 'English', args: […], comment: […] })` by a call
 * that gets the number of the message in addition. The English one remains, for any other language.
 *
 * @param {string} root
 * @returns {import('esbuild').Plugin}
 */
const numberMessages = (root) => ({
  name: 'number-messages',
  setup(build) {
    /** @type {ReadonlyMap<string, number>} */
    let numbers = new Map();
    build.onStart(async () => {
      numbers = new Map((await messageKeys(root)).map((key, number) => [key, number]));
    });
    build.onResolve({ filter: /^number-messages$/ }, () => ({ path: 'helper', namespace: 'number-messages' }));
    build.onLoad({ filter: /^/, namespace: 'number-messages' }, () => ({ contents: HELPER, resolveDir: root }));
    build.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path: file }) => {
      const source = await fs.readFile(file, 'utf8');
      return source.includes('l10n') ? { contents: withNumbers(source, file, numbers), loader: 'ts' } : undefined;
    });
  },
});

module.exports = { numberMessages, writeNumberedMessages };
