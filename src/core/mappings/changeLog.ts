import type { ChangeCompleted, NewMappingChange } from '../history/changeRecord';
import type { ApiFailure } from '../failures/apiFailure';
import { isReadOperation } from '../model/serviceProvider';
import { isSameMapping, isSettled, type MappingSnapshot } from '../model/networkMapping';
import type { ExplainedUnconfirmedChange } from './providerStatus';
import { matchesTarget, type ChangeOutcome } from './sendChange';

/** Records each change before it is sent, and its outcome afterwards: the journal. */
export interface ChangeLog {
  /**
   * Resolves with the record's ID once it would survive a crash.
   *
   * @throws if it could not be recorded; then nothing may be sent
   */
  begin(change: NewMappingChange): Promise<string>;
  /**
   * Records the outcome. A change completed as `unconfirmed` may be completed once more.
   *
   * @throws if it could not be recorded; it is recorded as soon as possible
   */
  complete(id: string, closing: ChangeCompletion): Promise<void>;
}

export type ChangeCompletion = Omit<ChangeCompleted, 'id' | 'completedAtMs'>;

/** Returns the outcome of a change for its journal record. */
export function completionOf(outcome: ChangeOutcome): ChangeCompletion {
  if (outcome.type === 'changedMeanwhile') return { result: 'notSent', actual: outcome.reading.mapping };
  if (outcome.type === 'succeeded') {
    const { reading, requestId, failure } = outcome;
    return {
      result: 'succeeded',
      actual: reading.mapping,
      ...(failure && ofFailure(failure)),
      ...(requestId !== undefined && { requestId }),
    };
  }
  if (outcome.type === 'notSent') return { result: 'notSent' };
  const { failure, reading } = outcome;
  // A failed read is the one before the change, which was then not sent.
  const isOfChange = !isReadOperation(failure.operation) && failure.attempts.length > 0;
  const sent = isOfChange && !(failure.kind === 'canceled' && failure.effect === 'none');
  const isKnown = outcome.type !== 'unconfirmed' && (reading !== undefined || failure.effect === 'none');
  return {
    result: sent ? (isKnown ? 'failed' : 'unconfirmed') : 'notSent',
    ...(reading && { actual: reading.mapping }),
    ...ofFailure(failure),
  };
}

/** Returns the outcome of an unconfirmed change, by a mapping that was read later. */
export function completionOfUnconfirmed(
  unconfirmed: ExplainedUnconfirmedChange,
  reading: MappingSnapshot,
): ChangeCompletion {
  const { change, before, alsoRequested, failure } = unconfirmed;
  const { mapping } = reading;
  // Any later change, by others or by this program, has removed the evidence.
  const isUntouched = !alsoRequested && (before === undefined || isSameMapping(mapping, before));
  const result = matchesTarget(mapping, change)
    ? 'succeeded'
    : isSettled(unconfirmed, reading) && isUntouched
      ? 'failed'
      : 'unconfirmed';
  return { result, actual: mapping, ...ofFailure(failure) };
}

/** Returns what the journal records of a failure. */
export function ofFailure({
  kind,
  status,
  requestId,
}: ApiFailure): Pick<ChangeCompletion, 'failure' | 'status' | 'requestId'> {
  return {
    failure: kind,
    ...(status !== undefined && { status }),
    ...(requestId !== undefined && { requestId }),
  };
}
