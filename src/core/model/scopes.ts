import * as l10n from '@vscode/l10n';

/**
 * The scope that the network mapping API requires.
 *
 * @see
 *   https://developer.amazon.com/en-US/docs/alexa/alexa-smart-properties/service-provider-network-mapping-api-for-asp.html
 */
export const MAPPING_SCOPE = 'amazon_communication::service_provider';

export type ScopesCheck = { ok: true; scopes: readonly string[] } | { ok: false; problem: string };

/**
 * The characters of a Login with Amazon scope. OAuth permits more (RFC 6749, 3.3), but VS Code does not preserve all of
 * them when it opens a URL.
 */
const SCOPE = /^[\w:.~/-]+$/;

/** Checks the scopes to request: at least one, each without spaces. */
export function checkScopes(value: unknown): ScopesCheck {
  const expected = l10n.t('Expected a list of scopes such as {0}', `["${MAPPING_SCOPE}"]`);
  if (!Array.isArray(value) || value.length === 0) return { ok: false, problem: expected };
  const scopes = value.filter((each): each is string => typeof each === 'string' && SCOPE.test(each));
  return scopes.length === value.length ? { ok: true, scopes: [...new Set(scopes)] } : { ok: false, problem: expected };
}

/**
 * Returns the requested scopes that were not granted.
 *
 * @param granted undefined if unknown; then none counts as missing
 */
export function missingScopes(requested: readonly string[], granted: readonly string[] | undefined): string[] {
  return granted === undefined ? [] : requested.filter((scope) => !granted.includes(scope));
}

/** Returns the scopes for a sign-in: the requested ones and the one that mappings need. */
export function requiredScopes(requested: readonly string[]): string[] {
  return [...new Set([MAPPING_SCOPE, ...requested])];
}
