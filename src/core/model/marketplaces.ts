/** The API endpoint of North America; Amazon documents no other one. */
export const NORTH_AMERICA = 'https://api.amazonalexa.com';
export const EUROPE = 'https://api.eu.amazonalexa.com';

/** The countries with network mappings, and the domains of their marketplaces. */
export const MARKETPLACES = [
  { country: 'US', domain: 'amazon.com', endpoint: NORTH_AMERICA },
  { country: 'GB', domain: 'amazon.co.uk', endpoint: EUROPE },
  { country: 'FR', domain: 'amazon.fr', endpoint: EUROPE },
  { country: 'IT', domain: 'amazon.it', endpoint: EUROPE },
  { country: 'DE', domain: 'amazon.de', endpoint: EUROPE },
  { country: 'ES', domain: 'amazon.es', endpoint: EUROPE },
] as const;

export type Marketplace = (typeof MARKETPLACES)[number];

/**
 * Returns the marketplaces whose accounts use one of these API endpoints; all of them if that is not known of any
 * endpoint, such as a gateway's.
 *
 * @param endpoints without a trailing slash
 */
export function marketplacesOf(endpoints: readonly string[]): readonly Marketplace[] {
  if (!endpoints.every((url) => url === NORTH_AMERICA || url === EUROPE)) return MARKETPLACES;
  const found = MARKETPLACES.filter(({ endpoint }) => endpoints.includes(endpoint));
  return found.length === 0 ? MARKETPLACES : found;
}

/** Returns the address of the Alexa Smart Properties console of a marketplace. */
export const consoleUrl = ({ domain }: Marketplace): string => `https://www.${domain}/alexasmartproperties`;
