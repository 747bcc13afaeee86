import * as vscode from 'vscode';
import { explain } from '../core/explanation';
import type { Failure } from '../core/failure';
import type { NetworkMapping } from '../core/networkMapping';
import type { Ending, Services } from './command';
import { nameOf } from './nameOf';
import { readMappings } from './readMappings';

/** A service provider and what the service holds for it at this moment. */
export interface MappingNow {
  readonly serviceProviderId: string;
  /** With the id, where another one of the same act has the same name. */
  readonly name: string;
  readonly mapping: NetworkMapping;
}

/** A service provider that cannot take part in an act, and why. */
export interface Problem {
  readonly serviceProviderId: string;
  readonly name: string;
  /** Half a sentence, such as “not listed any more”. */
  readonly reason: string;
}

export interface MappingsNow {
  readonly now: readonly MappingNow[];
  readonly problems: readonly Problem[];
}

/**
 * Reads these service providers anew, so that what a person confirms is what the service holds and not what a row has
 * shown for an hour, and so that a mapping is never replaced unseen.
 *
 * @param allOrNothing whether one that cannot be read ends the act; otherwise it is a problem that the person is shown
 * @returns the ending instead when nothing can be changed
 */
export async function mappingsNow(
  ids: readonly string[],
  allOrNothing: boolean,
  services: Services,
): Promise<MappingsNow | Ending> {
  const began = Date.now();
  const read = await readMappings(ids, services);
  if ('type' in read) return read;
  const [failure] = read.failures;
  if (failure && (allOrNothing || read.failures.length === ids.length))
    return notRead(read.failures, failure, services);

  const failures = new Map(read.failures.map((each) => [each.serviceProviderId, each]));
  const names = distinctNames(ids, services);
  const now: MappingNow[] = [];
  const problems: Problem[] = [];
  for (const [serviceProviderId, name] of names) {
    const { known, doubt, outdated } = services.providers.status(serviceProviderId);
    const failed = failures.get(serviceProviderId);
    if (failed) problems.push({ serviceProviderId, name, reason: explain(failed).reason });
    else if (known && !doubt && !outdated && known.readAtMs >= began) {
      now.push({ serviceProviderId, name, mapping: known.mapping });
    } else problems.push({ serviceProviderId, name, reason: vscode.l10n.t('interrupted while it was read') });
  }
  const [problem] = problems;
  if (problem && (allOrNothing || now.length === 0)) {
    return {
      type: 'refused',
      message: vscode.l10n.t('{0} was interrupted while it was read. Try again.', problem.name),
    };
  }
  return { now, problems };
}

function notRead(failures: readonly Failure[], failure: Failure, services: Services): Ending {
  const { title } = explain(failure);
  const ofMany = failures.length > 1;
  const message = ofMany
    ? vscode.l10n.t('{0} mappings could not be read, so nothing was changed: {1}.', failures.length, title)
    : vscode.l10n.t(
        '{0} could not be read, so nothing was changed: {1}.',
        nameOf([failure.serviceProviderId], services),
        title,
      );
  return { type: 'failed', failure, message, ofMany };
}

/** A name for each, with the id where several have the same. */
function distinctNames(ids: readonly string[], services: Services): ReadonlyMap<string, string> {
  const names = new Map(ids.map((id) => [id, nameOf([id], services)]));
  const times = new Map<string, number>();
  for (const name of names.values()) times.set(name, (times.get(name) ?? 0) + 1);
  return new Map(
    [...names].map(([id, name]) => [id, times.get(name) === 1 ? name : vscode.l10n.t('{0} ({1})', name, id)]),
  );
}
