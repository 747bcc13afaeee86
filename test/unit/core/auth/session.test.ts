import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refreshAtMs, parseContents, serializeContents, type Account } from '../../../../src/core/auth/session';
import { anyText } from '../../../support/arbitraries';
import { ODD_ACCESS_TOKEN } from '../../../support/builders';
import { aPastedSession, aRenewableSession, CLIENT, HOUR_MS } from '../../../support/sessions';

const pasted: Account = { name: 'pasted', session: aPastedSession() };
const renewable: Account = { name: 'renewable', session: aRenewableSession() };
const ended: Account = { name: 'ended', client: CLIENT };

const stored = (...accounts: unknown[]) => JSON.stringify({ version: 1, accounts });
const sessionWith = (some: object) => ({ name: 'odd', session: { ...aPastedSession(), ...some } });
const refreshWith = (some: object) => {
  const session = aRenewableSession();
  return { name: 'odd', session: { ...session, refresh: { ...session.refresh, ...some } } };
};

describe('stored accounts', () => {
  it('are read back as written and in order: pasted, renewable, and ended with its client', () => {
    const accounts = [
      renewable,
      pasted,
      ended,
      { name: 'odd', session: aPastedSession({ accessToken: ODD_ACCESS_TOKEN }) },
    ];
    expect(parseContents(serializeContents({ accounts, writes: [] }))?.accounts).toEqual(accounts);
    expect(parseContents(serializeContents({ accounts: [], writes: [] }))?.accounts).toEqual([]);
  });

  it('keep their names, whatever characters those have', () => {
    const names = ['__proto__', 'constructor', ' a', 'a ', 'A', 'a', '\u0000', '💶', '\ud800'];
    const accounts = names.map((name) => ({ name, session: aPastedSession({ id: `of ${name}` }) }));
    expect(parseContents(serializeContents({ accounts, writes: [] }))?.accounts).toEqual(accounts);
  });

  it.each([
    ['nothing', ''],
    ['truncated JSON', stored(pasted).slice(0, 40)],
    ['a bare array', JSON.stringify([pasted])],
    ['a bare token', 'Atza|bare'],
    ['null', 'null'],
    ['of a later version', stored(pasted).replace('"version":1', '"version":2')],
    ['without a version', JSON.stringify({ accounts: [pasted] })],
    ['an object instead of an array', JSON.stringify({ version: 1, accounts: { 0: pasted } })],
    ['a single session in the earlier format', JSON.stringify({ version: 1, accessToken: 'Atza|x', expiresAtMs: 1 })],
  ])('that are %s are read as no accounts', (_what, text) => {
    expect(parseContents(text)?.accounts).toBeUndefined();
  });

  it.each([
    ['null', null],
    ['that is a string', 'default'],
    ['that is an array', [pasted]],
    ['without a name', { session: pasted.session }],
    ['with an empty name', { ...pasted, name: '' }],
    ['with a number as its name', { ...pasted, name: 1 }],
    ['with null as its session', { name: 'odd', session: null }],
    ['without an ID', sessionWith({ id: undefined })],
    ['with an empty ID', sessionWith({ id: '' })],
    ['without a token', sessionWith({ accessToken: undefined })],
    ['with an empty token', sessionWith({ accessToken: '' })],
    ['with a number as its token', sessionWith({ accessToken: 1 })],
    ['with a token that no header can carry', sessionWith({ accessToken: 'a\nb' })],
    ['with a token that contains a space', sessionWith({ accessToken: 'a b' })],
    ['with a string as its expiry', sessionWith({ expiresAtMs: '1700000000000' })],
    ['without an expiry', sessionWith({ expiresAtMs: undefined })],
    ['with null as its expiry, which is how JSON writes NaN', sessionWith({ expiresAtMs: Number.NaN })],
    ['with scopes in one string', sessionWith({ scopes: 'a b' })],
    ['with a number among its scopes', sessionWith({ scopes: ['a', 1] })],
    ['with null as its refresh data', sessionWith({ refresh: null })],
    ['with incomplete refresh data', sessionWith({ refresh: { token: 'Atzr|x' } })],
    ['with an empty refresh token', refreshWith({ token: '' })],
    ['without its renewal time', refreshWith({ refreshAtMs: undefined })],
    ['without a client', refreshWith({ client: undefined })],
    ['with a client without an ID', refreshWith({ client: { ...CLIENT, id: '' } })],
    ['with a client without a secret', refreshWith({ client: { id: CLIENT.id } })],
    ['with an incomplete stored client', { name: 'odd', client: { id: CLIENT.id } }],
  ])('are read without an account %s', (_what, account) => {
    expect(parseContents(stored(pasted, account, renewable))?.accounts).toEqual([pasted, renewable]);
  });

  it('are read without an account whose expiry is infinite', () => {
    const endless = stored(pasted, renewable).replace(String(pasted.session?.expiresAtMs), '1e999');
    expect(parseContents(endless)?.accounts).toEqual([renewable]);
  });

  it('are valid or skipped for any input, and nothing is thrown', () => {
    const near = fc.record(
      {
        version: fc.oneof({ weight: 9, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.jsonValue() }),
        accounts: fc.oneof(
          fc.jsonValue(),
          fc.array(
            fc.record(
              {
                name: fc.oneof(fc.string(), fc.jsonValue()),
                session: fc.oneof(
                  fc.jsonValue(),
                  fc.record(
                    {
                      id: fc.oneof(fc.string(), fc.jsonValue()),
                      accessToken: fc.oneof(fc.string(), fc.jsonValue()),
                      expiresAtMs: fc.oneof(fc.nat(), fc.jsonValue()),
                      refresh: fc.oneof(fc.jsonValue(), fc.constant(renewable.session?.refresh)),
                    },
                    { requiredKeys: [] },
                  ),
                ),
                client: fc.jsonValue(),
              },
              { requiredKeys: [] },
            ),
          ),
        ),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          anyText(),
          fc.json(),
          near.map((value) => JSON.stringify(value)),
        ),
        (text) => {
          for (const { name, session, client } of parseContents(text)?.accounts ?? []) {
            expect(name).not.toBe('');
            if (client) expect(client.secret).not.toBe('');
            if (!session) continue;
            expect(session.accessToken).toMatch(/^[\x21-\x7e]+$/);
            expect(Number.isFinite(session.expiresAtMs)).toBe(true);
            if (session.refresh) expect(Number.isFinite(session.refresh.refreshAtMs)).toBe(true);
          }
        },
      ),
    );
  });
});

describe('an access token is due for renewal', () => {
  it.each([
    ['a minute before the end of an hour', HOUR_MS, HOUR_MS - 60_000],
    ['after nine tenths of a lifetime of two minutes, which is later than a minute before its end', 120_000, 108_000],
    ['immediately when its lifetime is zero', 0, 0],
  ])('%s', (_when, lifetimeMs, expected) => {
    expect(refreshAtMs(1_700_000_000_000, lifetimeMs)).toBe(1_700_000_000_000 + expected);
  });
});
