import type { ClosedChange, OpenedChange } from '../history/changeRecord';
import type { Failure } from '../failures/apiFailure';
import { isSameMapping, type Reading } from '../model/networkMapping';
import type { ExplainedUnconfirmedChange } from './providerStatus';
import { holds, type ChangeOutcome } from './sendChange';

/** Where each change is noted before it is sent, and how it ended afterwards: the journal. */
export interface ChangeNotes {
  /**
   * Resolves with the note's id when it is where a crash does not take it.
   *
   * @throws when it could not be noted; then nothing is sent
   */
  open(change: Omit<OpenedChange, 'id' | 'openedAtMs'>): Promise<string>;
  /**
   * A change that ended as `inDoubt` may be ended once more when more is known.
   *
   * @throws when it could not be noted; it is noted as soon as that is possible
   */
  close(id: string, closing: Closing): Promise<void>;
}

export type Closing = Omit<ClosedChange, 'id' | 'closedAtMs'>;

/** How a change ended, for its note. */
export function closingOf(outcome: ChangeOutcome): Closing {
  if (outcome.type === 'changedMeanwhile') return { result: 'notSent', holds: outcome.reading.mapping };
  if (outcome.type === 'done') {
    const { reading, requestId, failure } = outcome;
    return {
      result: 'done',
      holds: reading.mapping,
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
    ...(reading && { holds: reading.mapping }),
    ...ofFailure(failure),
  };
}

/** How a change turned out whose outcome was unconfirmed, by what was read later. */
export function closingOfUnconfirmed(
  { change, before, alsoRequested, isProcessed, failure }: ExplainedUnconfirmedChange,
  { mapping }: Reading,
): Closing {
  // Any other change since, by others or by this program, has taken the evidence away.
  const isUntouched = !alsoRequested && (before === undefined || isSameMapping(mapping, before));
  const result = holds(mapping, change) ? 'done' : isProcessed && isUntouched ? 'failed' : 'inDoubt';
  return { result, holds: mapping, ...ofFailure(failure) };
}

function ofFailure({ kind, status, requestId }: Failure): Pick<Closing, 'failure' | 'status' | 'requestId'> {
  return {
    failure: kind,
    ...(status !== undefined && { status }),
    ...(requestId !== undefined && { requestId }),
  };
}
