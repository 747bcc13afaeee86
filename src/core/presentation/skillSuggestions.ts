import { checkSkillId, hasUuid, isSameSkillId } from '../model/identifiers';
import { hasAllWords } from '../text/searchText';

export interface SkillSuggestion {
  readonly skillId: string;
  /** Names of service providers mapped to it; empty if it was only used recently. */
  readonly mappedBy: readonly string[];
}

/**
 * Returns skills to suggest for a mapping: those that other service providers are mapped to, the most used first, then
 * recently used ones, the newest first.
 *
 * @param mapped each service provider's name and mapping
 * @param used recently used IDs, the newest first
 * @param current the current skill, which is not suggested
 */
export function suggestSkills(
  mapped: Iterable<{ name: string; skillId: string }>,
  used: readonly string[],
  current?: string,
): SkillSuggestion[] {
  const names = new Map<string, string[]>();
  for (const { name, skillId } of mapped) {
    const same = names.get(skillId);
    if (same) same.push(name);
    else names.set(skillId, [name]);
  }
  const choices = [...names].map(([skillId, mappedBy]) => ({ skillId, mappedBy }));
  choices.sort((one, other) => other.mappedBy.length - one.mappedBy.length);
  for (const skillId of used) if (!names.has(skillId)) choices.push({ skillId, mappedBy: [] });
  return choices.filter(({ skillId }) => current === undefined || !isSameSkillId(skillId, current));
}

/** One item of the skill picker. */
export type SkillOffer =
  /** A known skill. Names that match the typed text come first in `mappedBy`. */
  | { readonly type: 'known'; readonly choice: SkillSuggestion }
  /** The only skill ID inside the typed text. With `asks`, it may be incomplete. */
  | { readonly type: 'inside'; readonly skillId: string; readonly asks: boolean }
  /** The typed text, used as an ID. With `asks`, it may also be a search, so confirm before using it. */
  | { readonly type: 'typed'; readonly skillId: string; readonly warning?: string; readonly asks: boolean }
  /** The typed text cannot be an ID. */
  | { readonly type: 'invalid'; readonly problem: string };

/**
 * Returns the items for a typed text, from top to bottom; Enter accepts the first. The text may be a search or an ID:
 * if it is one complete ID of a known format, its item comes before the matching skills, otherwise after them.
 *
 * @param choices the known skills, in order
 */
export function skillOffers(text: string, choices: readonly SkillSuggestion[]): readonly SkillOffer[] {
  const typed = text.trim();
  const isWanted = hasAllWords(typed);
  const matching = choices.filter(({ skillId, mappedBy }) => isWanted([skillId, ...mappedBy].join('\n')));
  const isTyped = ({ skillId }: SkillSuggestion) => skillId === typed;
  const known = [...matching.filter(isTyped), ...matching.filter((each) => !isTyped(each))].map(
    (choice): SkillOffer => ({ type: 'known', choice: { ...choice, mappedBy: matchingFirst(choice.mappedBy, typed) } }),
  );
  if (typed === '' || matching.some(isTyped)) return known;

  const check = checkSkillId(typed);
  const { suggestion } = check;
  const inside = suggestion === undefined ? [] : [insideOffer(suggestion, choices)];
  const isSure = suggestion !== undefined && hasUuid(suggestion);
  const others = isSure ? [...inside, ...known] : [...known, ...inside];
  if (!check.ok) {
    // Several words are a search if they match anything.
    if (known.length > 0) return others;
    const invalid: SkillOffer = { type: 'invalid', problem: check.problem };
    return isSure ? [...inside, invalid] : [invalid, ...inside];
  }
  const { value: skillId, warning } = check;
  if (warning !== undefined) return [...others, { type: 'typed', skillId, warning, asks: true }];
  // It may be the beginning of a known ID.
  return [{ type: 'typed', skillId, asks: known.length > 0 }, ...others];
}

function insideOffer(skillId: string, choices: readonly SkillSuggestion[]): SkillOffer {
  if (!hasUuid(skillId)) return { type: 'inside', skillId, asks: true };
  const choice = choices.find((each) => each.skillId === skillId);
  return choice ? { type: 'known', choice } : { type: 'inside', skillId, asks: false };
}

/** A list shows only the first name, so put a matching one there. */
function matchingFirst(names: readonly string[], typed: string): readonly string[] {
  const words = typed.split(/\s+/).filter(Boolean).map(hasAllWords);
  const matches = (name: string) => words.some((isIn) => isIn(name));
  return [...names.filter(matches), ...names.filter((name) => !matches(name))];
}
