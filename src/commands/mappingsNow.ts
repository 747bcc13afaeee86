import * as vscode from 'vscode';
import { explain } from '../core/explanation';
import type { NetworkMapping } from '../core/networkMapping';
import type { Ending, Services } from './command';
import { nameOf } from './nameOf';
import { readMappings } from './readMappings';

/** A service provider and what the service holds for it at this moment. */
export interface MappingNow {
  readonly serviceProviderId: string;
  readonly name: string;
  readonly mapping: NetworkMapping;
}

/**
 * Reads these service providers anew, so that what a person confirms is what the service holds and not what a row has
 * shown for an hour, and so that a mapping is never replaced unseen.
 *
 * @returns the ending instead when one of them could not be read: then nothing is changed
 */
export async function mappingsNow(ids: readonly string[], services: Services): Promise<readonly MappingNow[] | Ending> {
  const began = Date.now();
  const read = await readMappings(ids, services);
  if ('type' in read) return read;
  const [failure, ...others] = read.failures;
  if (failure) {
    const { title } = explain(failure);
    const message =
      others.length > 0
        ? vscode.l10n.t('{0} mappings could not be read, so nothing was changed: {1}.', others.length + 1, title)
        : vscode.l10n.t(
            '{0} could not be read, so nothing was changed: {1}.',
            nameOf([failure.serviceProviderId], services),
            title,
          );
    return { type: 'failed', failure, message, ofMany: others.length > 0 };
  }
  const now: MappingNow[] = [];
  for (const serviceProviderId of ids) {
    const { known, doubt, outdated } = services.providers.status(serviceProviderId);
    const name = nameOf([serviceProviderId], services);
    if (!known || doubt || outdated || known.readAtMs < began) {
      return { type: 'refused', message: vscode.l10n.t('{0} was interrupted while it was read. Try again.', name) };
    }
    now.push({ serviceProviderId, name, mapping: known.mapping });
  }
  return now;
}
