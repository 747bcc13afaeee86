import * as vscode from 'vscode';
import { shortId } from '../core/identifiers';
import { applyChanges } from './applyChanges';
import { DISMISSED, type Command } from './command';
import { confirmAct } from './confirmAct';
import { leftOut, mappedOnly, nothingMapped, type Mapped } from './mapped';
import { mappingsNow, type Problem } from './mappingsNow';
import { run } from './run';
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
    const read = await mappingsNow(ids, false, services);
    if ('type' in read) return read;
    const mapped = mappedOnly(read.now);
    if (mapped.length === 0) return nothingMapped(ids, services);
    const chosen = await confirmed(mapped, read.problems);
    if (!chosen) return DISMISSED;
    const taken = new Set(chosen);
    const first = mapped.find(({ serviceProviderId }) => serviceProviderId === chosen[0]);
    return applyChanges(
      mapped
        .filter(({ serviceProviderId }) => taken.has(serviceProviderId))
        .map(({ serviceProviderId, skillId }) => ({
          change: { operation: 'delete', serviceProviderId },
          replaces: { type: 'mapped', skillId },
        })),
      {
        title:
          chosen.length === 1
            ? vscode.l10n.t('Deleting the mapping of {0}', first?.name ?? '')
            : vscode.l10n.t('Deleting {0} mappings', chosen.length),
        leftOut: leftOut(meant(invocation, ids) - mapped.length - read.problems.length),
        problems: read.problems,
        again: (again) => run('deleteMapping', { serviceProviderIds: again }),
      },
      services,
    );
  },
};

async function confirmed(
  mapped: readonly Mapped[],
  problems: readonly Problem[],
): Promise<readonly string[] | undefined> {
  const [first] = mapped;
  const button = vscode.l10n.t('Delete Mapping');
  const stops = ({ name, skillId }: Mapped) => vscode.l10n.t('{0} no longer handles the calls of {1}.', skillId, name);
  if (first && mapped.length === 1 && problems.length === 0) {
    const lines = vscode.l10n.t('{0}\nService provider: {1}', stops(first), first.serviceProviderId);
    const stays = vscode.l10n.t('The service provider itself stays, and can be mapped again.');
    const answer = await vscode.window.showWarningMessage(
      vscode.l10n.t('Delete the mapping of {0}?', first.name),
      { modal: true, detail: `${lines}\n\n${stays}` },
      button,
    );
    return answer === button ? [first.serviceProviderId] : undefined;
  }
  return confirmAct(
    mapped.map((each) => ({
      serviceProviderId: each.serviceProviderId,
      name: each.name,
      change: vscode.l10n.t('{0} → not mapped', shortId(each.skillId)),
      line: stops(each),
    })),
    problems,
    {
      title: vscode.l10n.t('Delete Mapping'),
      question: (count, name) =>
        count === 1 ? vscode.l10n.t('Delete the mapping of {0}?', name) : vscode.l10n.t('Delete {0} mappings?', count),
      consequence: vscode.l10n.t('The service providers themselves stay, and can be mapped again.'),
      button,
    },
  );
}
