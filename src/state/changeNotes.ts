import type { ClosedChange, OpenedChange } from '../core/changeRecord';
import type { Failure } from '../core/failure';
import type { MappingChange, Reading } from '../core/networkMapping';
import { holds, type ChangeOutcome } from './confirmedChange';

/** Where each change is noted before it is sent, and how it ended afterwards: the journal. */
export interface ChangeNotes {
  /**
   * Resolves with the note's id when it is where a crash does not take it.
   *
   * @throws when it could not be noted; then nothing is sent
   */
  open(change: Omit<OpenedChange, 'id' | 'openedAtMs' | 'endpoint'>): Promise<string>;
  /** @throws when it could not be noted; the change stays open, and is ended at a later start */
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
  const { failure, reading } = outcome;
  const sent = failure.attempts.length > 0 && !(failure.kind === 'cancelled' && failure.effect === 'none');
  const ended = reading || failure.effect === 'none' ? 'failed' : 'inDoubt';
  return {
    result: sent ? ended : 'notSent',
    ...(reading && { holds: reading.mapping }),
    ...ofFailure(failure),
  };
}

/** How a change ended that was cancelled under way, told by what was read after it; undefined leaves it in doubt. */
export function closingOfCancelled(change: MappingChange, failure: Failure, reading: Reading | undefined): Closing {
  if (!reading) return { result: 'inDoubt', ...ofFailure(failure) };
  const result = holds(reading.mapping, change) ? 'done' : 'failed';
  return { result, holds: reading.mapping, ...ofFailure(failure) };
}

function ofFailure({ kind, status, requestId }: Failure): Pick<Closing, 'failure' | 'status' | 'requestId'> {
  return {
    failure: kind,
    ...(status !== undefined && { status }),
    ...(requestId !== undefined && { requestId }),
  };
}
