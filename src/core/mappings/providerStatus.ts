import type { ApiFailure, Result } from '../failures/apiFailure';
import type {
  ChangeOperation,
  MappingSnapshot,
  NetworkMapping,
  Operation,
  UnconfirmedChange,
} from '../model/networkMapping';
import type { Wait } from '../failures/waitReason';
import { isFinal, type Existence } from './existence';

/** Everything this window knows about one service provider's mapping. Changes only through {@link reduceStatus}. */
export interface ProviderStatus {
  /** The mapping read last. Kept while newer requests fail. */
  readonly lastKnown?: MappingSnapshot;
  /** Whether there is the service provider, if `lastKnown` is that nothing is mapped and this was asked. */
  readonly existence?: Existence;
  /** Why the mapping cannot be read now. While set, `lastKnown` may be wrong. */
  readonly readError?: ApiFailure;
  /** Why the latest read or write failed. The error details explain it. */
  readonly lastFailure?: ApiFailure;
  /**
   * `lastKnown` was read with another session, perhaps of another account, or another window has changed the mapping
   * since.
   */
  readonly stale?: true;
  /** The request in progress. */
  readonly inFlight?: Operation;
  /** What the request in progress waits for before it is retried. */
  readonly wait?: Wait;
  /** The queued change of a bulk operation. */
  readonly queued?: ChangeOperation;
  /** The newest unconfirmed change. Removed by the first read that shows its outcome. */
  readonly unconfirmed?: ExplainedUnconfirmedChange;
}

/** An unconfirmed change, with the failure that left it unconfirmed. */
export type ExplainedUnconfirmedChange = UnconfirmedChange & { readonly failure: ApiFailure };

export type StatusEvent =
  | { readonly type: 'queued'; readonly operation: ChangeOperation }
  /** It will not be started. */
  | { readonly type: 'dequeued' }
  | { readonly type: 'started'; readonly operation: Operation }
  /** The request in progress is about to be retried. */
  | { readonly type: 'waiting'; readonly wait: Wait }
  | { readonly type: 'markedStale' }
  /** A read was superseded; its result is unknown. */
  | { readonly type: 'abandoned' }
  /**
   * The mapping was read; `failure` is that of a write which made the read necessary. Without `existence`, what was known
   * of it is kept if it still holds.
   */
  | {
      readonly type: 'read';
      readonly reading: MappingSnapshot;
      readonly failure?: ApiFailure;
      readonly existence?: Existence | undefined;
    }
  /** It was asked whether there is a service provider that is not mapped. */
  | { readonly type: 'lookedUp'; readonly existence: Existence }
  | { readonly type: 'readFailed'; readonly failure: ApiFailure; readonly writeFailure?: ApiFailure }
  /** The newest unconfirmed change, if any. */
  | { readonly type: 'unconfirmed'; readonly unconfirmed: ExplainedUnconfirmedChange | undefined };

/** Returns the event of a read that has ended just now. */
export function eventAfterRead(result: Result<NetworkMapping>): StatusEvent {
  if (result.ok) return { type: 'read', reading: { mapping: result.value, readAtMs: Date.now() } };
  return { type: 'readFailed', failure: result.failure };
}

export const INITIAL_STATUS: ProviderStatus = {};

