import type { ApiFailure } from '../failures/apiFailure';
import type { ChangeOperation, Operation, MappingSnapshot, UnconfirmedChange } from '../model/networkMapping';
import type { Wait } from '../failures/waitReason';

/** Everything this window knows about one service provider's mapping. Changes only through {@link reduceStatus}. */
export interface ProviderStatus {
  /** What the service last said. Stays while newer requests fail, so that nothing known is lost. */
  readonly lastKnown?: MappingSnapshot;
  /** Why the mapping cannot be told now. While it is set, `known` may no longer be so. */
  readonly readError?: ApiFailure;
  /** Why the newest act did not succeed, be it a read or a write. Explained by the error details. */
  readonly lastFailure?: ApiFailure;
  /** `known` was read with another session, perhaps of another account, or another window has changed the mapping since. */
  readonly stale?: true;
  /** The request that is under way. */
  readonly inFlight?: Operation;
  /** What the request under way waits for, where it is to be sent again. */
  readonly wait?: Wait;
  /** The change that is to be sent when its turn comes, as part of an act on many service providers. */
  readonly queued?: ChangeOperation;
  /** The newest change whose outcome is not confirmed yet. Ends with the first reading that tells what became of it. */
  readonly unconfirmed?: ExplainedUnconfirmedChange;
}

/** With why it is unconfirmed. */
export type ExplainedUnconfirmedChange = UnconfirmedChange & { readonly failure: ApiFailure };

export type StatusEvent =
  | { readonly type: 'queued'; readonly operation: ChangeOperation }
  /** Its turn will not come. */
  | { readonly type: 'unqueued' }
  | { readonly type: 'started'; readonly operation: Operation }
  /** The request that is under way is to be sent again. */
  | { readonly type: 'waiting'; readonly wait: Wait }
  | { readonly type: 'markedStale' }
  /** A read was given up for something newer; nothing was learned. */
  | { readonly type: 'givenUp' }
  /** The service told the mapping; `failure` is that of a write which made it necessary to ask. */
  | { readonly type: 'read'; readonly reading: MappingSnapshot; readonly failure?: ApiFailure }
  | { readonly type: 'readFailed'; readonly failure: ApiFailure; readonly writeFailure?: ApiFailure }
  /** Which change is unconfirmed from now on, if any. */
  | { readonly type: 'unconfirmed'; readonly unconfirmed: ExplainedUnconfirmedChange | undefined };

export const INITIAL_STATUS: ProviderStatus = {};

export function reduceStatus(status: ProviderStatus, event: StatusEvent): ProviderStatus {
  switch (event.type) {
    case 'queued':
      return { ...status, queued: event.operation };
    case 'unqueued':
      return withoutQueue(status);
    case 'started':
      return { ...(event.operation === 'get' ? status : withoutQueue(status)), inFlight: event.operation };
    case 'waiting':
      return status.inFlight ? { ...status, wait: event.wait } : status;
    case 'givenUp':
      return atRest(status);
    case 'markedStale':
      return status.lastKnown ? { ...status, stale: true } : status;
    case 'read': {
      const { queued, unconfirmed } = status;
      const lastFailure = event.failure ?? unconfirmed?.failure;
      return {
        lastKnown: event.reading,
        ...(lastFailure && { lastFailure }),
        ...(queued && { queued }),
        ...(unconfirmed && { unconfirmed }),
      };
    }
    case 'readFailed': {
      const before = atRest(status);
      // A read that was cancelled says nothing against what was known before.
      if (event.failure.kind === 'cancelled' && !event.writeFailure && before.lastKnown && !before.stale) return before;
      return { ...before, readError: event.failure, lastFailure: event.writeFailure ?? event.failure };
    }
    case 'unconfirmed': {
      const { unconfirmed, lastFailure, ...before } = status;
      // Its failure ends with it, unless that is why the mapping cannot be told.
      const isExplained = lastFailure && (lastFailure !== unconfirmed?.failure || status.readError !== undefined);
      return {
        ...before,
        ...(isExplained && { lastFailure }),
        ...(event.unconfirmed && { unconfirmed: event.unconfirmed }),
      };
    }
  }
}

/** The mapping as it was read last, where nothing speaks against it. */
export function certainReading({ lastKnown, readError, stale }: ProviderStatus): MappingSnapshot | undefined {
  return lastKnown && !readError && !stale ? lastKnown : undefined;
}

function atRest({ inFlight, wait, ...status }: ProviderStatus): ProviderStatus {
  return status;
}

function withoutQueue({ queued, ...status }: ProviderStatus): ProviderStatus {
  return status;
}

/** What a row says, in the five states of the interface. */
export type RowState =
  | { readonly type: 'mapped'; readonly skillId: string }
  | { readonly type: 'notMapped' }
  | { readonly type: 'checking' }
  | { readonly type: 'signedOut' }
  | { readonly type: 'unreadable'; readonly readError: ApiFailure };

/**
 * @param signedIn undefined while nobody knows yet
 */
export function rowState(status: ProviderStatus, signedIn: boolean | undefined): RowState {
  if (status.inFlight) return { type: 'checking' };
  if (signedIn === false) return { type: 'signedOut' };
  if (status.readError) return { type: 'unreadable', readError: status.readError };
  return status.lastKnown && !status.stale ? status.lastKnown.mapping : { type: 'checking' };
}
