import fc from 'fast-check';
import { applyEdits } from 'jsonc-parser';
import { expect, it } from 'vitest';
import { withEdits } from '../../../../src/core/text/textEdits';
import { anyText } from '../../../support/arbitraries';

it('replaces parts of a text as the library does, which copies the text for each', () => {
  const someEdits = fc.array(fc.record({ skip: fc.nat(4), length: fc.nat(4), content: anyText(4) }), { maxLength: 8 });
  fc.assert(
    fc.property(anyText(80), someEdits, fc.boolean(), (text, some, isReversed) => {
      let end = 0;
      const edits = some.flatMap(({ skip, length, content }) => {
        const offset = end + skip + 1;
        end = offset + length;
        return end <= text.length ? [{ offset, length, content }] : [];
      });
      expect(withEdits(text, isReversed ? edits.reverse() : edits)).toBe(applyEdits(text, [...edits]));
    }),
  );
});

it('refuses edits that overlap', () => {
  const edits = [
    { offset: 0, length: 2, content: '' },
    { offset: 1, length: 1, content: '' },
  ];
  expect(() => withEdits('text', edits)).toThrow('edits overlap');
});
