import * as vscode from 'vscode';
import { applyChanges } from './applyChanges';
import { DISMISSED, type Command } from './command';
import { leftOut, linesOf, mappedOnly, nothingMapped, type Mapped } from './mapped';
import { mappingsNow } from './mappingsNow';
import { signedIn } from './signedIn';
import { meant, targets } from './targets';

/** Deletes mappings, always after asking; the service providers themselves stay. */
export const deleteMapping: Command = {
  id: 'deleteMapping',
  async run(invocation, services) {
    const ids = await targets(invocation, services, {
      title: vscode.l10n.t('Delete Mapping'),
      suits: ({ id }) => services.providers.status(id).known?.mapping.type !== 'notMapped',
      noneSuits: vscode.l10n.t('These service providers are not mapped.'),
    });
    if ('type' in ids) return ids;
    if (!(await signedIn(services))) return DISMISSED;
    const now = await mappingsNow(ids, services);
    if ('type' in now) return now;
    const mapped = mappedOnly(now);
    if (mapped.length === 0) return nothingMapped(ids, services);
    if (!(await confirmed(mapped))) return DISMISSED;
    const [first] = mapped;
    return applyChanges(
      mapped.map(({ serviceProviderId }) => ({ operation: 'delete', serviceProviderId })),
      mapped.length === 1
        ? vscode.l10n.t('Deleting the mapping of {0}', first?.name ?? '')
        : vscode.l10n.t('Deleting {0} mappings', mapped.length),
      services,
      leftOut(meant(invocation, ids) - mapped.length),
    );
  },
};

async function confirmed(mapped: readonly Mapped[]): Promise<boolean> {
  const [first] = mapped;
  const question =
    mapped.length === 1
      ? vscode.l10n.t('Delete the mapping of {0}?', first?.name ?? '')
      : vscode.l10n.t('Delete {0} mappings?', mapped.length);
  const stopping = linesOf(mapped, ({ name, skillId }) =>
    vscode.l10n.t('{0} no longer handles the calls of {1}.', skillId, name),
  );
  const lines =
    mapped.length === 1
      ? vscode.l10n.t('{0}\nService provider: {1}', stopping, first?.serviceProviderId ?? '')
      : stopping;
  const stays =
    mapped.length === 1
      ? vscode.l10n.t('The service provider itself stays, and can be mapped again.')
      : vscode.l10n.t('The service providers themselves stay, and can be mapped again.');
  const button = vscode.l10n.t('Delete Mapping');
  const chosen = await vscode.window.showWarningMessage(
    question,
    { modal: true, detail: `${lines}\n\n${stays}` },
    button,
  );
  return chosen === button;
}
