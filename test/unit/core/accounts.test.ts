import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountFor, DEFAULT_ACCOUNT, knownAccounts, reservedAfterSignOut } from '../../../src/core/accounts';

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

describe('service providers that name no account, after a sign-out,', () => {
  const servedAfter = (names: readonly string[], ...left: string[]) => {
    const rest = names.filter((name) => !left.includes(name));
    const reserved = reservedAfterSignOut(names, rest);
    return accountFor(undefined, knownAccounts(rest, reserved));
  };

  it.each([
    ['wait for the default account instead of going to the only other one', ['default', 'us'], ['default'], 'default'],
    ['stay with the default account when another one leaves', ['default', 'us'], ['us'], 'default'],
    ['go to none of two that had none before', ['eu', 'us'], ['eu'], undefined],
    [
      'wait for the default account whatever else leaves with it',
      ['eu', 'default', 'us'],
      ['eu', 'default'],
      'default',
    ],
    ['wait for none once nobody is known', ['default', 'us'], ['default', 'us'], undefined],
    ['wait for none once the only one has left', ['eu'], ['eu'], undefined],
  ])('%s', (_what, names, left, expected) => {
    expect(servedAfter(names, ...left)).toBe(expected);
  });

  it('are never handed to another account, in any order of sign-outs', () => {
    const names = fc.uniqueArray(fc.constantFrom('default', 'a', 'b', 'c'), { minLength: 1 });
    fc.assert(
      fc.property(names, fc.array(fc.nat(3)), (all, leaving) => {
        const served = accountFor(undefined, all);
        let rest = all;
        let reserved: string | undefined;
        for (const index of leaving) {
          const next = rest.filter((_, each) => each !== index);
          reserved = reservedAfterSignOut(knownAccounts(rest, reserved), next);
          rest = next;
          if (rest.length > 0) expect(accountFor(undefined, knownAccounts(rest, reserved))).toBe(served);
        }
      }),
    );
  });
});
