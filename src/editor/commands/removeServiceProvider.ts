import * as vscode from 'vscode';
import { inertMessage } from '../prompts/escapeUiText';
import { DONE, type Command, type Services } from '../commandRunner/command';
import { tell } from '../commandRunner/notifyOutcome';
import { nameOf } from '../commandRunner/displayName';
import { targets } from '../commandRunner/targets';
import { writeList } from '../commandRunner/settingsErrors';

/** Takes service providers off the list in the settings. Their mappings stay with the service, so this can be undone. */
export const removeServiceProvider: Command = {
  id: 'removeServiceProvider',
  async run(invocation, services) {
    const ids = await targets(invocation, services, { title: vscode.l10n.t('Remove from List') });
    if ('type' in ids) return ids;
    const name = nameOf(ids, services);
    return writeList(async () => {
      const putBack = await services.setting.remove(ids);
      void offerUndo(name, putBack, services);
      return DONE;
    });
  },
};

async function offerUndo(name: string, putBack: () => Promise<void>, services: Services): Promise<void> {
  const undo = vscode.l10n.t('Undo');
  const chosen = await vscode.window.showInformationMessage(
    inertMessage(vscode.l10n.t('Removed {0} from the list. What the service holds stays as it is.', name)),
    undo,
  );
  if (chosen !== undo) return;
  const ending = await writeList(async () => {
    await putBack();
    return DONE;
  });
  await tell(ending, services);
}
