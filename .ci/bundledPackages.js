// Lists the packages in the bundle, as esbuild reports them: all are devDependencies, so `package.json` does not show
// it.
const fs = require('node:fs');
const path = require('node:path');

/**
 * A package in the bundle, with its absolute folder.
 *
 * @typedef {{ name: string, version: string, license: unknown, folder: string }} BundledPackage
 */

/**
 * Returns the packages in the bundle.
 *
 * @param {readonly import('esbuild').Metafile[]} metafiles with paths relative to the current folder
 * @returns {BundledPackage[]} sorted by name and version
 */
function bundledPackages(metafiles) {
  /** @type {Set<string>} */
  const folders = new Set();
  for (const input of metafiles.flatMap(({ outputs }) =>
    Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs)),
  )) {
    // A package nested in another one's folder counts separately.
    const [folder] = /^.*\bnode_modules\/(?:@[^/]+\/)?[^/]+/.exec(input) ?? [];
    if (folder !== undefined) folders.add(path.resolve(folder));
  }
  const packages = [...folders].map((folder) => {
    /** @type {{ name: string, version: string, license?: unknown }} */
    const { name, version, license } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
    return { name, version, license, folder };
  });
  /** @param {BundledPackage} bundled */
  const key = ({ name, version }) => `${name}@${version}`;
  // Compare code units: a locale's order would differ between computers.
  return packages.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

module.exports = { bundledPackages };
