import type { Failure } from '../failures/apiFailure';
import type { ChangeOperation, Operation, Reading, UnconfirmedChange } from '../model/networkMapping';
import type { Wait } from '../failures/waitReason';

/** Everything this window knows about one service provider's mapping. Changes only through {@link nextStatus}. */
export interface ProviderStatus {
  /** What the service last said. Stays while newer requests fail, so that nothing known is lost. */
  readonly known?: Reading;
  /** Why the mapping cannot be told now. While it is set, `known` may no longer be so. */
  readonly doubt?: Failure;
  /** Why the newest act did not succeed, be it a read or a write. Explained by the error details. */
  readonly lastFailure?: Failure;
  /** `known` was read with another session, perhaps of another account, or another window has changed the mapping since. */
  readonly outdated?: true;
  /** The request that is under way. */
  readonly activity?: Operation;
  /** What the request under way waits for, where it is to be sent again. */
  readonly wait?: Wait;
  /** The change that is to be sent when its turn comes, as part of an act on many service providers. */
  readonly queued?: ChangeOperation;
  /** The newest change whose outcome is not confirmed yet. Ends with the first reading that tells what became of it. */
  readonly unconfirmed?: ExplainedUnconfirmedChange;
}

/** With why it is unconfirmed. */
export type ExplainedUnconfirmedChange = UnconfirmedChange & { readonly failure: Failure };

export type StatusEvent =
  | { readonly type: 'queued'; readonly operation: ChangeOperation }
  /** Its turn will not come. */
  | { readonly type: 'unqueued' }
  | { readonly type: 'started'; readonly operation: Operation }
  /** The request that is under way is to be sent again. */
  | { readonly type: 'waiting'; readonly wait: Wait }
  | { readonly type: 'outdated' }
  /** A read was given up for something newer; nothing was learned. */
  | { readonly type: 'givenUp' }
  /** The service told the mapping; `failure` is that of a write which made it necessary to ask. */
  | { readonly type: 'read'; readonly reading: Reading; readonly failure?: Failure }
  | { readonly type: 'readFailed'; readonly failure: Failure; readonly writeFailure?: Failure }
  /** Which change is unconfirmed from now on, if any. */
  | { readonly type: 'unconfirmed'; readonly unconfirmed: ExplainedUnconfirmedChange | undefined };

export const UNREAD: ProviderStatus = {};

export function nextStatus(status: ProviderStatus, event: StatusEvent): ProviderStatus {
  switch (event.type) {
    case 'queued':
      return { ...status, queued: event.operation };
    case 'unqueued':
      return withoutQueue(status);
    case 'started':
      return { ...(event.operation === 'get' ? status : withoutQueue(status)), activity: event.operation };
    case 'waiting':
      return status.activity ? { ...status, wait: event.wait } : status;
    case 'givenUp':
      return atRest(status);
    case 'outdated':
      return status.known ? { ...status, outdated: true } : status;
    case 'read': {
      const { queued, unconfirmed } = status;
      const lastFailure = event.failure ?? unconfirmed?.failure;
      return {
        known: event.reading,
        ...(lastFailure && { lastFailure }),
        ...(queued && { queued }),
        ...(unconfirmed && { unconfirmed }),
      };
    }
    case 'readFailed': {
      const before = atRest(status);
      // A read that was cancelled says nothing against what was known before.
      if (event.failure.kind === 'cancelled' && !event.writeFailure && before.known && !before.outdated) return before;
      return { ...before, doubt: event.failure, lastFailure: event.writeFailure ?? event.failure };
    }
    case 'unconfirmed': {
      const { unconfirmed, lastFailure, ...before } = status;
      // Its failure ends with it, unless that is why the mapping cannot be told.
      const isExplained = lastFailure && (lastFailure !== unconfirmed?.failure || status.doubt !== undefined);
      return {
        ...before,
        ...(isExplained && { lastFailure }),
        ...(event.unconfirmed && { unconfirmed: event.unconfirmed }),
      };
    }
  }
}

/** The mapping as it was read last, where nothing speaks against it. */
export function certainReading({ known, doubt, outdated }: ProviderStatus): Reading | undefined {
  return known && !doubt && !outdated ? known : undefined;
}

function atRest({ activity, wait, ...status }: ProviderStatus): ProviderStatus {
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
