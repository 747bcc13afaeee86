import { checkSkillId, looksLikeSecret } from '../model/identifiers';
import { sanitizeText } from '../text/sanitizeText';
import type { NamedSkill } from './skillNames';

/** The full name of the setting with the names of skills. */
export const SKILLS_SETTING = 'alexaNetworkMapping.skills';

/** Amazon allows 50 characters in the name of a skill. */
const MAX_NAME_LENGTH = 100;

/** Parses any value of the `skills` setting. Invalid entries name no skill, and stay in the setting unchanged. */
export function parseNamedSkills(setting: unknown): NamedSkill[] {
  const entries: readonly unknown[] = Array.isArray(setting) ? setting : [];
  return entries.flatMap((entry) => {
    if (typeof entry !== 'object' || entry === null || !('id' in entry) || !('name' in entry)) return [];
    const id = skillIdIn(entry.id);
    const name = skillNameIn(entry.name);
    return id === undefined || name === undefined ? [] : [{ id, name }];
  });
}

/** Returns a value if it can be the ID of a skill; undefined otherwise. */
export function skillIdIn(value: unknown): string | undefined {
  return typeof value === 'string' && checkSkillId(value).ok ? value : undefined;
}

/** Returns a value as the name of a skill, safe to display; undefined if it is none, or contains a secret. */
export function skillNameIn(value: unknown): string | undefined {
  if (typeof value !== 'string' || looksLikeSecret(value)) return undefined;
  return sanitizeText(value, MAX_NAME_LENGTH) || undefined;
}
