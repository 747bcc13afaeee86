import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { smallestEdit } from '../../../../src/core/mappingFile/smallestEdit';

describe('the smallest edit', () => {
  it('is none between equal texts', () => {
    expect(smallestEdit('a\r\nb', 'a\r\nb')).toBeUndefined();
  });

  it('replaces what differs, and no more', () => {
    expect(smallestEdit('{ "a": 1 } // one', '{ "a": 22 } // one')).toEqual({ start: 7, end: 8, content: '22' });
    expect(smallestEdit('aa', 'aaa')).toEqual({ start: 2, end: 2, content: 'a' });
  });

  it('leads from any text to any other, and divides no line break', () => {
    const text = fc.array(fc.constantFrom('a', 'b', '\r\n', '\n')).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const edit = smallestEdit(before, after);
        if (!edit) return before === after;
        for (const place of [edit.start, edit.end]) {
          if (before[place - 1] === '\r' && before[place] === '\n') return false;
        }
        return before.slice(0, edit.start) + edit.content + before.slice(edit.end) === after;
      }),
    );
  });
});
