import { sanitizeText } from './sanitizeText';

/** Returns the message of a caught value, on one line that is safe to display and log. */
export function errorText(error: unknown): string {
  return sanitizeText(error instanceof Error ? error.message : String(error));
}
