import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';

interface State {
  readonly manifest: { readonly version: string; readonly repository?: unknown };
  readonly changelog: string;
  readonly changedFiles: readonly string[];
  readonly tag: string | undefined;
  readonly isPreRelease: boolean;
}

const { releaseProblems } = createRequire(import.meta.url)('../../../.ci/releaseProblems.js') as {
  releaseProblems: (state: State) => string[];
};

const READY: State = {
  manifest: { version: '0.1.0', repository: { type: 'git', url: 'https://github.com/owner/name.git' } },
  changelog: '# Changelog\n\n## [0.1.0] - 2026-12-01\n\n### Added\n',
  changedFiles: [],
  tag: undefined,
  isPreRelease: false,
};

describe('a release', () => {
  it.each([
    ['by hand', READY],
    ['from its tag', { ...READY, tag: 'v0.1.0' }],
    ['of a pre-release, from its tag', { ...READY, tag: 'v0.1.0-pre', isPreRelease: true }],
    ['with a short repository', { ...READY, manifest: { version: '0.1.0', repository: 'https://github.com/a/b' } }],
  ])('can be built %s', (_, state) => {
    expect(releaseProblems(state)).toEqual([]);
  });

  it.each<[string, Partial<State>, RegExp]>([
    ['no repository', { manifest: { version: '0.1.0' } }, /set "repository" to/],
    [
      'a repository at an unknown place',
      { manifest: { version: '0.1.0', repository: 'https://example.com/a/b' } },
      /set "repository" to/,
    ],
    ['no entry in the changelog', { changelog: '# Changelog\n\n## [0.0.9] - 2026-11-01\n' }, /## \[0\.1\.0\] - YYYY/],
    ['an entry without a date', { changelog: '## [0.1.0] - Unreleased\n' }, /## \[0\.1\.0\] - YYYY/],
    ['changes that are not committed', { changedFiles: ['src/extension.ts'] }, /not committed: src\/extension\.ts/],
    ['the tag of another version', { tag: 'v0.2.0' }, /v0\.2\.0 does not match .*expected v0\.1\.0\.$/],
    ['the tag of a pre-release', { tag: 'v0.1.0-pre' }, /expected v0\.1\.0\.$/],
    ['the tag of a release for a pre-release', { tag: 'v0.1.0', isPreRelease: true }, /expected v0\.1\.0-pre\.$/],
  ])('is refused with %s', (_, change, problem) => {
    const problems = releaseProblems({ ...READY, ...change });
    expect(problems).toEqual([expect.stringMatching(problem)]);
  });

  it('is refused with a version that the Marketplace does not accept', () => {
    const problems = releaseProblems({
      ...READY,
      manifest: { ...READY.manifest, version: '0.1.0-beta.1' },
      changelog: '## [0.1.0-beta.1] - 2026-12-01\n',
    });
    expect(problems).toEqual([expect.stringContaining('must be three numbers')]);
  });

  it('names everything that is missing at once', () => {
    const problems = releaseProblems({ ...READY, manifest: { version: '0.1.0' }, changelog: '', changedFiles: ['a'] });
    expect(problems).toHaveLength(3);
  });
});
