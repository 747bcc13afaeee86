import * as vscode from 'vscode';
import { needsPreview, skillPickTitle } from '../../core/operations/operationText';
import { selectedCount, type Plan } from '../../core/operations/plan';
import { planChanges } from '../../core/operations/planChanges';
import { promptForSkill } from '../commandRunner/promptForSkill';
import { DISMISSED, SUCCEEDED, type Command } from '../commandRunner/command';
import { confirmsCommands } from '../commandRunner/confirmPlan';
import { runMappingOperation, sendersNow } from '../commandRunner/mappingOperation';
import { displayName } from '../commandRunner/displayName';
import { run } from '../commandRunner/runCommand';
import { ensureSignedIn } from '../commandRunner/ensureSignedIn';
import { resolveTargets } from '../commandRunner/targets';

/** Maps service providers to a skill. One that turns out to be mapped already is left as it is, and a remap offered. */
export const createMapping: Command = {
  id: 'createMapping',
  async run(invocation, services) {
    const ids = await resolveTargets(invocation, services, {
      title: vscode.l10n.t('Map to Skill'),
      isEligible: ({ id }) => services.providers.status(id).lastKnown?.mapping.type !== 'mapped',
      noneEligibleMessage: vscode.l10n.t(
        'These service providers are already mapped. Use Remap to Skill… to change that.',
      ),
    });
    if ('type' in ids) return ids;
    if (!(await ensureSignedIn(services))) return DISMISSED;
    const senders = sendersNow(ids, services);
    const title = skillPickTitle('map', ids.length, displayName(ids, services));
    const skillId = invocation.skillId ?? (await promptForSkill(title, ids, services));
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
            ? SUCCEEDED
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
