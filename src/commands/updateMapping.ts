import * as vscode from 'vscode';
import { isSameSkill } from '../core/identifiers';
import { applyChanges } from './applyChanges';
import { askForSkill } from './askForSkill';
import { DISMISSED, type Command } from './command';
import { leftOut, linesOf, mappedOnly, nothingMapped, type Mapped } from './mapped';
import { mappingsNow } from './mappingsNow';
import { signedIn } from './signedIn';
import { nameOf } from './nameOf';
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

    const now = await mappingsNow(ids, services);
    if ('type' in now) return now;
    const mapped = mappedOnly(now);
    if (mapped.length === 0) return nothingMapped(ids, services, skillId);
    const moving = mapped.filter((each) => !isSameSkill(each.skillId, skillId));
    const [first] = moving;
    if (!first) {
      return {
        type: 'refused',
        message: vscode.l10n.t('{0}: already mapped to {1}.', nameOf(ids, services), skillId),
      };
    }
    // With the skill in its argument, a keybinding or another extension has decided already.
    const isDecided = invocation.skillId !== undefined && !invocation.confirm;
    if (!isDecided && !(await confirmed(moving, skillId))) return DISMISSED;
    const title =
      moving.length === 1
        ? vscode.l10n.t('Remapping {0}: {1} → {2}', first.name, first.skillId, skillId)
        : vscode.l10n.t('Remapping {0} service providers to {1}', moving.length, skillId);
    return applyChanges(
      moving.map(({ serviceProviderId }) => ({ operation: 'update', serviceProviderId, skillId })),
      title,
      services,
      leftOut(meant(invocation, ids) - mapped.length),
    );
  },
};

async function confirmed(moving: readonly Mapped[], skillId: string): Promise<boolean> {
  const [first] = moving;
  const isOne = moving.length === 1;
  const lines = isOne
    ? vscode.l10n.t(
        'Now: {1}\nNew: {2}\nService provider: {0}',
        first?.serviceProviderId ?? '',
        first?.skillId ?? '',
        skillId,
      )
    : vscode.l10n.t(
        'New: {0}\n\n{1}',
        skillId,
        linesOf(moving, ({ name, skillId: before }) => vscode.l10n.t('{0}, now {1}', name, before)),
      );
  const question = isOne
    ? vscode.l10n.t('Remap {0}?', first?.name ?? '')
    : vscode.l10n.t('Remap {0} service providers?', moving.length);
  const consequence = vscode.l10n.t('The new skill handles the calls from then on.');
  const button = vscode.l10n.t('Remap');
  const chosen = await vscode.window.showWarningMessage(
    question,
    { modal: true, detail: `${lines}\n\n${consequence}` },
    button,
  );
  return chosen === button;
}
