import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../..');
const read = (name: string) => readFileSync(path.join(root, name), 'utf8');
const TEXT = read('docs/reference-coverage.md');

/** Each file that the document names, with the titles of tests that follow it. */
const NAMED = [...TEXT.matchAll(/`((?:src|test)\/[^`]+|[\w.]+\.(?:json|md))`((?:,? “[^”]+”)*)/g)].map(
  ([, file = '', titles = '']) => ({ file, titles: [...titles.matchAll(/“([^”]+)”/g)].map(([, title = '']) => title) }),
);

describe('the document on the reference', () => {
  it('names only files that exist', () => {
    expect(NAMED.length).toBeGreaterThan(60);
    expect(NAMED.filter(({ file }) => !existsSync(path.join(root, file))).map(({ file }) => file)).toEqual([]);
  });

  it('quotes only titles of tests in the file before them', () => {
    const quoted = NAMED.flatMap(({ file, titles }) => titles.map((title) => ({ file, title })));
    expect(quoted.length).toBeGreaterThan(30);
    expect(quoted.filter(({ file, title }) => !file.startsWith('test/') || !read(file).includes(title))).toEqual([]);
  });

  it('has a line for each documented status of an error', () => {
    for (const status of [400, 401, 403, 404, 429, 500, 503]) expect(TEXT).toMatch(new RegExp(`^\\| ${status}: `, 'm'));
  });

  it('is about the page that the client refers to', () => {
    const [page = ''] =
      /https:\/\/developer\.amazon\.com\/\S+/.exec(read('src/core/api/networkMappingClient.ts')) ?? [];
    expect(TEXT).toContain(`(${page})`);
  });
});
