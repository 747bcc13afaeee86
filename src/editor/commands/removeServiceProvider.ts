import * as vscode from 'vscode';
import { escapeLinks } from '../prompts/escapeUiText';
import { DISMISSED, SUCCEEDED, type Command, type CommandContext } from '../commandRunner/command';
import { notifyOutcome } from '../commandRunner/notifyOutcome';
import { displayName } from '../commandRunner/displayName';
import { refuseOfFile, resolveTargets } from '../commandRunner/targets';
import { withSettingsErrors } from '../commandRunner/settingsErrors';

/** Removes service providers from the list in the settings. Their mappings are unchanged, so this can be undone. */
export const removeServiceProvider: Command<'removeServiceProvider'> = {
  async run(call, services) {
    const ids = await resolveTargets(call, services, { title: vscode.l10n.t('Remove from List') });
    if ('type' in ids) return ids;
    const refusal = refuseOfFile(ids, services);
    if (refusal) return refusal;
    // A key is pressed by mistake more easily than an item of a menu is chosen.
    const isByKey = call.source.type === 'tree' && call.source.byKey === true;
    if (isByKey && !(await confirmRemoval(displayName(ids, services)))) return DISMISSED;
    const text = removedText(ids, services);
    return withSettingsErrors(async () => {
      const putBack = await services.setting.remove(ids);
      void offerUndo(text, putBack, services);
      return SUCCEEDED;
    });
  },
};

async function confirmRemoval(name: string): Promise<boolean> {
  const remove = vscode.l10n.t({
    message: 'Remove',
    comment: ['Button that removes service providers from the list in the settings.'],
  });
  const chosen = await vscode.window.showWarningMessage(
    escapeLinks(vscode.l10n.t('Remove {0} from the list?', name)),
    { modal: true, detail: vscode.l10n.t('Only the list changes. Mappings stay as they are.') },
    remove,
  );
  return chosen === remove;
}

/** Mentions mappings only if there are or may be some. */
function removedText(ids: readonly string[], services: CommandContext): string {
  const name = displayName(ids, services);
  const hasNone = (id: string) => services.providers.status(id).lastKnown?.mapping.type === 'notMapped';
  if (ids.every(hasNone)) return vscode.l10n.t('Removed {0} from the list.', name);
  return ids.length === 1
    ? vscode.l10n.t('Removed {0} from the list. Its mapping is unchanged.', name)
    : vscode.l10n.t('Removed {0} from the list. Their mappings are unchanged.', name);
}

async function offerUndo(text: string, putBack: () => Promise<void>, services: CommandContext): Promise<void> {
  const undo = vscode.l10n.t('Undo');
  const chosen = await vscode.window.showInformationMessage(escapeLinks(text), undo);
  if (chosen !== undo) return;
  const outcome = await withSettingsErrors(async () => {
    await putBack();
    return SUCCEEDED;
  });
  await notifyOutcome(outcome, services);
}
