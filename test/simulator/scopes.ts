/** The scope that the mapping API requires (reference, "Authentication"). */
export const mappingScope = 'amazon_communication::service_provider';
export const defaultScopes: readonly string[] = ['alexa::enterprise:management', mappingScope];

/** The known scopes with their descriptions on the consent page. */
export const scopeDescriptions = {
  'alexa::enterprise:management': 'Manage Alexa for your organization',
  'amazon_communication::service_provider': 'Manage the service providers of your organization, and their mappings',
  profile: 'See your name, email address and user id',
  'profile:user_id': 'See your user id',
  postal_code: 'See your postal code',
} as const;

export type Scope = keyof typeof scopeDescriptions;
export const knownScopes = Object.keys(scopeDescriptions) as [Scope, ...Scope[]];

export function isKnownScope(text: string): text is Scope {
  return Object.hasOwn(scopeDescriptions, text);
}

/** The scopes of a space-separated list, each once (RFC 6749, 3.3). */
export function scopesOf(list: string): string[] {
  return [...new Set(list.split(' ').filter(Boolean))];
}
