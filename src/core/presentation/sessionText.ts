import * as l10n from '@vscode/l10n';

/**
 * Returns that a sign-in succeeded.
 *
 * @param account undefined if there is no other account to confuse it with
 */
export function signedInText(account: string | undefined): string {
  return account === undefined
    ? l10n.t('Signed in to Login with Amazon.')
    : l10n.t('Signed in to the account “{0}”.', account);
}

/**
 * Returns what a sign-out did.
 *
 * @param accounts that were signed out; empty if there is no other account to confuse them with
 * @param unread how many configured service providers they served
 * @param language a BCP 47 tag, such as VS Code's `env.language`
 */
export function signedOutText(accounts: readonly string[], unread: number, language: string): string {
  const [first, ...others] = accounts;
  const what =
    first === undefined
      ? l10n.t('Signed out of Login with Amazon.')
      : others.length === 0
        ? l10n.t('Signed out of the account “{0}”.', first)
        : l10n.t(
            'Signed out of the accounts {0}.',
            new Intl.ListFormat(language).format(accounts.map((name) => l10n.t('“{0}”', name))),
          );
  if (unread === 0) return what;
  return unread === 1
    ? l10n.t({
        message: '{0} One service provider is no longer read.',
        args: [what],
        comment: ['{0} is a whole sentence that says which account was signed out of.'],
      })
    : l10n.t({
        message: '{0} {1} service providers are no longer read.',
        args: [what, unread],
        comment: ['{0} is a whole sentence that says which account was signed out of.'],
      });
}

/** Returns that service providers without an account wait for the one that has signed out. */
export function waitingForAccountText(count: number, otherAccount: string): string {
  return count === 1
    ? l10n.t('One service provider specifies no account. It is not read with {0} unless you choose that.', otherAccount)
    : l10n.t(
        '{0} service providers specify no account. They are not read with {1} unless you choose that.',
        count,
        otherAccount,
      );
}

/**
 * Returns that a sign-in changes which account serves the service providers without an account.
 *
 * @param from the account that serves them now
 * @param to the account that will serve them
 */
export function accountChangeText(count: number, from: string, to: string): string {
  return count === 1
    ? l10n.t('One service provider specifies no account and uses {0}. After this sign-in, it uses {1}.', from, to)
    : l10n.t(
        '{0} service providers specify no account and use {1}. After this sign-in, they use {2}.',
        count,
        from,
        to,
      );
}
