import * as vscode from 'vscode';
import { needsPreview, skillPickTitle } from '../../core/operations/operationText';
import { selectedCount, type Plan } from '../../core/operations/plan';
import { planChanges } from '../../core/operations/planChanges';
import { promptForSkill } from '../commandRunner/promptForSkill';
import { DISMISSED, SUCCEEDED, isSelection, type Command, type CommandSource } from '../commandRunner/command';
import { confirmsCommands } from '../commandRunner/confirmPlan';
import { runMappingOperation, sendersNow } from '../commandRunner/mappingOperation';
import { displayName } from '../commandRunner/displayName';
import { run } from '../commandRunner/runCommand';
import { ensureSignedIn } from '../commandRunner/ensureSignedIn';
import { resolveTargets } from '../commandRunner/targets';

/** Maps service providers to a skill. Skips those that are already mapped, and offers to remap them. */
export const createMapping: Command<'createMapping'> = {
  async run(call, services) {
    const ids = await resolveTargets(call, services, {
      title:
        call.skillId === undefined
          ? vscode.l10n.t('Map to Skill')
          : vscode.l10n.t('Map to {0}', services.skills.labelOf(call.skillId)),
      isEligible: ({ id }) => services.providers.status(id).lastKnown?.mapping.type !== 'mapped',
      noneEligibleMessage: vscode.l10n.t(
        'These service providers are already mapped. Use Remap to Skill… to change that.',
      ),
    });
    if ('type' in ids) return ids;
    if (!(await ensureSignedIn(services))) return DISMISSED;
    const senders = sendersNow(ids, services);
    const title = skillPickTitle('map', ids.length, displayName(ids, services));
    const skillId = call.skillId ?? (await promptForSkill(title, ids, services));
    if (skillId === undefined) return DISMISSED;
    return runMappingOperation(
      {
        ids,
        senders,
        source: call.source,
        plan: (current) => planChanges({ kind: 'map', skillId }, current),
        asks: (plan) => needsConfirmation(call.source, plan) || plan.changes.some(({ isUnknown }) => isUnknown),
        // Someone else has created the same mapping, which the rows show.
        nothingToChange: (plan) =>
          isSelection(call.source) && isDone(plan) && ids.every((id) => services.rows.isShown(id))
            ? SUCCEEDED
            : undefined,
        retry: (serviceProviderIds) => run('createMapping', { serviceProviderIds, skillId }),
      },
      services,
    );
  },
};

/**
 * Nothing is lost where nothing was mapped, so picking the skill is confirmation enough for a few that a user selected.
 * Rows may be dragged by accident, hidden ones were not seen, and an argument was not chosen by a user.
 */
function needsConfirmation(source: CommandSource, plan: Plan): boolean {
  switch (source.type) {
    case 'drop':
      return true;
    case 'argument':
      return confirmsCommands();
    case 'tree':
      return source.hidden > 0 || needsPreview(selectedCount(plan));
    case 'palette':
    case 'internal':
      return needsPreview(selectedCount(plan));
  }
}

function isDone({ skipped, unreadable }: Plan): boolean {
  return unreadable.length === 0 && skipped.every(({ reason }) => reason === 'sameSkill');
}
