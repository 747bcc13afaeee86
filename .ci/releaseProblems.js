// What prevents a release, before anything is built.

/**
 * @typedef {{
 *   version: string,
 *   repository?: unknown,
 * }} Manifest
 */

/** The workflows, the provenance and the private reports of vulnerabilities are those of GitHub. */
const REPOSITORY = /^https:\/\/github\.com\/[\w.-]+\/[\w.-]+?(?:\.git)?$/;

/**
 * Returns what still has to be filled in or done, as a sentence each; empty if a release can be built.
 *
 * @param {{
 *   manifest: Manifest,
 *   changelog: string,
 *   changedFiles: readonly string[],
 *   tag: string | undefined,
 *   isPreRelease: boolean,
 * }} state
 *   `changedFiles` are those that are not committed; `tag` is the one that is released, if there is one
 */
function releaseProblems({ manifest, changelog, changedFiles, tag, isPreRelease }) {
  /** @type {string[]} */
  const problems = [];
  if (!REPOSITORY.test(repositoryUrl(manifest.repository) ?? '')) {
    problems.push(
      'package.json: set "repository" to { "type": "git", "url": "https://github.com/OWNER/NAME" }. The pictures of the README, Report Issue and SECURITY.md lead there.',
    );
  }
  const { version } = manifest;
  if (!/^\d+\.\d+\.\d+$/.test(version)) {
    problems.push(`package.json: the version ${version} must be three numbers. The Marketplace accepts no suffix.`);
  }
  const heading = `## [${version}] - `;
  const date = changelog
    .split('\n')
    .find((line) => line.startsWith(heading))
    ?.slice(heading.length);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date ?? '')) {
    problems.push(`CHANGELOG.md: add the heading "${heading}YYYY-MM-DD" with the date of the release.`);
  }
  if (changedFiles.length > 0) {
    problems.push(`Commit or remove what is not committed: ${changedFiles.join(', ')}.`);
  }
  const expected = isPreRelease ? `v${version}-pre` : `v${version}`;
  if (tag !== undefined && tag !== expected) {
    problems.push(`The tag ${tag} does not match the version of package.json: expected ${expected}.`);
  }
  return problems;
}

/** @param {unknown} repository */
function repositoryUrl(repository) {
  if (typeof repository === 'string') return repository;
  if (typeof repository !== 'object' || repository === null || !('url' in repository)) return undefined;
  return typeof repository.url === 'string' ? repository.url : undefined;
}

module.exports = { releaseProblems };
