import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sanitizeText } from '../../../../src/core/text/sanitizeText';
import { anyText } from '../../../support/arbitraries';

describe('text shown on one line', () => {
  it('keeps ordinary text of any language unchanged', () => {
    for (const text of ['Grand Meridian Zürich', '东京酒店', 'Отель «Север»', 'فندق', '🏨 Hotel']) {
      expect(sanitizeText(text)).toBe(text);
    }
  });

  it('keeps orthographic joiners, and no others', () => {
    const names = [
      'ශ්\u200dරී ලංකා',
      'क्\u200dष',
      'می\u200cخواهم',
      '👩\u200d👩\u200d👧 Family',
      '❤️\u200d🔥',
      '👩🏽\u200d⚕️',
    ];
    for (const name of names) expect(sanitizeText(name)).toBe(name);
    expect(sanitizeText('a\u200db \u200c1\u200d2 🏨\u200d ශ්\u200d')).toBe('ab 12 🏨 ශ්');
    expect(sanitizeText('ශ්\u200d\u202eරී 👩\u200d\u200d👧')).toBe('ශ්රී 👩👧');
    expect(sanitizeText('👩\u200d👧', 2)).toBe('👩…');
  });

  it('has its line breaks and tabs turned into single spaces', () => {
    expect(sanitizeText('  first\r\n\tsecond\u2028third  ')).toBe('first second third');
  });

  it('loses characters that reorder or hide other text', () => {
    expect(sanitizeText('a\u202eb\u2066c\u200bd\u0000e\u001b[31mf\ud800g')).toBe('abcde[31mfg');
  });

  it('is empty when nothing of it is visible', () => {
    for (const text of ['\u2800', '\u2800 \u2800', '\ufe0f\u2800']) expect(sanitizeText(text)).toBe('');
    expect(sanitizeText('\u2800a')).toBe('\u2800a');
  });

  it('is truncated at the given length with an ellipsis, never inside a character', () => {
    expect(sanitizeText('abcdef', 6)).toBe('abcdef');
    expect(sanitizeText('abcdefg', 6)).toBe('abcdef…');
    expect(sanitizeText('🏨'.repeat(7), 6)).toBe(`${'🏨'.repeat(6)}…`);
  });

  it('is truncated before it is cleaned, so that megabytes are cheap', () => {
    expect(sanitizeText(`${' '.repeat(3_000_000)}end`)).toBe('…');
    expect(sanitizeText('a     ', 3), 'nothing was cut').toBe('a');
    expect(sanitizeText('a      ', 3)).toBe('a…');
  });

  it('is never longer than requested and never contains a control or invisible character', () => {
    fc.assert(
      fc.property(anyText(80), fc.integer({ min: 1, max: 40 }), (text, length) => {
        const shown = sanitizeText(text, length);
        expect(Array.from(shown).length).toBeLessThanOrEqual(length + 1);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}|[a-z][\u200c\u200d]/u);
      }),
    );
  });
});
