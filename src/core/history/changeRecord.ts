import type { FailureKind } from '../failures/apiFailure';
import type { ChangeOperation, NetworkMapping } from '../model/networkMapping';

/** A change of one mapping as recorded before it is sent. Contains no secrets: no token, no service-provided text. */
export interface ChangeStarted {
  /** The ID of this change. */
  readonly id: string;
  /** Shared by all changes of one operation, such as a remap of many service providers. */
  readonly operationId: string;
  /** How many service providers were selected for the operation, including those without a change. */
  readonly selected?: number;
  /** The change that this one undoes. */
  readonly revertsChangeId?: string;
  /** Unix time in milliseconds. */
  readonly startedAtMs: number;
  readonly serviceProviderId: string;
  /** The service provider's name in the list at that time. */
  readonly name?: string;
  /** The name of the account that sends it. */
  readonly account?: string;
  /** The API endpoint that it is sent to. */
  readonly endpoint: string;
  readonly operation: ChangeOperation;
  /** The mapping before the change; missing if unknown. */
  readonly before?: NetworkMapping;
  /** The mapping requested by the change. */
  readonly target: NetworkMapping;
}

/**
 * - `succeeded`: the service has the requested mapping.
 * - `failed`: it has not; `actual` is its mapping, if that could be read.
 * - `notSent`: stopped, or rejected by this program, before anything was sent.
 * - `unconfirmed`: unknown whether it took effect, or still may; `actual` is the mapping read last, if any.
 */
export type ChangeResult = 'succeeded' | 'failed' | 'notSent' | 'unconfirmed';

/** The outcome of a change. */
export interface ChangeCompleted {
  readonly id: string;
  /** Unix time in milliseconds. */
  readonly completedAtMs: number;
  readonly result: ChangeResult;
  /** The mapping at that time, if known. */
  readonly actual?: NetworkMapping;
  /** Why it did not succeed at once. */
  readonly failure?: FailureKind;
  /** The HTTP status of the last response to it, if any. */
  readonly status?: number;
  readonly requestId?: string;
  /** It was found open at a later start and completed by reading its mapping. */
  readonly recovered?: true;
}

/** A change and, unless it is still open, its outcome. */
export interface ChangeRecord extends ChangeStarted {
  readonly completed?: ChangeCompleted;
}
