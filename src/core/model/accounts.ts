/** The account of a first sign-in, unless its name is chosen. */
export const DEFAULT_ACCOUNT = 'default';

/**
 * Which account serves a service provider: the one that its entry names; without a name the default one, or the only one
 * there is.
 *
 * @param names of all known accounts
 * @returns undefined when there is no such account, or several to choose from
 */
export function resolveAccount(named: string | undefined, names: readonly string[]): string | undefined {
  if (named !== undefined) return names.find((name) => name === named);
  return names.find((name) => name === DEFAULT_ACCOUNT) ?? (names.length === 1 ? names[0] : undefined);
}

/**
 * The names that decide which account serves a service provider that names none.
 *
 * @param names of the accounts that are stored
 * @param reserved whom such service providers are kept for, by {@link reservedAfterSignOut}
 */
export function knownAccounts(names: readonly string[], reserved: string | undefined): readonly string[] {
  if (reserved === undefined || names.includes(reserved)) return names;
  // The name of no account: the only one there is does not serve them then.
  return [...names, reserved === DEFAULT_ACCOUNT ? reserved : ''];
}

/**
 * Whom service providers that name no account are kept for after a sign-in: whoever served them before another account came.
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
 * Whom service providers that name no account are kept for after a sign-out. They never go to another account by themselves:
 * it may belong to another organization, and a change would then be made with the wrong one.
 *
 * @param names of the accounts before the sign-out
 * @param left the accounts that stay
 * @returns a name; an empty text to keep them for none; undefined when nothing has to be kept
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
