import * as vscode from 'vscode';
import { isSameSkill } from '../core/identifiers';
import { alreadyMapped, applyChanges } from './applyChanges';
import { askForSkill } from './askForSkill';
import { DISMISSED, DONE, type Command } from './command';
import { mappedOnly } from './mapped';
import { mappingsNow } from './mappingsNow';
import { nameOf } from './nameOf';
import { signedIn } from './signedIn';
import { meant, targets } from './targets';

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
    const name = nameOf(ids, services);
    if (!(await signedIn(services))) return DISMISSED;
    const skillId = invocation.skillId ?? (await askForSkill(vscode.l10n.t('Map {0} to Skill', name), ids, services));
    if (skillId === undefined) return DISMISSED;

    const now = await mappingsNow(ids, services);
    if ('type' in now) return now;
    const free = now.filter(({ mapping }) => mapping.type === 'notMapped');
    const other = mappedOnly(now).filter((each) => !isSameSkill(each.skillId, skillId));
    const [first] = other;
    if (free.length === 0) return first ? alreadyMapped(first, skillId, services) : DONE;
    const leftOut = meant(invocation, ids) - free.length;
    return applyChanges(
      free.map(({ serviceProviderId }) => ({ operation: 'create', serviceProviderId, skillId })),
      vscode.l10n.t(
        'Mapping {0} to {1}',
        nameOf(
          free.map(({ serviceProviderId }) => serviceProviderId),
          services,
        ),
        skillId,
      ),
      services,
      leftOut > 0 ? vscode.l10n.t('{0} mapped already.', leftOut) : undefined,
    );
  },
};
