import type { Grouping } from '../tree/viewOptions';
import { SUCCEEDED, type Command, type CommandOutcome, type CommandContext } from '../commandRunner/command';

/** Shows the rows as a flat list. */
export const viewAsList: Command<'viewAsList'> = {
  run: (_call, services) => setGrouping('list', services),
};

/** Groups the rows by the skill that they are mapped to. */
export const groupBySkill: Command<'groupBySkill'> = {
  run: (_call, services) => setGrouping('skill', services),
};

async function setGrouping(grouping: Grouping, { viewOptions }: CommandContext): Promise<CommandOutcome> {
  viewOptions.update({ grouping });
  await viewOptions.saveGrouping();
  return SUCCEEDED;
}
