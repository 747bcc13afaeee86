import * as vscode from 'vscode';
import { describeFailure } from '../../core/failures/failureMessages';
import { DISMISSED, SUCCEEDED, type Command, type CommandOutcome, type CommandContext } from '../commandRunner/command';
import { displayName } from '../commandRunner/displayName';
import { readMappings } from '../commandRunner/readMappings';
import { ensureSignedIn } from '../commandRunner/ensureSignedIn';
import { resolveTargets } from '../commandRunner/targets';

/** Reads the mappings of all service providers. */
export const refresh: Command<'refresh'> = {
  run: (_call, services) =>
    read(
      services.providers.providers.map(({ id }) => id),
      services,
    ),
};

/** Reads the mappings of some service providers. */
export const refreshServiceProvider: Command<'refreshServiceProvider'> = {
  async run(call, services) {
    const ids = await resolveTargets(call, services, { title: vscode.l10n.t('Refresh Service Provider') });
    return 'type' in ids ? ids : read(ids, services);
  },
};

async function read(ids: readonly string[], services: CommandContext): Promise<CommandOutcome> {
  if (ids.length === 0) return SUCCEEDED;
  if (!(await ensureSignedIn(services))) return DISMISSED;
  const result = await readMappings(ids, services, { asksAgain: true });
  if ('canceledAfter' in result) {
    return {
      type: 'canceled',
      message: vscode.l10n.t('Canceled. {0} of {1} mappings read.', result.canceledAfter, ids.length),
    };
  }
  // The end of a session has its own message (`sessionEnded.ts`).
  const ended = new Set(
    result.failures.flatMap(({ kind, signIn, account }) => (kind === 'signedOut' && signIn ? [account] : [])),
  );
  const [failure, ...others] = result.failures.filter(
    ({ kind, account }) => kind !== 'signedOut' || !ended.has(account),
  );
  if (!failure) return SUCCEEDED;
  // The view shows an outage in each row and above the rows, retries automatically, and shows when it has ended.
  const isOutageShown =
    services.providers.commonReadError === 'unreachable' && ids.every((id) => services.rows.isShown(id));
  if (isOutageShown) return { type: 'failed', failure };
  const { title } = describeFailure(failure);
  const message =
    others.length > 0
      ? vscode.l10n.t('{0} of {1} mappings could not be read. {2}.', others.length + 1, ids.length, title)
      : vscode.l10n.t(
          'The mapping of {0} could not be read. {1}.',
          displayName([failure.serviceProviderId], services),
          title,
        );
  return { type: 'failed', failure, message, isBulk: others.length > 0 };
}
