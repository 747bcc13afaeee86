import type { Failure } from './failure';
import type { Operation, Reading } from './networkMapping';

/** Everything this window knows about one service provider's mapping. Changes only through {@link nextStatus}. */
export interface ProviderStatus {
  /** What the service last said. Stays while newer requests fail, so that nothing known is lost. */
  readonly known?: Reading;
  /** Why the mapping cannot be told now. While it is set, `known` may no longer be so. */
  readonly doubt?: Failure;
  /** Why the newest act did not succeed, be it a read or a write. Explained by the error details. */
  readonly lastFailure?: Failure;
  /** Another session than the one that read `known` has begun since, perhaps of another account. */
  readonly outdated?: true;
  /** The request that is under way. */
  readonly activity?: Operation;
}

export type StatusEvent =
  | { readonly type: 'started'; readonly operation: Operation }
  | { readonly type: 'sessionBegan' }
  /** A read was given up for something newer; nothing was learned. */
  | { readonly type: 'givenUp' }
  /** The service told the mapping; `failure` is that of a write which made it necessary to ask. */
  | { readonly type: 'read'; readonly reading: Reading; readonly failure?: Failure }
  | { readonly type: 'readFailed'; readonly failure: Failure; readonly writeFailure?: Failure };

export const UNREAD: ProviderStatus = {};

export function nextStatus(status: ProviderStatus, event: StatusEvent): ProviderStatus {
  switch (event.type) {
    case 'started':
      return { ...status, activity: event.operation };
    case 'givenUp': {
      const { activity, ...before } = status;
      return before;
    }
    case 'sessionBegan':
      return status.known ? { ...status, outdated: true } : status;
    case 'read':
      return { known: event.reading, ...(event.failure && { lastFailure: event.failure }) };
    case 'readFailed': {
      const { activity, ...before } = status;
      // A read that was cancelled says nothing against what was known before.
      if (event.failure.kind === 'cancelled' && !event.writeFailure && before.known && !before.outdated) return before;
      return { ...before, doubt: event.failure, lastFailure: event.writeFailure ?? event.failure };
    }
  }
}

/** What a row says, in the five states of the interface. */
export type RowState =
  | { readonly type: 'mapped'; readonly skillId: string }
  | { readonly type: 'notMapped' }
  | { readonly type: 'checking' }
  | { readonly type: 'signedOut' }
  | { readonly type: 'unreadable'; readonly doubt: Failure };

/**
 * @param signedIn undefined while nobody knows yet
 */
export function rowState(status: ProviderStatus, signedIn: boolean | undefined): RowState {
  if (status.activity) return { type: 'checking' };
  if (signedIn === false) return { type: 'signedOut' };
  if (status.doubt) return { type: 'unreadable', doubt: status.doubt };
  return status.known && !status.outdated ? status.known.mapping : { type: 'checking' };
}
