import { checkSkillId, hasUuid, isSameSkillId } from '../model/identifiers';
import { hasAllWords } from '../text/searchText';

export interface SkillSuggestion {
  readonly skillId: string;
  /** Names of service providers that are mapped to it; empty when it was only used before. */
  readonly mappedBy: readonly string[];
}

/**
 * The skills worth offering when a mapping is made: those that other service providers are mapped to, the most used
 * first, then those used before, the newest first.
 *
 * @param mapped what each service provider is mapped to, by its name
 * @param used ids used before, the newest first
 * @param current the skill mapped now, which is not worth choosing
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

/** One item of the list from which a skill is picked. */
export type SkillOffer =
  /** A known skill. Names that match what is typed come first in `mappedBy`. */
  | { readonly type: 'known'; readonly choice: SkillSuggestion }
  /** The one skill ID inside what is typed. With `asks`, it may have been cut off there. */
  | { readonly type: 'inside'; readonly skillId: string; readonly asks: boolean }
  /** What is typed, taken as an ID. With `asks`, it may be a search as well, so ask before using it. */
  | { readonly type: 'typed'; readonly skillId: string; readonly warning?: string; readonly asks: boolean }
  /** What is typed cannot be an ID. */
  | { readonly type: 'unusable'; readonly problem: string };

/**
 * Finds what to offer for a typed text, from top to bottom; Enter takes the first. The text may be a search or an ID: it comes
 * before the skills that match where it is one whole ID of the known form, and after them where it is not.
 *
 * @param choices the known skills, in their order
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
    // Several words are a search where they find something.
    if (known.length > 0) return others;
    const unusable: SkillOffer = { type: 'unusable', problem: check.problem };
    return isSure ? [...inside, unusable] : [unusable, ...inside];
  }
  const { value: skillId, warning } = check;
  if (warning !== undefined) return [...others, { type: 'typed', skillId, warning, asks: true }];
  // It may be the beginning of a known one that goes on.
  return [{ type: 'typed', skillId, asks: known.length > 0 }, ...others];
}

function insideOffer(skillId: string, choices: readonly SkillSuggestion[]): SkillOffer {
  if (!hasUuid(skillId)) return { type: 'inside', skillId, asks: true };
  const choice = choices.find((each) => each.skillId === skillId);
  return choice ? { type: 'known', choice } : { type: 'inside', skillId, asks: false };
}

/** A list shows but the first name: it is one that shows why the skill was found. */
function matchingFirst(names: readonly string[], typed: string): readonly string[] {
  const words = typed.split(/\s+/).filter(Boolean).map(hasAllWords);
  const matches = (name: string) => words.some((isIn) => isIn(name));
  return [...names.filter(matches), ...names.filter((name) => !matches(name))];
}
