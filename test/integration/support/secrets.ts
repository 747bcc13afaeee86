import { demoCredentials } from '../../simulator/tokens';
import { secretsInAddresses } from './browser';

/** Any token or client secret, but not the prefixes that prompts show as a placeholder. */
const PATTERN = /Atz[ar]\|[\w-]{10,}|amzn1\.oa2-cs\.v1\.[\w-]{4,}/g;

/** The secrets in a text: tokens, client secrets, and the codes and states that were in URLs in the browser. */
export function secretsIn(text: string): string[] {
  const known = [...secretsInAddresses, demoCredentials.clientSecret].filter((secret) => text.includes(secret));
  return [...(text.match(PATTERN) ?? []), ...known];
}
