import * as vscode from 'vscode';
import { needsPreview, skillPickTitle } from '../../core/operations/operationText';
import { selectedCount, type Plan } from '../../core/operations/plan';
import { planChanges } from '../../core/operations/planChanges';
import { askForSkill } from '../commandRunner/promptForSkill';
import { DISMISSED, DONE, type Command } from '../commandRunner/command';
import { confirmsCommands } from '../commandRunner/confirmPlan';
import { runMappingOperation, sendersNow } from '../commandRunner/mappingOperation';
import { nameOf } from '../commandRunner/displayName';
import { run } from '../commandRunner/runCommand';
import { signedIn } from '../commandRunner/ensureSignedIn';
import { targets } from '../commandRunner/targets';

/** Maps service providers to a skill. One that turns out to be mapped already is left as it is, and a remap offered. */
export const createMapping: Command = {
  id: 'createMapping',
  async run(invocation, services) {
    const ids = await targets(invocation, services, {
      title: vscode.l10n.t('Map to Skill'),
      suits: ({ id }) => services.providers.status(id).known?.mapping.type !== 'mapped',
      noneSuits: vscode.l10n.t('These service providers are mapped already. Use Remap to Skill… to change that.'),
    });
    if ('type' in ids) return ids;
    if (!(await signedIn(services))) return DISMISSED;
    const senders = sendersNow(ids, services);
    const title = skillPickTitle('map', ids.length, nameOf(ids, services));
    const skillId = invocation.skillId ?? (await askForSkill(title, ids, services));
    if (skillId === undefined) return DISMISSED;
    return runMappingOperation(
      {
        ids,
        senders,
        invocation,
        plan: (current) => planChanges({ kind: 'map', skillId }, current),
        // Where nothing was mapped, nothing is lost, so the pick of the skill is enough of a question for a few that a user
        // has chosen. What was dragged may have been dragged by accident, and what has an argument was not chosen by a user.
        asks: (plan) =>
          invocation.dragged === true ||
          invocation.hidden !== undefined ||
          (invocation.fromArgument === true ? confirmsCommands() : needsPreview(selectedCount(plan))),
        // Somebody else has done the same, and the rows show that.
        nothingToChange: (plan) =>
          invocation.fromSelection === true && isDone(plan) && ids.every((id) => services.rows.isShown(id))
            ? DONE
            : undefined,
        retry: (serviceProviderIds) => run('createMapping', { serviceProviderIds, skillId, confirm: true }),
      },
      services,
    );
  },
};

function isDone({ skipped, unreadable }: Plan): boolean {
  return unreadable.length === 0 && skipped.every(({ reason }) => reason === 'sameSkill');
}
