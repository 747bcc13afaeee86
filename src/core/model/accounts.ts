/** The account of a first sign-in, unless the user chooses a name. */
export const DEFAULT_ACCOUNT = 'default';

/**
 * Returns the account that serves a service provider: the one its entry specifies; without one, the default account, or
 * the only one.
 *
 * @param names of all known accounts
 * @returns undefined if there is no such account, or several to choose from
 */
export function resolveAccount(named: string | undefined, names: readonly string[]): string | undefined {
  if (named !== undefined) return names.find((name) => name === named);
  return names.find((name) => name === DEFAULT_ACCOUNT) ?? (names.length === 1 ? names[0] : undefined);
}

/**
 * Returns the names that decide which account serves the service providers without an account.
 *
 * @param names of the stored accounts
 * @param reserved the account they are reserved for, by {@link reservedAfterSignOut}
 */
export function knownAccounts(names: readonly string[], reserved: string | undefined): readonly string[] {
  if (reserved === undefined || names.includes(reserved)) return names;
  // Not a real name: makes a single account not the only one, so that it does not serve them.
  return [...names, reserved === DEFAULT_ACCOUNT ? reserved : ''];
}

/**
 * Returns the account that service providers without an account are reserved for after a sign-in: the one that served
 * them before another account was added.
 *
 * @param names of the accounts before the sign-in
 */
export function reservedAfterSignIn(
  names: readonly string[],
  reserved: string | undefined,
  signedIn: string,
): string | undefined {
  return signedIn === DEFAULT_ACCOUNT ? undefined : (reserved ?? resolveAccount(undefined, names));
}

/**
 * Returns the account that service providers without an account are reserved for after a sign-out. They never move to
 * another account automatically: it may belong to another organization, and a change would use the wrong one.
 *
 * @param names of the accounts before the sign-out
 * @param left the remaining accounts
 * @returns a name; an empty text to reserve them for none; undefined if no reservation is needed
 */
export function reservedAfterSignOut(
  names: readonly string[],
  reserved: string | undefined,
  left: readonly string[],
): string | undefined {
  if (left.length === 0) return undefined;
  const owner = reserved ?? resolveAccount(undefined, names);
  return resolveAccount(undefined, left) === owner ? undefined : (owner ?? '');
}
