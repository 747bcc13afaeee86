import { sanitizeText } from '../../core/text/sanitizeText';

/** In characters. Enough for a full explanation, but not to fill the screen. */
const MAX_LENGTH = 1_000;

/** Escapes text for quick picks and input boxes, which also draw `$(name)` in an ID or a name as an icon. */
export function escapeIcons(text: string): string {
  return sanitizeText(text, MAX_LENGTH).replaceAll('$(', '\\$(');
}

/**
 * Escapes text for messages, and for prompts and validation messages of input boxes. They also make `[text](address)`
 * in an ID or a name a link, even to a command.
 */
export function escapeLinks(text: string): string {
  return sanitizeText(text, MAX_LENGTH).replaceAll('](', '] (');
}
