import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSession } from '../../../src/auth/session';
import { anyText } from '../../support/arbitraries';
import { ACCESS_TOKEN } from '../../support/builders';

const session = { version: 1 as const, accessToken: ACCESS_TOKEN, expiresAtMs: 1_700_000_000_000 };
const refresh = {
  token: 'Atzr|refresh',
  clientId: 'amzn1.application-oa2-client.x',
  clientSecret: 'amzn1.oa2-cs.v1.x',
};

describe('a stored session', () => {
  it('is read as it was written, with and without what refreshes it', () => {
    expect(parseSession(JSON.stringify(session))).toEqual(session);
    expect(parseSession(JSON.stringify({ ...session, refresh }))).toEqual({ ...session, refresh });
  });

  it.each([
    ['nothing', ''],
    ['half of one', JSON.stringify(session).slice(0, 40)],
    ['a list', JSON.stringify([session])],
    ['a bare token', ACCESS_TOKEN],
    ['null', 'null'],
    ['one of a later version', JSON.stringify({ ...session, version: 2 })],
    ['one without version', JSON.stringify({ ...session, version: undefined })],
    ['one without token', JSON.stringify({ ...session, accessToken: undefined })],
    ['one with an empty token', JSON.stringify({ ...session, accessToken: '' })],
    ['one whose token is a number', JSON.stringify({ ...session, accessToken: 1 })],
    ['one whose token no header can carry', JSON.stringify({ ...session, accessToken: 'a\nb' })],
    ['one with a text as its time', JSON.stringify({ ...session, expiresAtMs: '1700000000000' })],
    ['one with an endless time', JSON.stringify(session).replace('1700000000000', '1e999')],
    ['one with half of what refreshes it', JSON.stringify({ ...session, refresh: { token: 'Atzr|x' } })],
    ['one with null for what refreshes it', JSON.stringify({ ...session, refresh: null })],
  ])('that is %s is no session', (_what, stored) => {
    expect(parseSession(stored)).toBeUndefined();
  });

  it('that is anything at all is a session that can be used, or none: it never throws', () => {
    const near = fc
      .record(
        {
          version: fc.oneof(fc.constant(1), fc.jsonValue()),
          accessToken: fc.oneof(fc.string(), fc.jsonValue()),
          expiresAtMs: fc.oneof(fc.nat(), fc.jsonValue()),
          refresh: fc.jsonValue(),
        },
        { requiredKeys: [] },
      )
      .map((value) => JSON.stringify(value));
    fc.assert(
      fc.property(fc.oneof(anyText(), fc.json(), near), (stored) => {
        const parsed = parseSession(stored);
        if (parsed === undefined) return;
        expect(parsed.accessToken).toMatch(/^[\x21-\x7e]+$/);
        expect(Number.isFinite(parsed.expiresAtMs)).toBe(true);
      }),
    );
  });
});
