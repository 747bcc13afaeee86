import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRowFilter } from '../../../../src/core/presentation/rowFilter';
import { foldForSearch, hasAllWords } from '../../../../src/core/text/searchText';
import { anyText } from '../../../support/arbitraries';
import { aProvider, SERVICE_PROVIDER, skillsNamed } from '../../../support/builders';
import { aChange, isFoundBy } from '../../../support/recordedChanges';

/** Two spellings of the same text. Each finds the other. */
const SAME: readonly (readonly [string, string])[] = [
  ['Zürich', 'Zu\u0308rich'],
  ['Hôtel', 'HO\u0302TEL'],
  ['İstanbul', 'istanbul'],
  ['İSTANBUL', 'istanbul'],
  ['İstanbul', 'Istanbul'],
  ['ISPARTA', 'ısparta'],
  ['Isparta', 'ısparta'],
  ['I\u0307zmir', 'izmir'],
  ['Straße', 'STRASSE'],
  ['STRAẞE', 'strasse'],
  ['ΟΔΟΣ', 'οδοσ'],
  ['οδος', 'ΟΔΟΣ'],
  ['ﬁrst', 'first'],
  ['Ｈｏｔｅｌ', 'hotel'],
  ['ﾎﾃﾙ', 'ホテル'],
  ['각', '\u1100\u1161\u11a8'],
  ['Hotel\u00a0Aurora', 'hotel aurora'],
  ['Au\u00adro\u200bra', 'aurora'],
  ['Ångström', 'A\u030angstro\u0308m'],
  ['Việt', 'Vie\u0323\u0302t'],
];

describe('a search', () => {
  it.each(SAME)('for “%s” finds “%s”, and vice versa, in the list and in the history', (one, other) => {
    for (const [name, typed] of [
      [one, other],
      [other, one],
    ] as const) {
      expect(foldForSearch(`x ${name} y`)).toContain(foldForSearch(typed));
      const named = aProvider(SERVICE_PROVIDER, { name: `x ${name}` });
      expect(createRowFilter(typed, skillsNamed())(named, {}, 'notRead')).toBe(true);
      expect(isFoundBy(typed)(aChange({ name: `x ${name}` }))).toBe(true);
      expect(hasAllWords(typed)(`x ${name}`)).toBe(true);
    }
  });

  it.each([
    ['Zürich', 'Zurich'],
    ['Roma', 'Rome'],
    ['か', 'が'],
  ])('for “%s” does not find “%s”', (one, other) => {
    expect(foldForSearch(one)).not.toBe(foldForSearch(other));
  });

  it('for a text finds it in any case, composed or not', () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        const folded = foldForSearch(text);
        expect(foldForSearch(folded)).toBe(folded);
        for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD']) expect(foldForSearch(text.normalize(form))).toBe(folded);
        expect(hasAllWords(text)(text)).toBe(true);
      }),
    );
  });
});
