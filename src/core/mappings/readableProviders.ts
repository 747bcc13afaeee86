import type { MappingStore } from './mappingStore';

/** Which service providers a new session can read, by the outcomes of the reads after the sign-in. */
export interface ReadableProviders {
  /** All that the session serves. */
  readonly listed: number;
  readonly readable: number;
  /** The IDs of those that the service refused or does not know for this account. */
  readonly refused: readonly string[];
  /** How many could not be checked, because of the service or the connection. */
  readonly unchecked: number;
}

/**
 * Counts the service providers that a session can read. Sends nothing: the reads are those of the list.
 *
 * @param sinceMs when the session was stored, as a Unix time: earlier outcomes are those of another one
 * @returns undefined as long as one of them was not read, or none is served by the session
 */
export function readableProviders(
  store: Pick<MappingStore, 'providers' | 'sender' | 'status' | 'row'>,
  session: string,
  sinceMs: number,
): ReadableProviders | undefined {
  const served = store.providers.filter(({ id }) => store.sender(id).session === session);
  const outcomes = served.map(({ id }) => ({ id, outcome: outcomeOf(store, id, sinceMs) }));
  if (served.length === 0 || outcomes.some(({ outcome }) => outcome === 'pending')) return undefined;
  const of = (wanted: Outcome) => outcomes.filter(({ outcome }) => outcome === wanted);
  return {
    listed: served.length,
    readable: of('readable').length,
    refused: of('refused').map(({ id }) => id),
    unchecked: of('unchecked').length,
  };
}

type Outcome = 'readable' | 'refused' | 'unchecked' | 'pending';

function outcomeOf(store: Pick<MappingStore, 'status' | 'row'>, id: string, sinceMs: number): Outcome {
  const state = store.row(id);
  switch (state.type) {
    case 'checking':
    case 'signedOut':
      return 'pending';
    case 'unreadable': {
      const { kind, attempts } = state.readError;
      if ((attempts.at(-1)?.startedAtMs ?? 0) < sinceMs || kind === 'canceled') return 'pending';
      return kind === 'unauthorized' || kind === 'forbidden' ? 'refused' : 'unchecked';
    }
    case 'mapped':
    case 'notMapped':
    case 'unknownProvider':
      if ((store.status(id).lastKnown?.readAtMs ?? 0) < sinceMs) return 'pending';
      return state.type === 'unknownProvider' ? 'refused' : 'readable';
  }
}
