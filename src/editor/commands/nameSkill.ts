import * as vscode from 'vscode';
import { checkName, isSameSkillId, skillKey } from '../../core/model/identifiers';
import { suggestSkills } from '../../core/presentation/skillSuggestions';
import { naming } from '../../core/providerList/listEdit';
import { SKILLS_SETTING } from '../../core/skills/skillsSetting';
import {
  DISMISSED,
  SUCCEEDED,
  isSelection,
  type Command,
  type CommandCall,
  type CommandContext,
  type CommandOutcome,
} from '../commandRunner/command';
import { mappedSkills } from '../commandRunner/promptForSkill';
import { withSettingsErrors } from '../commandRunner/settingsErrors';
import { pickSkill } from '../prompts/pickSkill';
import { BACK, promptForText } from '../prompts/promptForText';

/** Names a skill in the `skills` setting: the skill of its argument, or of the selected rows, or one that the user picks. */
export const nameSkill: Command<'nameSkill'> = {
  acceptsSkillAlone: true,
  async run(call, services) {
    const skillId = await chooseSkill(call, services);
    if (typeof skillId !== 'string') return skillId;
    const { skills, skillsSetting } = services;
    const before = skills.configuredSkills.find(({ id }) => isSameSkillId(id, skillId))?.name ?? '';
    const inWorkspace = skills.workspaceSkills.find(({ id, name }) => name !== undefined && isSameSkillId(id, skillId));
    const name = await promptForText({
      title: vscode.l10n.t('Name Skill'),
      prompt: inWorkspace
        ? vscode.l10n.t('Display name for {0}. Leave it empty to show the name in its manifest.', skillId)
        : vscode.l10n.t('Display name for {0}. Leave it empty to show the ID.', skillId),
      placeholder: inWorkspace?.name ?? '',
      value: before,
      check: checkName,
    });
    if (name === undefined || name === BACK) return DISMISSED;
    if (name === before) return SUCCEEDED;
    return withSettingsErrors(async () => {
      await skillsSetting.edit(naming(skillId, name));
      // The rows show it, or the pick of a skill, which runs this command.
      if (isSelection(call.source) || call.source.type === 'internal') return SUCCEEDED;
      const message =
        name === ''
          ? vscode.l10n.t('Removed the display name of the skill {0}.', skillId)
          : vscode.l10n.t('The display name of the skill {0} is now {1}.', skillId, name);
      return { type: 'succeeded', message };
    }, SKILLS_SETTING);
  },
};

async function chooseSkill(
  { skillId, serviceProviderIds }: CommandCall<'nameSkill'>,
  services: CommandContext,
): Promise<string | CommandOutcome> {
  if (skillId !== undefined) return skillId;
  const { providers, recentSkills, skills } = services;
  if (!serviceProviderIds) {
    const choices = () => suggestSkills(mappedSkills(services), recentSkills.get(), skills);
    return (await pickSkill(vscode.l10n.t('Name Skill'), choices)) ?? DISMISSED;
  }
  const mapped = new Map(
    serviceProviderIds.flatMap((id) => {
      const mapping = providers.status(id).lastKnown?.mapping;
      return mapping?.type === 'mapped' ? [[skillKey(mapping.skillId), mapping.skillId] as const] : [];
    }),
  );
  const [only, another] = mapped.values();
  if (only === undefined) {
    return {
      type: 'rejected',
      message: vscode.l10n.t('There is no skill to name: the selection is not mapped, or has not been read yet.'),
    };
  }
  return another === undefined
    ? only
    : { type: 'rejected', message: vscode.l10n.t('You can name only one skill at a time.') };
}
