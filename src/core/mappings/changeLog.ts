import type { ChangeCompleted, ChangeStarted } from '../history/changeRecord';
import type { ApiFailure } from '../failures/apiFailure';
import { isSameMapping, type MappingSnapshot } from '../model/networkMapping';
import type { ExplainedUnconfirmedChange } from './providerStatus';
import { matchesTarget, type ChangeOutcome } from './sendChange';

/** Where each change is noted before it is sent, and how it ended afterwards: the journal. */
export interface ChangeLog {
  /**
   * Resolves with the note's id when it is where a crash does not take it.
   *
   * @throws when it could not be noted; then nothing is sent
   */
  begin(change: Omit<ChangeStarted, 'id' | 'startedAtMs'>): Promise<string>;
  /**
   * A change that ended as `inDoubt` may be ended once more when more is known.
   *
   * @throws when it could not be noted; it is noted as soon as that is possible
   */
  complete(id: string, closing: ChangeCompletion): Promise<void>;
}

export type ChangeCompletion = Omit<ChangeCompleted, 'id' | 'completedAtMs'>;

/** How a change ended, for its note. */
export function completionOf(outcome: ChangeOutcome): ChangeCompletion {
  if (outcome.type === 'changedMeanwhile') return { result: 'notSent', actual: outcome.reading.mapping };
  if (outcome.type === 'done') {
    const { reading, requestId, failure } = outcome;
    return {
      result: 'done',
      actual: reading.mapping,
      ...(failure && ofFailure(failure)),
      ...(requestId !== undefined && { requestId }),
    };
  }
  if (outcome.type === 'notSent') return { result: 'notSent' };
  const { failure, reading } = outcome;
  // Of a read it is the one before the change, which was not sent then.
  const isOfChange = failure.operation !== 'get' && failure.attempts.length > 0;
  const sent = isOfChange && !(failure.kind === 'cancelled' && failure.effect === 'none');
  const isKnown = outcome.type !== 'unconfirmed' && (reading !== undefined || failure.effect === 'none');
  return {
    result: sent ? (isKnown ? 'failed' : 'inDoubt') : 'notSent',
    ...(reading && { actual: reading.mapping }),
    ...ofFailure(failure),
  };
}

/** How a change turned out whose outcome was unconfirmed, by what was read later. */
export function completionOfUnconfirmed(
  { change, before, alsoRequested, isProcessed, failure }: ExplainedUnconfirmedChange,
  { mapping }: MappingSnapshot,
): ChangeCompletion {
  // Any other change since, by others or by this program, has taken the evidence away.
  const isUntouched = !alsoRequested && (before === undefined || isSameMapping(mapping, before));
  const result = matchesTarget(mapping, change) ? 'done' : isProcessed && isUntouched ? 'failed' : 'inDoubt';
  return { result, actual: mapping, ...ofFailure(failure) };
}

function ofFailure({
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
