import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkAccountName } from '../../../../src/core/model/accountName';
import { sanitizeText } from '../../../../src/core/text/sanitizeText';
import { anyText, aSecret } from '../../../support/arbitraries';

describe('an account name', () => {
  it('is accepted in any language, with each run of spaces as one', () => {
    for (const name of ['default', 'Amazon EU', '東京 酒店', 'Отель «Север»', '🏨 Hotel', "O'Hara & Sons (JP)"]) {
      expect(checkAccountName(name)).toEqual({ ok: true, value: name });
    }
    expect(checkAccountName(' \tAmazon  \u00a0EU\u3000west\n')).toEqual({ ok: true, value: 'Amazon EU west' });
  });

  it.each([
    ['empty', ' \t', 'Enter a name for the account.'],
    ['too long', 'ä'.repeat(61), 'An account name has at most 60 characters; this one has 61.'],
    ['a secret', ` Atzr|IwEBIJ-unit_test.token`, 'This is a Login with Amazon secret, not a name. It was not stored.'],
    [
      'with a secret in it',
      `my amzn1.oa2-cs.v1.unit-test-secret`,
      'This is a Login with Amazon secret, not a name. It was not stored.',
    ],
  ])('that is %s is rejected', (_what, typed, problem) => {
    expect(checkAccountName(typed)).toEqual({ ok: false, problem });
  });

  it('counts an emoji as one character', () => {
    expect(checkAccountName('🏨'.repeat(60))).toHaveProperty('ok', true);
    expect(checkAccountName('🏨'.repeat(61))).toHaveProperty('ok', false);
  });

  it.each(['\0', '\n', '\t', '\u0085', '\u00ad', '\u200b', '\u202e', '\u2028', '\ud83d', '\u2800', '\u3164'])(
    'with %j in it is rejected',
    (character) => {
      expect(checkAccountName(`Amazon${character}EU`)).toEqual({
        ok: false,
        problem: 'An account name has no line breaks, tabs or invisible characters.',
      });
    },
  );

  it('without visible characters is rejected', () => {
    for (const name of ['\u200b', '\u3164', '\u2800\u2800', '\ufeff']) {
      expect(checkAccountName(name), JSON.stringify(name)).toHaveProperty('ok', false);
    }
  });

  it('is stored as shown, and is never repeated when it is rejected', () => {
    fc.assert(
      fc.property(fc.oneof(anyText(80), aSecret), (typed) => {
        const result = checkAccountName(typed);
        if (result.ok) {
          expect(sanitizeText(result.value)).toBe(result.value);
          expect(checkAccountName(result.value)).toEqual(result);
          expect(Array.from(result.value).length).toBeGreaterThan(0);
          expect(Array.from(result.value).length).toBeLessThanOrEqual(60);
        } else {
          expect(result.problem.replace(/\d+\.$/, 'N.')).toBeOneOf([
            'Enter a name for the account.',
            'An account name has no line breaks, tabs or invisible characters.',
            'An account name has at most 60 characters; this one has N.',
            'This is a Login with Amazon secret, not a name. It was not stored.',
          ]);
        }
      }),
    );
  });
});
