import { describe, expect, it } from 'vitest';
import { errorText } from '../../../../src/core/text/errorText';

describe('the text of a caught value', () => {
  it.each([
    [new Error('no space left'), 'no space left'],
    [new Error('line one\nline\u202e two\u001b[31m'), 'line one line two[31m'],
    // May contain anything.
    ['a text', 'unknown error'],
    [undefined, 'unknown error'],
    [{ code: 1 }, 'unknown error'],
  ])('%j is one safe line', (error, text) => {
    expect(errorText(error)).toBe(text);
  });

  it('is shortened', () => {
    expect(errorText(new Error('x'.repeat(10_000)))).toHaveLength(501);
  });
});
