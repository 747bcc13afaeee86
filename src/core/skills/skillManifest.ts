import type { ParseError } from 'jsonc-parser';
import { CALLING_PERMISSION } from '../model/callingPermission';
import { memberOf, parseJsonTree, type JsonNode } from './jsonTree';

/** Whether a skill's manifest has the permission to handle calls in its list of permissions. */
export function hasCallingPermission(manifest: JsonNode): boolean {
  const permissions = memberOf(manifest, 'permissions')?.children ?? [];
  return permissions.some((each) => memberOf(each, 'name')?.value === CALLING_PERMISSION);
}

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
  if (hasCallingPermission(manifest)) return undefined;
  const permissions = memberOf(manifest, 'permissions');
  // The name alone: a whole list or manifest would be underlined from top to bottom.
  const name = (permissions ?? manifest).parent?.children?.[0];
  return name && { start: name.offset, end: name.offset + name.length };
}
