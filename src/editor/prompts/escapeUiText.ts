import { sanitizeText } from '../../core/text/sanitizeText';

/** Whole explanations are shown, but nothing that would fill the screen. */
const MAX_LENGTH = 1_000;

/** For quick picks and input boxes, which draw `$(name)` as an icon also when it stands in an id or a name. */
export function escapeIcons(text: string): string {
  return sanitizeText(text, MAX_LENGTH).replaceAll('$(', '\\$(');
}

/**
 * For messages, the prompts of input boxes and what these say of the input. They all make `[text](address)` a link, to a
 * command even, also when it stands in an id or a name.
 */
export function escapeLinks(text: string): string {
  return sanitizeText(text, MAX_LENGTH).replaceAll('](', '] (');
}
