import * as l10n from '@vscode/l10n';

/**
 * The permission that the network mapping API asks for.
 *
 * @see https://developer.amazon.com/en-US/docs/alexa/alexa-smart-properties/service-provider-network-mapping-api-for-asp.html
 */
export const MAPPING_SCOPE = 'amazon_communication::service_provider';

export type ScopesCheck = { ok: true; scopes: readonly string[] } | { ok: false; problem: string };

/**
 * What a scope of Login with Amazon is made of. OAuth permits more (RFC 6749, 3.3), but an address that the editor opens
 * does not keep all of that as it was written.
 */
const SCOPE = /^[\w:.~/-]+$/;

/** Checks scopes to be asked for: at least one, each one word. */
export function checkScopes(value: unknown): ScopesCheck {
  const expected = l10n.t('Expected a list of scopes such as {0}', `["${MAPPING_SCOPE}"]`);
  if (!Array.isArray(value) || value.length === 0) return { ok: false, problem: expected };
  const scopes = value.filter((each): each is string => typeof each === 'string' && SCOPE.test(each));
  return scopes.length === value.length ? { ok: true, scopes: [...new Set(scopes)] } : { ok: false, problem: expected };
}

/**
 * The scopes that were wished for and not granted.
 *
 * @param granted undefined when nobody said what was granted; then nothing is known to be missing
 */
export function missingScopes(requested: readonly string[], granted: readonly string[] | undefined): string[] {
  return granted === undefined ? [] : requested.filter((scope) => !granted.includes(scope));
}

/** What a sign-in should have: what is wished for, and what mappings cannot be read without. */
export function requiredScopes(requested: readonly string[]): string[] {
  return [...new Set([MAPPING_SCOPE, ...requested])];
}