export function reduceStatus(status: ProviderStatus, event: StatusEvent): ProviderStatus {
  switch (event.type) {
    case 'queued':
      return { ...status, queued: event.operation };
    case 'dequeued':
      return withoutQueue(status);
    case 'started':
      return { ...(event.operation === 'get' ? status : withoutQueue(status)), inFlight: event.operation };
    case 'waiting':
      return status.inFlight ? { ...status, wait: event.wait } : status;
    case 'abandoned':
      return atRest(status);
    case 'markedStale': {
      // A canceled read was left to the user, who canceled it in another situation.
      const { readError, ...others } = status;
      const before = readError?.kind === 'canceled' ? others : status;
      return before.lastKnown ? { ...before, stale: true } : before;
    }
    case 'read': {
      const { queued, unconfirmed } = status;
      const isMapped = event.reading.mapping.type === 'mapped';
      const existence = isMapped ? undefined : (event.existence ?? rememberedExistence(status));
      const lastFailure = event.failure ?? unconfirmed?.failure ?? explanationOf(existence);
      return {
        lastKnown: event.reading,
        ...(existence && { existence }),
        ...(lastFailure && { lastFailure }),
        ...(queued && { queued }),
        ...(unconfirmed && { unconfirmed }),
      };
    }
    case 'lookedUp': {
      const { existence, lastFailure, ...before } = status;
      const isExplained = lastFailure !== explanationOf(existence);
      const failure = explanationOf(event.existence) ?? (isExplained ? lastFailure : undefined);
      return { ...before, existence: event.existence, ...(failure && { lastFailure: failure }) };
    }
    case 'readFailed': {
      const before = atRest(status);
      // A canceled read does not invalidate what was known before.
      if (event.failure.kind === 'canceled' && !event.writeFailure && before.lastKnown && !before.stale) return before;
      return { ...before, readError: event.failure, lastFailure: event.writeFailure ?? event.failure };
    }
    case 'unconfirmed': {
      const { unconfirmed, lastFailure, ...before } = status;
      // Remove its failure with it, unless that is also why the mapping cannot be read.
      const isExplained = lastFailure && (lastFailure !== unconfirmed?.failure || status.readError !== undefined);
      return {
        ...before,
        ...(isExplained && { lastFailure }),
        ...(event.unconfirmed && { unconfirmed: event.unconfirmed }),
      };
    }
  }
}

/** Returns the mapping read last, unless it is stale or unreadable now. */
export function certainReading({ lastKnown, readError, stale }: ProviderStatus): MappingSnapshot | undefined {
  return lastKnown && !readError && !stale ? lastKnown : undefined;
}

/** Returns what is known of a service provider's existence and still holds when its mapping is not found again. */
export function rememberedExistence({ lastKnown, stale, existence }: ProviderStatus): Existence | undefined {
  return lastKnown?.mapping.type === 'notMapped' && !stale && isFinal(existence) ? existence : undefined;
}

function explanationOf(existence: Existence | undefined): ApiFailure | undefined {
  return existence?.type === 'unknown' ? existence.failure : undefined;
}

function atRest({ inFlight, wait, ...status }: ProviderStatus): ProviderStatus {
  return status;
}

function withoutQueue({ queued, ...status }: ProviderStatus): ProviderStatus {
  return status;
}

/** What a row shows: one of six states. */
export type RowState =
  | { readonly type: 'mapped'; readonly skillId: string }
  | { readonly type: 'notMapped' }
  /** There is no such service provider. */
  | { readonly type: 'unknownProvider' }
  | { readonly type: 'checking' }
  | { readonly type: 'signedOut' }
  | { readonly type: 'unreadable'; readonly readError: ApiFailure };

/**
 * Returns the state that a row shows.
 *
 * @param signedIn undefined while the stored sessions are being read
 */
export function rowState(status: ProviderStatus, signedIn: boolean | undefined): RowState {
  if (status.inFlight) return { type: 'checking' };
  if (signedIn === false) return { type: 'signedOut' };
  if (status.readError) return { type: 'unreadable', readError: status.readError };
  return (status.stale ? undefined : knownState(status)) ?? { type: 'checking' };
}

/** Returns what the last read showed; undefined as long as it is not known what it means that nothing was found. */
export function knownState({
  lastKnown,
  existence,
}: ProviderStatus): NetworkMapping | { readonly type: 'unknownProvider' } | undefined {
  if (lastKnown?.mapping.type !== 'notMapped') return lastKnown?.mapping;
  if (existence?.type === 'unknown') return { type: 'unknownProvider' };
  return existence?.type === 'pending' ? undefined : lastKnown.mapping;
}
