import { suggestSkills } from '../../core/presentation/skillSuggestions';
import { pickSkill } from '../prompts/pickSkill';
import type { CommandContext } from './command';
import { run } from './runCommand';

/** Asks for the skill to map these service providers to; undefined if the user leaves. */
export async function promptForSkill(
  title: string,
  ids: readonly string[],
  services: CommandContext,
): Promise<string | undefined> {
  const { providers, recentSkills, skills } = services;
  // Do not suggest the skill that all of them already have, as in a group.
  const current = new Set(
    ids.map((id) => {
      const mapping = providers.status(id).lastKnown?.mapping;
      return mapping?.type === 'mapped' ? mapping.skillId : undefined;
    }),
  );
  const [common] = current.size === 1 ? current : [];
  return pickSkill(
    title,
    () => suggestSkills(mappedSkills(services), recentSkills.get(), skills, common),
    (skillId) => run('nameSkill', { skillId }),
  );
}

/** Returns each service provider that is mapped now, with its skill. */
export function mappedSkills({
  providers,
}: Pick<CommandContext, 'providers'>): readonly { readonly name: string; readonly skillId: string }[] {
  return providers.providers.flatMap(({ id, name }) => {
    const mapping = providers.row(id);
    return mapping.type === 'mapped' ? [{ name: name ?? id, skillId: mapping.skillId }] : [];
  });
}
