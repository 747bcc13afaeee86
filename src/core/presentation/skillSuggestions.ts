import { checkSkillId, hasUuid, notSkillProblem, skillKey } from '../model/identifiers';
import type { SkillNames, WorkspaceSkill } from '../skills/skillNames';
import { hasAllWords } from '../text/searchText';

export interface SkillSuggestion {
  readonly skillId: string;
  readonly name?: string;
  /** Where the workspace has it, if it does. */
  readonly source?: WorkspaceSkill['source'];
  /** Names of service providers mapped to it. */
  readonly mappedBy: readonly string[];
  /** Whether it was used recently, and nothing is mapped to it now. */
  readonly isRecent?: true;
}

/**
 * Returns skills to suggest for a mapping: those of the workspace, then those that other service providers are mapped to,
 * the most used first, then recently used ones, the newest first, then those that the settings name.
 *
 * @param mapped each service provider's name and mapping
 * @param used recently used IDs, the newest first
 * @param current the current skill, which is not suggested
 */
export function suggestSkills(
  mapped: Iterable<{ name: string; skillId: string }>,
  used: readonly string[],
  skills: SkillNames,
  current?: string,
): SkillSuggestion[] {
  const uses = new Map<string, { readonly skillId: string; readonly mappedBy: string[] }>();
  for (const { name, skillId } of mapped) {
    const key = skillKey(skillId);
    const same = uses.get(key);
    if (same) same.mappedBy.push(name);
    else uses.set(key, { skillId, mappedBy: [name] });
  }
  const mappedBy = (skillId: string) => uses.get(skillKey(skillId))?.mappedBy ?? [];
  const all: readonly SkillSuggestion[] = [
    ...skills.workspaceSkills.map(({ id, source }) => ({ skillId: id, source, mappedBy: mappedBy(id) })),
    ...[...uses.values()].sort((one, other) => other.mappedBy.length - one.mappedBy.length),
    ...used.map((skillId) => ({ skillId, mappedBy: [], isRecent: true }) as const),
    ...skills.configuredSkills.map(({ id }) => ({ skillId: id, mappedBy: [] })),
  ];
  const suggested = new Set(current === undefined ? [] : [skillKey(current)]);
  return all.flatMap((each) => {
    const key = skillKey(each.skillId);
    if (suggested.has(key)) return [];
    suggested.add(key);
    const name = skills.nameOf(each.skillId);
    return [{ ...each, ...(name !== undefined && { name }) }];
  });
}

/** One item of the skill picker. */
export type SkillOffer =
  /** A known skill. Names that match the typed text come first in `mappedBy`. */
  | { readonly type: 'known'; readonly choice: SkillSuggestion }
  /** The only skill ID inside the typed text. With `asks`, it may be incomplete. */
  | { readonly type: 'inside'; readonly skillId: string; readonly asks: boolean }
  /** The typed text, used as an ID. With `asks`, it may also be a search, so confirm before using it. */
  | { readonly type: 'typed'; readonly skillId: string; readonly warning?: string; readonly asks: boolean }
  /** The typed text cannot be the ID of a skill. If it is the ID of something else, Enter must not choose a match. */
  | { readonly type: 'invalid'; readonly problem: string };

/**
 * Returns the items for a typed text, from top to bottom; Enter accepts the first. The text may be a search or an ID:
 * if it is one complete ID of a known format, its item comes before the matching skills, otherwise after them. The ID of
 * something else, such as a service provider, is a mistake, which comes first.
 *
 * @param choices the known skills, in order
 */
export function skillOffers(text: string, choices: readonly SkillSuggestion[]): readonly SkillOffer[] {
  const typed = text.trim();
  const isWanted = hasAllWords(typed);
  const matching = choices.filter(({ skillId, name = '', source, mappedBy }) =>
    isWanted([skillId, name, source?.folder, source?.profile, ...mappedBy].join('\n')),
  );
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
  const rejected = (problem: string): SkillOffer[] =>
    isSure ? [...inside, { type: 'invalid', problem }, ...known] : [{ type: 'invalid', problem }, ...inside, ...known];
  const mistaken = notSkillProblem(typed);
  if (mistaken !== undefined) return rejected(mistaken);
  // Several words are a search if they match anything.
  if (!check.ok) return known.length > 0 ? others : rejected(check.problem);
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
