import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  resolveAccount,
  DEFAULT_ACCOUNT,
  knownAccounts,
  reservedAfterSignIn,
  reservedAfterSignOut,
} from '../../../../src/core/model/accounts';

describe('the account that serves a service provider', () => {
  it.each([
    ['the configured one', 'hotels', ['default', 'hotels', 'clinics'], 'hotels'],
    ['the default one when none is configured', undefined, ['hotels', 'default'], 'default'],
    ['the only one when none is configured', undefined, ['hotels'], 'hotels'],
    ['none of several when none is configured and none is the default one', undefined, ['a', 'b'], undefined],
    ['none when there is none', undefined, [], undefined],
    ['none when the configured one is missing, even with a default one', 'hotels', ['default'], undefined],
    ['none when the configured one is missing, even with a single one', 'hotels', ['clinics'], undefined],
    ['not one whose name differs in case', 'Hotels', ['hotels'], undefined],
    ['not one whose name differs in white space', 'hotels', [' hotels', 'hotels '], undefined],
    ['none for an empty name', '', ['default'], undefined],
    ['none for a name that every object has', '__proto__', ['default'], undefined],
  ])('is %s', (_which, named, names, expected) => {
    expect(resolveAccount(named, names)).toBe(expected);
  });

  it('always exists, and is never another than the configured one', () => {
    const name = fc.oneof(fc.constantFrom(DEFAULT_ACCOUNT, '__proto__', '', 'a', 'A'), fc.string());
    fc.assert(
      fc.property(fc.option(name, { nil: undefined }), fc.uniqueArray(name), (named, names) => {
        const account = resolveAccount(named, names);
        if (account !== undefined) expect(names).toContain(account);
        if (named !== undefined) expect(account).toBe(names.includes(named) ? named : undefined);
      }),
    );
  });
});

describe('after a sign-out, service providers without a configured account', () => {
  const servedAfter = (names: readonly string[], ...left: string[]) => {
    const rest = names.filter((name) => !left.includes(name));
    const reserved = reservedAfterSignOut(names, undefined, rest);
    return resolveAccount(undefined, knownAccounts(rest, reserved));
  };

  it.each([
    ['wait for the default account instead of using the only other one', ['default', 'us'], ['default'], 'default'],
    ['stay with the default account when another one signs out', ['default', 'us'], ['us'], 'default'],
    ['use none of two that did not serve them before', ['eu', 'us'], ['eu'], undefined],
    [
      'wait for the default account even when others sign out with it',
      ['eu', 'default', 'us'],
      ['eu', 'default'],
      'default',
    ],
    ['wait for no account once there is none', ['default', 'us'], ['default', 'us'], undefined],
    ['wait for no account once the only one has signed out', ['eu'], ['eu'], undefined],
  ])('%s', (_what, names, left, expected) => {
    expect(servedAfter(names, ...left)).toBe(expected);
  });

  it('are never handed to another account, in any order of sign-outs', () => {
    const names = fc.uniqueArray(fc.constantFrom('default', 'a', 'b', 'c'), { minLength: 1 });
    fc.assert(
      fc.property(names, fc.array(fc.nat(3)), (all, leaving) => {
        const served = resolveAccount(undefined, all);
        let rest = all;
        let reserved: string | undefined;
        for (const index of leaving) {
          const next = rest.filter((_, each) => each !== index);
          reserved = reservedAfterSignOut(rest, reserved, next);
          rest = next;
          if (rest.length > 0) expect(resolveAccount(undefined, knownAccounts(rest, reserved))).toBe(served);
        }
      }),
    );
  });

  it('return to the account that served them when a second one signs in and one of the two signs out', () => {
    const reserved = reservedAfterSignIn(['eu'], undefined, 'us');
    const servedWith = (...left: string[]) =>
      resolveAccount(undefined, knownAccounts(left, reservedAfterSignOut(['eu', 'us'], reserved, left)));
    expect(resolveAccount(undefined, knownAccounts(['eu', 'us'], reserved))).toBeUndefined();
    expect(servedWith('eu')).toBe('eu');
    expect(servedWith('us')).toBeUndefined();
  });

  it('are never served by an account that did not serve them, in any order of sign-ins and sign-outs', () => {
    const act = fc.tuple(fc.boolean(), fc.constantFrom('a', 'b', 'c'));
    fc.assert(
      fc.property(fc.array(act), (acts) => {
        let names: string[] = [];
        let reserved: string | undefined;
        let owner: string | undefined;
        for (const [signsIn, name] of acts) {
          if (signsIn) {
            reserved = names.includes(name) ? reserved : reservedAfterSignIn(names, reserved, name);
            names = [...new Set([...names, name])];
          } else {
            const left = names.filter((each) => each !== name);
            reserved = reservedAfterSignOut(names, reserved, left);
            names = left;
          }
          // After all have signed out, the next account may serve them.
          if (names.length === 0) owner = undefined;
          const served = resolveAccount(undefined, knownAccounts(names, reserved));
          if (served !== undefined) expect(served).toBe((owner ??= served));
        }
      }),
    );
  });
});
