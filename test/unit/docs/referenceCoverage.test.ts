import { describe, expect, it } from 'vitest';
import { textOf } from './namedTests';

const TEXT = textOf('docs/reference-coverage.md');

describe('the document on the reference', () => {
  it('has a line for each documented status of an error', () => {
    for (const status of [400, 401, 403, 404, 429, 500, 503]) expect(TEXT).toMatch(new RegExp(`^\\| ${status}: `, 'm'));
  });

  it('is about the page that the client refers to', () => {
    const [page = ''] =
      /https:\/\/developer\.amazon\.com\/\S+/.exec(textOf('src/core/api/networkMappingClient.ts')) ?? [];
    expect(TEXT).toContain(`(${page})`);
  });
});
