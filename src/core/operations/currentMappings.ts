import * as l10n from '@vscode/l10n';
import type { MappingStore } from '../mappings/mappingStore';
import type { ApiFailure } from '../failures/apiFailure';
import type { ChangeSender, NetworkMapping, UnconfirmedChange } from '../model/networkMapping';
import { certainReading, knownState } from '../mappings/providerStatus';

/** A selected service provider and its freshly read mapping. */
export type CurrentMapping = {
  readonly serviceProviderId: string;
  /** With the ID if another one of the same operation has the same name. */
  readonly name: string;
} & (
  | {
      readonly type: 'read';
      readonly mapping: NetworkMapping;
      readonly sender: ChangeSender;
      readonly unconfirmed?: UnconfirmedChange;
      /** The service says that there is no such service provider. */
      readonly isUnknown?: true;
    }
  | { readonly type: 'failed'; readonly failure: ApiFailure }
  /** Removed from the list, or its read was superseded. */
  | { readonly type: 'notListed' | 'notRead' }
);

type Store = Pick<MappingStore, 'provider' | 'status' | 'sender'>;

/**
 * Returns the current mappings of service providers that were just read.
 *
 * @param failures of those that could not be read
 * @param beganAtMs start of the read, Unix time in milliseconds: an earlier reading is too old to decide on
 * @param earlierNames of those that may have left the list since
 */
export function currentMappings(
  ids: readonly string[],
  failures: readonly ApiFailure[],
  beganAtMs: number,
  store: Store,
  earlierNames: ReadonlyMap<string, string>,
): readonly CurrentMapping[] {
  const failed = new Map(failures.map((failure) => [failure.serviceProviderId, failure]));
  return [...distinctNames(ids, store, earlierNames)].map(([serviceProviderId, name]): CurrentMapping => {
    const failure = failed.get(serviceProviderId);
    if (!store.provider(serviceProviderId)) return { serviceProviderId, name, type: 'notListed' };
    if (failure) return { serviceProviderId, name, type: 'failed', failure };
    const status = store.status(serviceProviderId);
    const { unconfirmed } = status;
    const known = certainReading(status);
    if (!known || known.readAtMs < beganAtMs) return { serviceProviderId, name, type: 'notRead' };
    return {
      serviceProviderId,
      name,
      type: 'read',
      mapping: known.mapping,
      sender: store.sender(serviceProviderId),
      ...(unconfirmed && { unconfirmed }),
      ...(knownState(status)?.type === 'unknownProvider' && { isUnknown: true }),
    };
  });
}

/** Returns a display name for each, with the ID where several have the same name. */
function distinctNames(
  ids: readonly string[],
  store: Pick<Store, 'provider'>,
  earlierNames: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const nameOf = (id: string) => {
    const provider = store.provider(id);
    return (provider ? provider.name : earlierNames.get(id)) ?? id;
  };
  const names = new Map(ids.map((id) => [id, nameOf(id)]));
  const times = new Map<string, number>();
  for (const name of names.values()) times.set(name, (times.get(name) ?? 0) + 1);
  return new Map([...names].map(([id, name]) => [id, times.get(name) === 1 ? name : l10n.t('{0} ({1})', name, id)]));
}
