import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { namedIn, textOf } from './namedTests';

const root = path.resolve(import.meta.dirname, '../../..');

describe.each([
  ['docs/reference-coverage.md', 60, 30],
  ['docs/vscode-guidelines.md', 60, 70],
  ['docs/accessibility.md', 35, 35],
])('%s', (document, files, titles) => {
  it('names only files that exist', () => {
    const named = namedIn(document);
    expect(named.length).toBeGreaterThan(files);
    expect(named.filter(({ file }) => !existsSync(path.join(root, file))).map(({ file }) => file)).toEqual([]);
  });

  it('quotes only titles of tests in the file before them', () => {
    const quoted = namedIn(document).flatMap((each) => each.titles.map((title) => ({ file: each.file, title })));
    expect(quoted.length).toBeGreaterThan(titles);
    expect(quoted.filter(({ file, title }) => !file.startsWith('test/') || !textOf(file).includes(title))).toEqual([]);
  });
});
