import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkAccessToken } from '../../../src/core/accessToken';
import { anyText, aSecret } from '../../support/arbitraries';
import { ACCESS_TOKEN, ODD_ACCESS_TOKEN } from '../../support/builders';

describe('a pasted access token', () => {
  it('is taken without the white space and the words of the header around it', () => {
    for (const pasted of [
      ACCESS_TOKEN,
      `  ${ACCESS_TOKEN}\n`,
      `Bearer ${ACCESS_TOKEN}`,
      `authorization:bearer  ${ACCESS_TOKEN}`,
      `Authorization: Bearer ${ACCESS_TOKEN}\r\n`,
    ]) {
      expect(checkAccessToken(pasted)).toEqual({ ok: true, value: ACCESS_TOKEN });
    }
  });

  it('of an unknown form is taken with a warning', () => {
    expect(checkAccessToken(ODD_ACCESS_TOKEN)).toEqual({
      ok: true,
      value: ODD_ACCESS_TOKEN,
      warning: expect.stringContaining('Atza|') as string,
    });
  });

  it.each([
    ['nothing', ' \n', 'Paste'],
    ['a refresh token', 'Atzr|abcdefgh', 'refresh token'],
    ['a client secret', 'amzn1.oa2-cs.v1.abcdefgh', 'client id or secret'],
    ['a client id', 'amzn1.application-oa2-client.abcdefgh', 'client id or secret'],
    ['two words', 'Atza|abcdefgh ijklmnop', 'one word'],
    ['a line break in it', 'Atza|abcdefgh\nijklmnop', 'one word'],
    ['other letters', 'Atza|äöü', 'one word'],
    ['far too much', `Atza|${'a'.repeat(5000)}`, 'one word'],
  ])('that is %s is refused with words that name it', (_what, pasted, words) => {
    expect(checkAccessToken(pasted)).toEqual({ ok: false, problem: expect.stringContaining(words) as string });
  });

  it('is never repeated in a problem or warning, and can be sent in a header when it is taken', () => {
    fc.assert(
      fc.property(fc.oneof(aSecret, anyText()), fc.constantFrom('', ' ', ' and more'), (text, more) => {
        const check = checkAccessToken(text + more);
        if (check.ok) {
          expect(check.value).toMatch(/^[\x21-\x7e]+$/);
          expect(() => new Headers({ authorization: `Bearer ${check.value}` })).not.toThrow();
        }
        const words = check.ok ? (check.warning ?? '') : check.problem;
        const secret = text.trim().slice(-12);
        if (secret.length === 12) expect(words).not.toContain(secret);
      }),
    );
  });
});
