import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountFor, DEFAULT_ACCOUNT } from '../../../src/core/accounts';

describe('the account that serves a service provider', () => {
  it.each([
    ['the one that its entry names', 'hotels', ['default', 'hotels', 'clinics'], 'hotels'],
    ['the default one, where its entry names none', undefined, ['hotels', 'default'], 'default'],
    ['the only one there is, where its entry names none', undefined, ['hotels'], 'hotels'],
    ['none of several, where its entry names none and none is the default one', undefined, ['a', 'b'], undefined],
    ['none, where there is none', undefined, [], undefined],
    ['none, where the named one is missing, although there is a default one', 'hotels', ['default'], undefined],
    ['none, where the named one is missing, although there is only one', 'hotels', ['clinics'], undefined],
    ['no other one whose name differs in case', 'Hotels', ['hotels'], undefined],
    ['no other one whose name differs in white space', 'hotels', [' hotels', 'hotels '], undefined],
    ['none for a name that is empty', '', ['default'], undefined],
    ['none for a name that every object has', '__proto__', ['default'], undefined],
  ])('is %s', (_which, named, names, expected) => {
    expect(accountFor(named, names)).toBe(expected);
  });

  it('is never one that is not there, nor another one than was named', () => {
    const name = fc.oneof(fc.constantFrom(DEFAULT_ACCOUNT, '__proto__', '', 'a', 'A'), fc.string());
    fc.assert(
      fc.property(fc.option(name, { nil: undefined }), fc.uniqueArray(name), (named, names) => {
        const account = accountFor(named, names);
        if (account !== undefined) expect(names).toContain(account);
        if (named !== undefined) expect(account).toBe(names.includes(named) ? named : undefined);
      }),
    );
  });
});
