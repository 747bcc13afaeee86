import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { textOf } from './namedTests';

const README = textOf('README.md');

describe('the pictures of the README', () => {
  const pictures = [...README.matchAll(/!\[([^\]]*)\]\(([^)]+)\)/g)];

  it('are bitmaps that exist, each with a text for screen readers', () => {
    expect(pictures.length).toBeGreaterThan(0);
    for (const [, text, file = ''] of pictures) {
      expect(text).toMatch(/\w+ \w+/);
      expect(file).toMatch(/\.(?:png|gif)$/);
      expect(existsSync(path.resolve(import.meta.dirname, '../../..', file)), file).toBe(true);
    }
  });
});
