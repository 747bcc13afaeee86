import { suggestSkills } from '../../core/presentation/skillSuggestions';
import { pickSkill } from '../prompts/pickSkill';
import type { CommandContext } from './command';

/** Asks for the skill to map these service providers to; undefined if the user leaves. */
export async function promptForSkill(
  title: string,
  ids: readonly string[],
  { providers, recentSkills, skills }: CommandContext,
): Promise<string | undefined> {
  const mapped = providers.providers.flatMap(({ id, name }) => {
    const mapping = providers.row(id);
    return mapping.type === 'mapped' ? [{ name: name ?? id, skillId: mapping.skillId }] : [];
  });
  // Do not suggest the skill that all of them already have, as in a group.
  const current = new Set(
    ids.map((id) => {
      const mapping = providers.status(id).lastKnown?.mapping;
      return mapping?.type === 'mapped' ? mapping.skillId : undefined;
    }),
  );
  const [common] = current.size === 1 ? current : [];
  return pickSkill(title, suggestSkills(mapped, recentSkills.get(), skills, common));
}
