// The software bill of materials of the bundle, in the format CycloneDX 1.6.
const fs = require('node:fs');
const path = require('node:path');

/** @typedef {import('./bundledPackages.js').BundledPackage} BundledPackage */

/** @typedef {Record<string, string | undefined>} Versions */

/**
 * Returns the bill of materials as JSON: the bundled packages with their licenses, the hashes of their published
 * archives, and what depends on what. Without a time or a serial number, so that each build of the same files has the
 * same.
 *
 * @param {readonly BundledPackage[]} packages
 * @param {string} root the folder of the repository
 */
function sbom(packages, root) {
  /** @type {{ name: string, version: string, publisher: string, license: string, devDependencies: Versions }} */
  const extension = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  /** @type {{ packages: Record<string, { integrity?: string }> }} */
  const lock = JSON.parse(fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
  const reference = `${extension.publisher}.${extension.name}@${extension.version}`;
  /** @param {Versions} dependencies @param {string} folder */
  const bundledOf = (dependencies, folder) =>
    Object.keys(dependencies)
      .flatMap((name) => resolve(packages, name, folder) ?? [])
      .map(purl)
      .sort();

  const bill = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      lifecycles: [{ phase: 'build' }],
      component: {
        type: 'application',
        'bom-ref': reference,
        group: extension.publisher,
        name: extension.name,
        version: extension.version,
        licenses: [{ license: { id: extension.license } }],
      },
    },
    components: packages.map((one) => {
      const { group, name } = nameParts(one.name);
      return {
        type: 'library',
        'bom-ref': purl(one),
        ...(group === undefined ? {} : { group }),
        name,
        version: one.version,
        licenses: [{ license: { id: one.license } }],
        purl: purl(one),
        hashes: [{ alg: 'SHA-512', content: sha512(one, lock.packages) }],
      };
    }),
    dependencies: [
      // All are devDependencies, since the bundle has what it needs of them.
      { ref: reference, dependsOn: bundledOf(extension.devDependencies, root) },
      ...packages.map((one) => {
        /** @type {{ dependencies?: Versions }} */
        const { dependencies = {} } = JSON.parse(fs.readFileSync(path.join(one.folder, 'package.json'), 'utf8'));
        return { ref: purl(one), dependsOn: bundledOf(dependencies, one.folder) };
      }),
    ],
  };
  return `${JSON.stringify(bill, undefined, 2)}\n`;
}

/**
 * Returns the bundled package that a name means in a folder, as Node.js resolves it; undefined if it is not bundled.
 *
 * @param {readonly BundledPackage[]} packages
 * @param {string} name
 * @param {string} folder
 * @returns {BundledPackage | undefined}
 */
function resolve(packages, name, folder) {
  const candidate = path.join(folder, 'node_modules', name);
  if (fs.existsSync(candidate)) {
    const installed = fs.realpathSync(candidate);
    return packages.find((one) => one.folder === installed);
  }
  const parent = path.dirname(folder);
  return parent === folder ? undefined : resolve(packages, name, parent);
}

/** @param {BundledPackage} bundled */
const purl = ({ name, version }) => `pkg:npm/${name.replace('@', '%40')}@${version}`;

/** @param {string} name */
function nameParts(name) {
  const [first = '', second] = name.split('/');
  return second === undefined ? { name: first } : { group: first, name: second };
}

/**
 * Returns the hash that the lock file has of a package, in hexadecimal.
 *
 * @param {BundledPackage} bundled
 * @param {Record<string, { integrity?: string }>} locked by folder, such as `node_modules/a/node_modules/b`
 */
function sha512({ name, folder }, locked) {
  const installed = folder.replaceAll(path.sep, '/');
  const [longest = ''] = Object.keys(locked)
    .filter((each) => each !== '' && installed.endsWith(`/${each}`))
    .sort((a, b) => b.length - a.length);
  const [, hash] = /^sha512-(\S+)$/.exec(locked[longest]?.integrity ?? '') ?? [];
  if (hash === undefined) throw new Error(`${name}: package-lock.json has no SHA-512 hash of it.`);
  return Buffer.from(hash, 'base64').toString('hex');
}

module.exports = { sbom };
