import * as vscode from 'vscode';
import { checkName } from '../../core/model/identifiers';
import { DISMISSED, type Command } from '../commandRunner/command';
import { displayName } from '../commandRunner/displayName';
import { ensureSignedIn } from '../commandRunner/ensureSignedIn';
import { renameProvider } from '../commandRunner/renameProvider';
import { resolveTargets } from '../commandRunner/targets';
import { BACK, promptForText } from '../prompts/promptForText';
import { withCancellableProgress } from '../prompts/withCancellableProgress';

/** Changes the display name that the service has of a service provider. The name in the list stays as it is. */
export const renameAtAmazon: Command<'renameAtAmazon'> = {
  async run(call, services) {
    const ids = await resolveTargets(call, services, { title: vscode.l10n.t('Rename at Amazon') });
    if ('type' in ids) return ids;
    const [id, ...others] = ids;
    if (id === undefined) return DISMISSED;
    if (others.length > 0) {
      return { type: 'rejected', message: vscode.l10n.t('You can rename only one service provider at a time.') };
    }
    if (!(await ensureSignedIn(services))) return DISMISSED;
    const shown = services.providers.sender(id);
    const name = displayName([id], services);
    const client = await services.onboarding();
    const { result, stopped } = await withCancellableProgress(
      vscode.l10n.t('Reading the service provider {0}', name),
      (abortSignal) => client.read(id, { expected: shown, urgent: true, interactive: true, abortSignal }),
    );
    if (stopped) return DISMISSED;
    // What cannot be read is told once the user is asked to confirm.
    const before = result.ok && result.value.type === 'exists' ? result.value.displayName : undefined;
    const newName = await promptForText({
      title: vscode.l10n.t('Rename at Amazon'),
      prompt: vscode.l10n.t(
        'Display name of {0} at Amazon, which uses it only for its own statistics. The name in the list stays as it is.',
        name,
      ),
      placeholder: vscode.l10n.t('Name'),
      value: before ?? '',
      check: (text) =>
        text.trim() === '' ? { ok: false, problem: vscode.l10n.t('Enter a display name.') } : checkName(text),
    });
    if (newName === undefined || newName === BACK) return DISMISSED;
    return renameProvider(id, newName, shown, services);
  },
};
