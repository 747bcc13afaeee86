import fc from 'fast-check';
import { expect, it } from 'vitest';
import { escapeMarkdown } from '../../../../src/core/text/escapeMarkdown';

it('escapes everything that has a meaning in Markdown, and nothing else', () => {
  expect(escapeMarkdown('[a](command:b) *c* `d` <e> &amp; https://f.g $(h)')).toBe(
    '\\[a\\]\\(command\\:b\\) \\*c\\* \\`d\\` \\<e\\> \\&amp\\; https\\:\\/\\/f\\.g \\$\\(h\\)',
  );
  expect(escapeMarkdown('Hôtel Ümlaut 客房')).toBe('Hôtel Ümlaut 客房');
});

it('keeps the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const escaped = escapeMarkdown(text);
      expect(escaped.replace(/\\([!-/:-@[-`{-~])/g, '$1')).toBe(text);
      expect(escaped.replace(/\\[!-/:-@[-`{-~]/g, '')).not.toMatch(/[!-/:-@[-`{-~]/);
    }),
  );
});
