import { checkSkillId, isSameSkill } from './identifiers';

export interface SkillChoice {
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
export function skillChoices(
  mapped: Iterable<{ name: string; skillId: string }>,
  used: readonly string[],
  current?: string,
): SkillChoice[] {
  const names = new Map<string, string[]>();
  for (const { name, skillId } of mapped) {
    const same = names.get(skillId);
    if (same) same.push(name);
    else names.set(skillId, [name]);
  }
  const choices = [...names].map(([skillId, mappedBy]) => ({ skillId, mappedBy }));
  choices.sort((one, other) => other.mappedBy.length - one.mappedBy.length);
  for (const skillId of used) if (!names.has(skillId)) choices.push({ skillId, mappedBy: [] });
  return choices.filter(({ skillId }) => current === undefined || !isSameSkill(skillId, current));
}

/**
 * The id that Enter takes while something is typed. Who types a part of a known id looks for that one; but what is an id
 * itself is taken as it is, also where a known id begins with it.
 *
 * @returns undefined where nothing that is typed or known can be taken
 */
export function skillOnEnter(typed: string, known: readonly string[]): string | undefined {
  const check = checkSkillId(typed);
  if (check.ok && check.warning === undefined) return typed;
  return known.includes(typed) ? typed : (known.find((id) => id.includes(typed)) ?? (check.ok ? typed : undefined));
}

/** The ids used before with a newly used one in front, without repeats and not longer than `most`. */
export function rememberSkill(used: readonly string[], skillId: string, most = 20): string[] {
  return [skillId, ...used.filter((other) => other !== skillId)].slice(0, most);
}
