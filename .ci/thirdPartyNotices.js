// The licenses of the bundled packages, which require to be passed on to users.
const fs = require('node:fs');
const path = require('node:path');

/** @typedef {import('./bundledPackages.js').BundledPackage} BundledPackage */

/**
 * Licenses that may be bundled: they require only that their text is passed on.
 *
 * @type {ReadonlySet<unknown>}
 */
const ALLOWED = new Set(['MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause']);

/**
 * The copyright holders of packages that declare the MIT License in `package.json` but were published without its text.
 */
const MIT_WITHOUT_TEXT = new Map([
  ['@microsoft/dynamicproto-js', 'Microsoft Corporation'],
  ['@vscode/l10n', 'Microsoft Corporation'],
]);

/** @param {string} holder */
const mit = (holder) => `MIT License

Copyright (c) ${holder}. All rights reserved.

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy,
modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the
Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE,
ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
`;

/**
 * Returns the license texts of a package; undefined if they are missing.
 *
 * @param {BundledPackage} bundled
 */
function licenseTexts({ name, license, folder }) {
  const files = fs.readdirSync(folder).sort();
  const texts = files
    .filter((file) => /^(licen[cs]e|copying|notice)(\.(md|txt))?$/i.test(file))
    .map((file) => fs.readFileSync(path.join(folder, file), 'utf8'));
  if (files.some((file) => /^(licen[cs]e|copying)(\.|$)/i.test(file)) && texts.every((text) => text.trim() !== ''))
    return texts;
  const holder = MIT_WITHOUT_TEXT.get(name);
  return license === 'MIT' && holder !== undefined ? [...texts, mit(holder)] : undefined;
}

/**
 * Returns the notice file of the bundle, which depends on nothing else on the computer.
 *
 * @param {readonly BundledPackage[]} packages
 * @throws {Error} that names each package whose license is not allowed, or whose text is missing
 */
function thirdPartyNotices(packages) {
  /** @type {string[]} */
  const problems = [];
  const sections = packages.map((one) => {
    const title = `${one.name} ${one.version}`;
    if (!ALLOWED.has(one.license))
      problems.push(`${title}: the license ${JSON.stringify(one.license)} is not on the list of what may be bundled.`);
    const texts = licenseTexts(one);
    if (texts === undefined) problems.push(`${title}: there is no text of its license.`);
    const text = (texts ?? []).map((each) => each.replace(/\r\n?/g, '\n').trim()).join('\n\n');
    return `${'-'.repeat(80)}\n${title} (${String(one.license)})\n\n${text}\n`;
  });
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return `Alexa Network Mapping contains the following packages.\n\n${sections.join('\n')}`;
}

module.exports = { thirdPartyNotices };
