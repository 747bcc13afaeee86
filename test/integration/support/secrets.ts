import { demoCredentials } from '../../simulator/tokens';
import { secretsInAddresses } from './browser';

/** Tokens and client secrets, of any value; not the beginnings of them that prompts show as a placeholder. */
const FORMS = /Atz[ar]\|[\w-]{10,}|amzn1\.oa2-cs\.v1\.[\w-]{4,}/g;

/** What of a text is secret: tokens, client secrets, and the codes and states that went through the browser. */
export function secretsIn(text: string): string[] {
  const known = [...secretsInAddresses, demoCredentials.clientSecret].filter((secret) => text.includes(secret));
  return [...(text.match(FORMS) ?? []), ...known];
}
