import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const MEDIA = path.resolve(import.meta.dirname, '../../../media');
const STYLES = readdirSync(MEDIA).filter((name) => name.endsWith('.css'));

/** Returns the style without comments. */
const textOf = (name: string) => readFileSync(path.join(MEDIA, name), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');

/** What may be in the value of a color beside colors of the theme: `ButtonBorder` is for forced colors only. */
const NO_COLOR = /^(?:[\d.]+(?:px)?|solid|dashed|none|transparent|inherit|currentcolor|ButtonBorder|)$/i;

describe.each(STYLES)('the style %s', (name) => {
  it('has only colors of the theme', () => {
    const colors =
      /[\s;{](?:color|background|fill|stroke|outline|border(?:-(?!collapse)\w+)?|[\w-]+-color):\s*([^;]+);/g;
    for (const [, value = ''] of textOf(name).matchAll(colors)) {
      const words = value.replace(/var\(--vscode-[\w-]+/g, '').split(/[\s(),]+/);
      expect(
        words.filter((word) => !NO_COLOR.test(word)),
        value,
      ).toEqual([]);
    }
  });

  it('has only sizes that grow with the font', () => {
    const text = textOf(name).replace('var(--vscode-font-size, 13px)', '1em');
    // Lines, corners and what is hidden are a few pixels; the widths at which the layout changes are hundreds.
    const sizes = [...text.matchAll(/(\d+)px/g)].map(([, size]) => Number(size));
    expect(sizes.filter((size) => size > 4 && size < 400)).toEqual([]);
  });

  it('moves nothing unless motion is welcome', () => {
    const welcome =
      /@media \(prefers-reduced-motion: no-preference\) \{\s*body:not\(\.vscode-reduce-motion\) [^{}]*\{[^{}]*\}\s*\}/g;
    expect(textOf(name).replace(welcome, '')).not.toMatch(
      /\b(?:transition|animation)(?:-\w+)?:|@keyframes|scroll-behavior/,
    );
  });
});
