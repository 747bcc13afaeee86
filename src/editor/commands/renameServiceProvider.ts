import * as vscode from 'vscode';
import { checkName } from '../../core/model/identifiers';
import { promptForText, BACK } from '../prompts/promptForText';
import { DISMISSED, SUCCEEDED, type Command } from '../commandRunner/command';
import { refuseOfFile, resolveTargets } from '../commandRunner/targets';
import { withSettingsErrors } from '../commandRunner/settingsErrors';

/** Changes the display name of a service provider, which is not sent to Amazon. */
export const renameServiceProvider: Command<'renameServiceProvider'> = {
  async run(call, services) {
    const ids = await resolveTargets(call, services, { title: vscode.l10n.t('Rename') });
    if ('type' in ids) return ids;
    const refusal = refuseOfFile(ids, services);
    if (refusal) return refusal;
    const [id, ...others] = ids;
    if (id === undefined) return DISMISSED;
    if (others.length > 0) {
      return { type: 'rejected', message: vscode.l10n.t('You can rename only one service provider at a time.') };
    }
    const before = services.providers.provider(id)?.name ?? '';
    const name = await promptForText({
      title: vscode.l10n.t('Rename'),
      prompt: vscode.l10n.t('Display name for {0}. Leave it empty to show the ID.', id),
      value: before,
      check: checkName,
    });
    if (name === undefined || name === BACK) return DISMISSED;
    if (name === before) return SUCCEEDED;
    return withSettingsErrors(async () => {
      await services.setting.rename(id, name);
      return SUCCEEDED;
    });
  },
};
