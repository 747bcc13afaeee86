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
  it('are read as they were written, in their order: pasted, renewable, and ended with its client', () => {
    const accounts = [
      renewable,
      pasted,
      ended,
      { name: 'odd', session: aPastedSession({ accessToken: ODD_ACCESS_TOKEN }) },
    ];
    expect(parseContents(serializeContents({ accounts, writes: [] }))?.accounts).toEqual(accounts);
    expect(parseContents(serializeContents({ accounts: [], writes: [] }))?.accounts).toEqual([]);
  });

  it('keep their names, whatever those are', () => {
    const names = ['__proto__', 'constructor', ' a', 'a ', 'A', 'a', '\u0000', '💶', '\ud800'];
    const accounts = names.map((name) => ({ name, session: aPastedSession({ id: `of ${name}` }) }));
    expect(parseContents(serializeContents({ accounts, writes: [] }))?.accounts).toEqual(accounts);
  });

  it.each([
    ['nothing', ''],
    ['half of them', stored(pasted).slice(0, 40)],
    ['a list', JSON.stringify([pasted])],
    ['a bare token', 'Atza|bare'],
    ['null', 'null'],
    ['of a later version', stored(pasted).replace('"version":1', '"version":2')],
    ['without version', JSON.stringify({ accounts: [pasted] })],
    ['an object in the place of the list', JSON.stringify({ version: 1, accounts: { 0: pasted } })],
    ['the one session of an earlier form', JSON.stringify({ version: 1, accessToken: 'Atza|x', expiresAtMs: 1 })],
  ])('that are %s are none at all', (_what, text) => {
    expect(parseContents(text)?.accounts).toBeUndefined();
  });

  it.each([
    ['null', null],
    ['a text', 'default'],
    ['a list', [pasted]],
    ['without name', { session: pasted.session }],
    ['with an empty name', { ...pasted, name: '' }],
    ['with a number for its name', { ...pasted, name: 1 }],
    ['with null for its session', { name: 'odd', session: null }],
    ['without id', sessionWith({ id: undefined })],
    ['with an empty id', sessionWith({ id: '' })],
    ['without token', sessionWith({ accessToken: undefined })],
    ['with an empty token', sessionWith({ accessToken: '' })],
    ['with a number for its token', sessionWith({ accessToken: 1 })],
    ['with a token that no header can carry', sessionWith({ accessToken: 'a\nb' })],
    ['with a token of two words', sessionWith({ accessToken: 'a b' })],
    ['with a text for its time', sessionWith({ expiresAtMs: '1700000000000' })],
    ['without time', sessionWith({ expiresAtMs: undefined })],
    ['with null for its time, as JSON has it for what is no number', sessionWith({ expiresAtMs: Number.NaN })],
    ['with scopes in one text', sessionWith({ scopes: 'a b' })],
    ['with a number among its scopes', sessionWith({ scopes: ['a', 1] })],
    ['with null for what renews it', sessionWith({ refresh: null })],
    ['with half of what renews it', sessionWith({ refresh: { token: 'Atzr|x' } })],
    ['with an empty refresh token', refreshWith({ token: '' })],
    ['without the time of its renewal', refreshWith({ refreshAtMs: undefined })],
    ['without client', refreshWith({ client: undefined })],
    ['with a client without id', refreshWith({ client: { ...CLIENT, id: '' } })],
    ['with a client without secret', refreshWith({ client: { id: CLIENT.id } })],
    ['with half of a client that was kept', { name: 'odd', client: { id: CLIENT.id } }],
  ])('are read without one %s', (_what, account) => {
    expect(parseContents(stored(pasted, account, renewable))?.accounts).toEqual([pasted, renewable]);
  });

  it('are read without one that has an endless time', () => {
    const endless = stored(pasted, renewable).replace(String(pasted.session?.expiresAtMs), '1e999');
    expect(parseContents(endless)?.accounts).toEqual([renewable]);
  });

  it('that are anything at all are accounts that can be used, or none: nothing is thrown', () => {
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

describe('an access token is due to be renewed', () => {
  it.each([
    ['a minute before the end of an hour', HOUR_MS, HOUR_MS - 60_000],
    ['after nine tenths of a life of two minutes, which leave more of it', 120_000, 108_000],
    ['at once, where it has no life at all', 0, 0],
  ])('%s', (_when, lifetimeMs, expected) => {
    expect(refreshAtMs(1_700_000_000_000, lifetimeMs)).toBe(1_700_000_000_000 + expected);
  });
});
