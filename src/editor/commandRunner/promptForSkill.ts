import { suggestSkills } from '../../core/presentation/skillSuggestions';
import { pickSkill } from '../prompts/pickSkill';
import type { CommandContext } from './command';

/** Asks for the skill to map these service providers to. Undefined when the person leaves. */
export async function promptForSkill(
  title: string,
  ids: readonly string[],
  { providers, recentSkills }: CommandContext,
): Promise<string | undefined> {
  const mapped = providers.providers.flatMap(({ id, name }) => {
    const mapping = providers.row(id);
    return mapping.type === 'mapped' ? [{ name: name ?? id, skillId: mapping.skillId }] : [];
  });
  // A whole group has one skill in common, which is not worth choosing.
  const skills = new Set(
    ids.map((id) => {
      const mapping = providers.status(id).lastKnown?.mapping;
      return mapping?.type === 'mapped' ? mapping.skillId : undefined;
    }),
  );
  const [current] = skills.size === 1 ? skills : [];
  return pickSkill(title, suggestSkills(mapped, recentSkills.get(), current));
}
