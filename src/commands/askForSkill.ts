import { skillChoices } from '../core/skillChoices';
import { pickSkill } from '../prompts/pickSkill';
import type { Services } from './command';

/** Asks for the skill to map these service providers to. Undefined when the person leaves. */
export async function askForSkill(
  title: string,
  ids: readonly string[],
  { providers, usedSkills }: Services,
): Promise<string | undefined> {
  const mapped = providers.providers.flatMap(({ id, name }) => {
    const mapping = providers.row(id);
    return mapping.type === 'mapped' ? [{ name: name ?? id, skillId: mapping.skillId }] : [];
  });
  const [only] = ids;
  const current = only !== undefined && ids.length === 1 ? providers.status(only).known?.mapping : undefined;
  return pickSkill(
    title,
    skillChoices(mapped, usedSkills.get(), current?.type === 'mapped' ? current.skillId : undefined),
  );
}
