import type { FailureKind } from '../failures/apiFailure';
import type { ChangeOperation, NetworkMapping } from '../model/networkMapping';

/** A change of one mapping as it is noted before it is sent. Holds nothing secret: no token, no words of the service. */
export interface ChangeStarted {
  /** Of this change alone. */
  readonly id: string;
  /** Shared by all changes of one act, such as a remap of many service providers. */
  readonly operationId: string;
  /** How many service providers were selected for the act, whether or not a change of theirs was sent. */
  readonly selected?: number;
  /** The change that this one takes back. */
  readonly revertsChangeId?: string;
  /** Unix time in milliseconds. */
  readonly startedAtMs: number;
  readonly serviceProviderId: string;
  /** The service provider's name in the list of that time. */
  readonly name?: string;
  /** The name of the account that sends it. */
  readonly account?: string;
  /** The API endpoint that it is sent to. */
  readonly endpoint: string;
  readonly operation: ChangeOperation;
  /** What the service held before; missing when nobody knows. */
  readonly before?: NetworkMapping;
  /** What it is to hold afterwards. */
  readonly target: NetworkMapping;
}

/**
 * - `done`: the service holds what was wished for.
 * - `failed`: it does not; `holds` says what it holds, where it could be read.
 * - `notSent`: stopped, or refused by this program, before anything was sent.
 * - `inDoubt`: it may have taken effect, or may still; `holds` says what was read last, where anything could be.
 */
export type ChangeResult = 'done' | 'failed' | 'notSent' | 'inDoubt';

/** How a change ended. */
export interface ChangeCompleted {
  readonly id: string;
  /** Unix time in milliseconds. */
  readonly completedAtMs: number;
  readonly result: ChangeResult;
  /** What the service held then, where it is known. */
  readonly actual?: NetworkMapping;
  /** Why it did not succeed at once. */
  readonly failure?: FailureKind;
  /** The HTTP status of the last answer to it, where there was one. */
  readonly status?: number;
  readonly requestId?: string;
  /** It was found open at a later start, and ended by reading what is true. */
  readonly recovered?: true;
}

/** A change and, unless it is still open, how it ended. */
export interface ChangeRecord extends ChangeStarted {
  readonly completed?: ChangeCompleted;
}
