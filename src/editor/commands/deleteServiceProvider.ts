import * as vscode from 'vscode';
import { DISMISSED, type Command } from '../commandRunner/command';
import { deleteProvider } from '../commandRunner/deleteProvider';
import { ensureSignedIn } from '../commandRunner/ensureSignedIn';
import { resolveTargets } from '../commandRunner/targets';

/** Deletes a service provider itself, always after a question that wants its name typed. */
export const deleteServiceProvider: Command<'deleteServiceProvider'> = {
  async run(call, services) {
    const ids = await resolveTargets(call, services, { title: vscode.l10n.t('Delete Service Provider') });
    if ('type' in ids) return ids;
    const [id, ...others] = ids;
    if (id === undefined) return DISMISSED;
    if (others.length > 0) {
      return { type: 'rejected', message: vscode.l10n.t('You can delete only one service provider at a time.') };
    }
    if (!(await ensureSignedIn(services))) return DISMISSED;
    return deleteProvider(id, services);
  },
};
