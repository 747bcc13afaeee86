import * as vscode from 'vscode';
import { isSameSkill, shortId } from '../core/identifiers';
import { applyChanges } from './applyChanges';
import { askForSkill } from './askForSkill';
import { DISMISSED, type Command } from './command';
import { confirmAct } from './confirmAct';
import { leftOut, mappedOnly, nothingMapped, type Mapped } from './mapped';
import { mappingsNow, type Problem } from './mappingsNow';
import { nameOf } from './nameOf';
import { run } from './run';
import { signedIn } from './signedIn';
import { meant, targets } from './targets';

/** Remaps service providers to another skill, after showing what each is mapped to now. */
export const updateMapping: Command = {
  id: 'updateMapping',
  async run(invocation, services) {
    const ids = await targets(invocation, services, {
      title: vscode.l10n.t('Remap to Skill'),
      suits: ({ id }) => services.providers.status(id).known?.mapping.type !== 'notMapped',
      noneSuits: vscode.l10n.t('These service providers are not mapped yet. Use Map to Skill… for that.'),
    });
    if ('type' in ids) return ids;
    if (!(await signedIn(services))) return DISMISSED;
    const skillId =
      invocation.skillId ??
      (await askForSkill(vscode.l10n.t('Remap {0} to Skill', nameOf(ids, services)), ids, services));
    if (skillId === undefined) return DISMISSED;

    // With the skill in its argument, a keybinding or another extension has decided already.
    const isDecided = invocation.skillId !== undefined && !invocation.confirm;
    const read = await mappingsNow(ids, isDecided, services);
    if ('type' in read) return read;
    const mapped = mappedOnly(read.now);
    if (mapped.length === 0) return nothingMapped(ids, services, skillId);
    const moving = mapped.filter((each) => !isSameSkill(each.skillId, skillId));
    if (moving.length === 0) {
      return {
        type: 'refused',
        message: vscode.l10n.t('{0}: already mapped to {1}.', nameOf(ids, services), skillId),
      };
    }
    const chosen = isDecided
      ? moving.map(({ serviceProviderId }) => serviceProviderId)
      : await confirmed(moving, read.problems, skillId);
    if (!chosen) return DISMISSED;
    const taken = new Set(chosen);
    const first = moving.find(({ serviceProviderId }) => serviceProviderId === chosen[0]);
    return applyChanges(
      moving
        .filter(({ serviceProviderId }) => taken.has(serviceProviderId))
        .map(({ serviceProviderId, skillId: before }) => ({
          change: { operation: 'update', serviceProviderId, skillId },
          replaces: { type: 'mapped', skillId: before },
        })),
      {
        title:
          chosen.length === 1
            ? vscode.l10n.t('Remapping {0}: {1} → {2}', first?.name ?? '', first?.skillId ?? '', skillId)
            : vscode.l10n.t('Remapping {0} service providers to {1}', chosen.length, skillId),
        leftOut: leftOut(meant(invocation, ids) - mapped.length - read.problems.length),
        problems: read.problems,
        again: (again) => run('updateMapping', { serviceProviderIds: again, skillId, confirm: true }),
      },
      services,
    );
  },
};

async function confirmed(
  moving: readonly Mapped[],
  problems: readonly Problem[],
  skillId: string,
): Promise<readonly string[] | undefined> {
  const [first] = moving;
  const button = vscode.l10n.t('Remap');
  const consequence = vscode.l10n.t('The new skill handles the calls from then on.');
  if (first && moving.length === 1 && problems.length === 0) {
    const lines = vscode.l10n.t(
      'Now: {1}\nNew: {2}\nService provider: {0}',
      first.serviceProviderId,
      first.skillId,
      skillId,
    );
    const answer = await vscode.window.showWarningMessage(
      vscode.l10n.t('Remap {0}?', first.name),
      { modal: true, detail: `${lines}\n\n${consequence}` },
      button,
    );
    return answer === button ? [first.serviceProviderId] : undefined;
  }
  return confirmAct(
    moving.map(({ serviceProviderId, name, skillId: before }) => ({
      serviceProviderId,
      name,
      change: vscode.l10n.t('{0} → {1}', shortId(before), shortId(skillId)),
      line: vscode.l10n.t('{0}, now {1}', name, before),
    })),
    problems,
    {
      title: vscode.l10n.t('Remap to {0}', skillId),
      question: (count, name) =>
        count === 1 ? vscode.l10n.t('Remap {0}?', name) : vscode.l10n.t('Remap {0} service providers?', count),
      heading: vscode.l10n.t('New: {0}', skillId),
      consequence,
      button,
    },
  );
}
