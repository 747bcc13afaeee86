import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isListOfIds, isPastedList, pastedText } from '../../../../src/core/providerList/pastedList';
import { readPastedList } from '../../../../src/core/providerList/providerListFile';
import { ACCESS_TOKEN, SKILL } from '../../../support/builders';

const [A, B, C] = ['amzn1.comms.csp.id.a', 'amzn1.comms.csp.id.b', 'amzn1.comms.csp.id.c'] as const;

/** Returns what is read: IDs with their names, and the problems with their lines. */
function read(text: string) {
  const { listed, problems } = readPastedList(text);
  return {
    listed: listed.map(({ line, entry: { id, name } }) => (name === undefined ? [line, id] : [line, id, name])),
    problems: problems.map(({ line, id, problem }) => [line, id, problem.split(/[.:]/)[0]]),
  };
}

const three = [A, B, C].map((id) => [1, id]);

describe('a pasted list', () => {
  it.each([
    [
      'lines',
      `${A}\n${B}\r\n\n${C}\n`,
      [
        [1, A],
        [2, B],
        [4, C],
      ],
    ],
    ['commas', `${A}, ${B},${C}`, three],
    ['semicolons and spaces', `${A}; ${B}  ${C} `, three],
    ['a JSON array', `["${A}", "${B}", "${C}"]`, three],
    [
      'lines of a table, with names after a tab',
      `${A}\tHotel Aurora\n${B}\t\n${C}\tClinic, West`,
      [
        [1, A, 'Hotel Aurora'],
        [2, B],
        [3, C, 'Clinic, West'],
      ],
    ],
    [
      'such lines that an input box has joined',
      `${A}\tHotel Aurora ${B}\tClinic ${C}`,
      [
        [1, A, 'Hotel Aurora'],
        [1, B, 'Clinic'],
        [1, C],
      ],
    ],
    [
      'a table with a header',
      `name\tservice provider ID\nHotel\t${A}\nClinic\t${B}`,
      [
        [2, A, 'Hotel'],
        [3, B, 'Clinic'],
      ],
    ],
    [
      'CSV with a header',
      `id,name\n${A},"Hotel, Aurora"\n${B},`,
      [
        [2, A, 'Hotel, Aurora'],
        [3, B],
      ],
    ],
  ])('may have its IDs in %s', (_form, text, listed) => {
    expect(isPastedList(text) || text.includes('\n')).toBe(true);
    expect(read(text)).toEqual({ listed, problems: [] });
  });

  it('has a problem, with its line, for everything that is not certainly an ID', () => {
    const text = [A, 'Hotel Aurora', SKILL, `${B},Clinic`, A, `${C}\tClinic\tWest`, 'amzn1.comms.csp.id.x…'].join('\n');
    expect(read(text)).toEqual({
      listed: [
        [1, A],
        [4, B],
      ],
      problems: [
        [2, 'Hotel Aurora', 'Not an ID'],
        [3, SKILL, 'Not an ID'],
        [4, 'Clinic', 'Not an ID'],
        [5, A, 'Same ID as on line 1, which takes precedence'],
        [6, C, 'This line has more than an ID and a name, separated by a tab'],
        [7, 'amzn1.comms.csp.id.x…', 'This contains more than a service provider ID'],
      ],
    });
  });

  it('shows no secret', () => {
    for (const text of [`${A}\n${ACCESS_TOKEN}\n${B}`, `${A}\t${ACCESS_TOKEN}\n${B}`]) {
      expect(JSON.stringify(readPastedList(text))).not.toContain(ACCESS_TOKEN.slice(5));
    }
  });

  it('loses nothing: each word is part of an entry or of a problem', () => {
    const word = fc.constantFrom(A, B, C, 'Hotel', 'amzn1.comms.csp.id.', 'id', SKILL);
    const separator = fc.constantFrom('\n', ' ', ',', '; ', '\r\n');
    fc.assert(
      fc.property(fc.array(fc.tuple(word, separator), { minLength: 1, maxLength: 8 }), (words) => {
        const text = `${A} ${words.flat().join('')}`;
        const { listed, problems } = readPastedList(text);
        const shown = JSON.stringify([listed, problems]);
        for (const [each] of words) expect(shown).toContain(each);
      }),
    );
  });

  it('is not one ID, whatever surrounds it, unless a name follows after a tab', () => {
    for (const text of ['', 'Hotel', A, ` ${A}\n`, `ID: ${A} of Hotel`, `${A}\t`, `x${A} y${B}`]) {
      expect([text, isPastedList(text)]).toEqual([text, false]);
    }
    for (const text of [`${A}\tHotel`, `${A} ${B}`, `ID: ${A}, ID: ${B}`]) {
      expect([text, isPastedList(text)]).toEqual([text, true]);
    }
  });
});

describe('a file', () => {
  it('is a list of IDs if it has nothing else, and several on a line', () => {
    expect([`${A},${B}`, `${A}\n${B} ${C}\n`].map(isListOfIds)).toEqual([true, true]);
    expect([`${A}\n${B}`, `${A},Hotel`, `id,name\n${A},${B}`, ''].map(isListOfIds)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});

describe('the pasted text', () => {
  const copied = `${A}\tHotel\r\n${B}\n\n${C}\n`;
  const inBox = `${A}\tHotel ${B}  ${C} `;

  it('is what was copied, with its lines, if the box has it unchanged', () => {
    expect(pastedText(inBox, copied)).toBe(copied);
    expect(pastedText(inBox.trim(), copied)).toBe(copied);
  });

  it('is what the box has if it was edited, or something else was copied since', () => {
    expect(pastedText(`${A} ${B}`, copied)).toBe(`${A} ${B}`);
    expect(pastedText(inBox, 'other')).toBe(inBox);
  });

  it('is not cut off in the middle of an ID where the box has no room for all of it', () => {
    const long = Array.from({ length: 30_000 }, (_each, index) => `${A}${index}`).join('\n');
    const cut = long.replaceAll('\n', ' ').slice(0, 524_288);
    expect(pastedText(cut, long)).toBe(long);
  });
});
