import { describe, expect, it } from 'vitest';
import {
  accountChangeText,
  signedInText,
  signedOutText,
  waitingForAccountText,
} from '../../../../src/core/presentation/sessionText';

describe('the text for a sign-in and a sign-out', () => {
  it('names the account only if there are several', () => {
    expect(signedInText(undefined)).toBe('Signed in to Login with Amazon.');
    expect(signedInText('Spain')).toBe('Signed in to the account “Spain”.');
    expect(signedOutText([], 0, 'en')).toBe('Signed out of Login with Amazon.');
    expect(signedOutText(['Spain'], 0, 'en')).toBe('Signed out of the account “Spain”.');
    expect(signedOutText(['default', 'Spain'], 0, 'en')).toBe('Signed out of the accounts “default” and “Spain”.');
    expect(signedOutText(['A', 'B', 'C'], 0, 'de')).toBe('Signed out of the accounts “A”, “B” und “C”.');
  });

  it('counts the service providers that are no longer read', () => {
    expect(signedOutText([], 1, 'en')).toBe('Signed out of Login with Amazon. One service provider is no longer read.');
    expect(signedOutText(['Spain'], 12, 'en')).toBe(
      'Signed out of the account “Spain”. 12 service providers are no longer read.',
    );
  });

  it('says that those without an account are not handed to another one', () => {
    expect(waitingForAccountText(1, 'us')).toBe(
      'One service provider specifies no account. It is not read with us unless you choose that.',
    );
    expect(waitingForAccountText(3, 'us')).toBe(
      '3 service providers specify no account. They are not read with us unless you choose that.',
    );
  });

  it('says beforehand what a sign-in changes for those without an account', () => {
    expect(accountChangeText(1, 'eu', 'default')).toBe(
      'One service provider specifies no account and uses eu. After this sign-in, it uses default.',
    );
    expect(accountChangeText(2, 'eu', 'default')).toBe(
      '2 service providers specify no account and use eu. After this sign-in, they use default.',
    );
  });
});
