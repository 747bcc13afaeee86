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
