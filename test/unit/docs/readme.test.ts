import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import manifest from '../../../package.json';
import words from '../../../package.nls.json';
import { textOf } from './namedTests';

const root = path.resolve(import.meta.dirname, '../../..');
const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const README = textOf('README.md');

/** Returns the anchors of a document's headings, as GitHub makes them. */
function anchorsIn(document: string): string[] {
  return [...textOf(document).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s-]/gu, '')
      .replace(/ /g, '-'),
  );
}

describe.each(DOCUMENTS)('%s', (document) => {
  it('links to files and headings that exist', () => {
    for (const [, target = ''] of textOf(document).matchAll(/\]\((?!https:)([^)\s]+)\)/g)) {
      const [file = '', anchor] = target.split('#');
      const linked = file === '' ? document : path.join(path.dirname(document), file);
      expect(existsSync(path.join(root, linked)), target).toBe(true);
      if (anchor !== undefined) expect(anchorsIn(linked), target).toContain(anchor);
    }
  });
});

it('SECURITY.md names only tests that exist', () => {
  const named = [...textOf('SECURITY.md').matchAll(/`((?:unit|integration|ui|package)\/[^`]+)\.test\.ts`/g)];
  expect(named.length).toBeGreaterThan(40);
  for (const [, name = ''] of named) {
    const tests = readdirSync(path.join(root, 'test', path.dirname(name))).filter((file) => file.endsWith('.test.ts'));
    const wanted = path.basename(name);
    expect(wanted === '*' ? tests.length > 0 : tests.includes(`${wanted}.test.ts`), name).toBe(true);
  }
});

describe('the README', () => {
  it('has each command and each setting', () => {
    const titles = manifest.contributes.commands.map(({ title }) => words[title.slice(1, -1) as keyof typeof words]);
    const first = [...README.matchAll(/^\| ([^|]+) \|/gm)].flatMap(([, cell = '']) => cell.split(', '));
    expect(titles.filter((title) => !first.includes(title))).toEqual([]);
    const settings = Object.keys(manifest.contributes.configuration.properties);
    expect(settings.filter((key) => !first.includes(`\`${key}\``))).toEqual([]);
  });

  const pictures = [...README.matchAll(/!\[([^\]]*)\]\(([^)]+)\)/g)];

  it('has pictures that are bitmaps, each with a text for screen readers', () => {
    expect(pictures.length).toBeGreaterThan(0);
    for (const [, text, file] of pictures) {
      expect(text).toMatch(/\w+ \w+/);
      expect(file).toMatch(/\.(?:png|gif)$/);
    }
  });

  it('has pictures that load quickly', () => {
    for (const [, , file = ''] of pictures) {
      expect(statSync(path.join(root, file)).size, file).toBeLessThan(300_000);
    }
  });

  it('has all pictures of media/readme', () => {
    const shown = pictures.map(([, , file = '']) => path.basename(file));
    expect(shown.sort()).toEqual(readdirSync(path.join(root, 'media/readme')).sort());
  });
});
