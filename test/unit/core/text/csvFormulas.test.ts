import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeFormula, unescapeFormula } from '../../../../src/core/text/csvFormulas';
import { anyText } from '../../../support/arbitraries';

describe('a cell of an exported file', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ["'=1", "''=1"],
    [' =1', " '=1"],
    ['＝1', "'＝1"],
    ['Hotel;=1+1', "Hotel;'=1+1"],
    ['Hotel; @SUM(1)', "Hotel; '@SUM(1)"],
    ['a|-1|+2', "a|'-1|'+2"],
    ['a\t=1', "a\t'=1"],
    ['\t=1', "'\t'=1"],
    ['\r\n=1', "'\r\n'=1"],
    [";;''@x", ";;'''@x"],
  ])('has an apostrophe before what a spreadsheet would run: %j', (text, expected) => {
    expect(escapeFormula(text)).toBe(expected);
    expect(unescapeFormula(expected)).toBe(text);
  });

  it.each(["O'Hare", '1+1=2', 'a-b', 'x, =1', "'quoted'", 'a;b', "d'=Artagnan", 'a\r\nb', 'a;\tb', ''])(
    'is otherwise unchanged: %j',
    (text) => {
      expect(escapeFormula(text)).toBe(text);
      expect(unescapeFormula(text)).toBe(text);
    },
  );

  it('never begins with a formula in any part, and is read back as it was', () => {
    const piece = fc.oneof(
      fc.constantFrom('=', '+', '-', '@', "'", "''", ';', '|', '\t', '\r', '\n', ' ', '＝'),
      anyText(3),
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
        (text) => {
          const cell = escapeFormula(text);
          expect(unescapeFormula(cell)).toBe(text);
          expect(cell.split(/[;|\t\r\n]/).filter((part) => /^ *[=+\-@＝＋－＠]/.test(part))).toEqual([]);
          expect(cell).not.toMatch(/^[\t\r\n]/);
        },
      ),
      { numRuns: 3000 },
    );
  });
});
