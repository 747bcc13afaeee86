import type { ParseError } from 'jsonc-parser';
import { memberOf, parseJsonTree } from './jsonTree';

/** The permission that a skill needs to handle the calls of service providers. */
export const CALLING_PERMISSION = 'amazon_communication::calling';

/**
 * Returns where a skill's manifest lacks the permission to handle calls: its list of permissions, or the manifest if it
 * has none. Returns undefined if it has the permission, and for a text that is no manifest or is not complete.
 *
 * @see https://developer.amazon.com/en-US/docs/alexa/alexa-smart-properties/get-started-calling-api-for-asp.html
 */
export function missingCallingPermission(text: string): { readonly start: number; readonly end: number } | undefined {
  const errors: ParseError[] = [];
  const manifest = memberOf(parseJsonTree(text, errors), 'manifest');
  if (errors.length > 0 || manifest?.type !== 'object') return undefined;
  const permissions = memberOf(manifest, 'permissions');
  if (permissions?.children?.some((each) => memberOf(each, 'name')?.value === CALLING_PERMISSION)) return undefined;
  // The name alone: a whole list or manifest would be underlined from top to bottom.
  const name = (permissions ?? manifest).parent?.children?.[0];
  return name && { start: name.offset, end: name.offset + name.length };
}
