import * as vscode from 'vscode';
import { skillPickTitle } from '../../core/operations/operationText';
import { planChanges } from '../../core/operations/planChanges';
import { promptForSkill } from '../commandRunner/promptForSkill';
import { DISMISSED, type Command } from '../commandRunner/command';
import { confirmsCommands } from '../commandRunner/confirmPlan';
import { runMappingOperation, sendersNow } from '../commandRunner/mappingOperation';
import { displayName } from '../commandRunner/displayName';
import { run } from '../commandRunner/runCommand';
import { ensureSignedIn } from '../commandRunner/ensureSignedIn';
import { resolveTargets } from '../commandRunner/targets';

/** Remaps service providers to another skill, after showing the current mapping of each. */
export const updateMapping: Command<'updateMapping'> = {
  async run(call, services) {
    const ids = await resolveTargets(call, services, {
      title: vscode.l10n.t('Remap to Skill'),
      isEligible: ({ id }) => services.providers.status(id).lastKnown?.mapping.type !== 'notMapped',
      noneEligibleMessage: vscode.l10n.t('These service providers are not mapped yet. Use Map to Skill… for that.'),
    });
    if ('type' in ids) return ids;
    if (!(await ensureSignedIn(services))) return DISMISSED;
    const senders = sendersNow(ids, services);
    const title = skillPickTitle('remap', ids.length, displayName(ids, services));
    const skillId = call.skillId ?? (await promptForSkill(title, ids, services));
    if (skillId === undefined) return DISMISSED;
    // With a skill in its argument, and if the user allows it, a keybinding or another extension has already decided.
    const isDecided = call.source.type === 'argument' && call.skillId !== undefined && !confirmsCommands();
    return runMappingOperation(
      {
        ids,
        senders,
        source: call.source,
        plan: (current) => planChanges({ kind: 'remap', skillId }, current),
        asks: () => !isDecided,
        retry: (serviceProviderIds) => run('updateMapping', { serviceProviderIds, skillId }),
      },
      services,
    );
  },
};
