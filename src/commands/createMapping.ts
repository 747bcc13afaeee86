import * as vscode from 'vscode';
import { isSameSkill, shortId } from '../core/identifiers';
import { alreadyMapped, applyChanges } from './applyChanges';
import { askForSkill } from './askForSkill';
import { DISMISSED, DONE, type Command } from './command';
import { confirmAct, isMany } from './confirmAct';
import { mappedOnly } from './mapped';
import { mappingsNow } from './mappingsNow';
import { nameOf } from './nameOf';
import { run } from './run';
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

    // A few that are mapped to nothing lose nothing. Many are looked through first, unless a program has decided, and so
    // is what was dragged, which happens by accident.
    const isDecided = invocation.skillId !== undefined && !invocation.confirm;
    const asks = invocation.dragged === true || (isMany(ids.length) && !isDecided);
    const read = await mappingsNow(ids, !asks, services);
    if ('type' in read) return read;
    const { now, problems } = read;
    const free = now.filter(({ mapping }) => mapping.type === 'notMapped');
    const [other] = mappedOnly(now).filter((each) => !isSameSkill(each.skillId, skillId));
    if (free.length === 0) return other ? alreadyMapped(other, skillId, services) : DONE;
    const chosen = asks
      ? await confirmAct(
          free.map(({ serviceProviderId, name }) => ({
            serviceProviderId,
            name,
            change: vscode.l10n.t('not mapped → {0}', shortId(skillId)),
            line: name,
          })),
          problems,
          {
            title: vscode.l10n.t('Map to {0}', skillId),
            question: (count, name) =>
              count === 1 ? vscode.l10n.t('Map {0}?', name) : vscode.l10n.t('Map {0} service providers?', count),
            heading: vscode.l10n.t('New: {0}', skillId),
            consequence: vscode.l10n.t('The new skill handles the calls from then on.'),
            button: vscode.l10n.t('Map'),
          },
        )
      : free.map(({ serviceProviderId }) => serviceProviderId);
    if (!chosen) return DISMISSED;
    const leftOut = meant(invocation, ids) - free.length - problems.length;
    return applyChanges(
      chosen.map((serviceProviderId) => ({
        change: { operation: 'create', serviceProviderId, skillId },
        replaces: { type: 'notMapped' },
      })),
      {
        title: vscode.l10n.t('Mapping {0} to {1}', nameOf(chosen, services), skillId),
        leftOut: leftOut > 0 ? vscode.l10n.t('{0} mapped already.', leftOut) : undefined,
        problems,
        again: (again) => run('createMapping', { serviceProviderIds: again, skillId, confirm: true }),
      },
      services,
    );
  },
};
