/** The account of a first sign-in, unless its name is chosen. */
export const DEFAULT_ACCOUNT = 'default';

/**
 * Which account serves a service provider: the one that its entry names; without a name the default one, or the only one
 * there is.
 *
 * @param names of all known accounts
 * @returns undefined when there is no such account, or several to choose from
 */
export function accountFor(named: string | undefined, names: readonly string[]): string | undefined {
  if (named !== undefined) return names.find((name) => name === named);
  return names.find((name) => name === DEFAULT_ACCOUNT) ?? (names.length === 1 ? names[0] : undefined);
}

/**
 * The names that decide which account serves a service provider.
 *
 * @param names of the accounts that are stored
 * @param reserved the account that service providers without a name are kept for, as {@link reservedAfterSignOut} has it
 */
export function knownAccounts(names: readonly string[], reserved: string | undefined): readonly string[] {
  return reserved === undefined || names.includes(reserved) ? names : [...names, reserved];
}

/**
 * Whom service providers that name no account are kept for after a sign-out. They never go to another account by themselves:
 * it may belong to another organization, and a change would then be made with the wrong one.
 *
 * @param before the known accounts before the sign-out
 * @param left the accounts that stay signed in
 * @returns a name; an empty text to keep them for none; undefined when nothing has to be kept
 */
export function reservedAfterSignOut(before: readonly string[], left: readonly string[]): string | undefined {
  if (left.length === 0) return undefined;
  const served = accountFor(undefined, before);
  return accountFor(undefined, left) === served ? undefined : (served ?? '');
}
