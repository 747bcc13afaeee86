import type { Grouping } from '../tree/viewOptions';
import { DONE, type Command, type Ending, type Services } from '../commandRunner/command';

/** Shows one row after the other. */
export const viewAsList: Command = {
  id: 'viewAsList',
  run: (_invocation, services) => viewAs('list', services),
};

/** Shows the rows below the skills that they are mapped to. */
export const groupBySkill: Command = {
  id: 'groupBySkill',
  run: (_invocation, services) => viewAs('skill', services),
};

async function viewAs(grouping: Grouping, { viewOptions }: Services): Promise<Ending> {
  viewOptions.show({ grouping });
  await viewOptions.keepGrouping();
  return DONE;
}
