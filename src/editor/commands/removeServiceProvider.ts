import * as vscode from 'vscode';
import { escapeLinks } from '../prompts/escapeUiText';
import { DISMISSED, SUCCEEDED, type Command, type CommandContext } from '../commandRunner/command';
import { notifyOutcome } from '../commandRunner/notifyOutcome';
import { displayName } from '../commandRunner/displayName';
import { resolveTargets } from '../commandRunner/targets';
import { withSettingsErrors } from '../commandRunner/settingsErrors';

/** Removes service providers from the list in the settings. Their mappings are unchanged, so this can be undone. */
export const removeServiceProvider: Command<'removeServiceProvider'> = {
  async run(call, services) {
    const ids = await resolveTargets(call, services, { title: vscode.l10n.t('Remove from List') });
    if ('type' in ids) return ids;
    const name = displayName(ids, services);
    // A key is pressed by mistake more easily than an item of a menu is chosen.
    const isByKey = call.source.type === 'tree' && call.source.byKey === true;
    if (isByKey && !(await confirmRemoval(name))) return DISMISSED;
    return withSettingsErrors(async () => {
      const putBack = await services.setting.remove(ids);
      void offerUndo(name, putBack, services);
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

async function offerUndo(name: string, putBack: () => Promise<void>, services: CommandContext): Promise<void> {
  const undo = vscode.l10n.t('Undo');
  const chosen = await vscode.window.showInformationMessage(
    escapeLinks(vscode.l10n.t('Removed {0} from the list. Its mapping is unchanged.', name)),
    undo,
  );
  if (chosen !== undo) return;
  const outcome = await withSettingsErrors(async () => {
    await putBack();
    return SUCCEEDED;
  });
  await notifyOutcome(outcome, services);
}
