import type { Failure } from '../failure';
import type { ChangeOutcome } from '../../state/confirmedChange';
import type { OperationResult, ChangeResult } from './operation';
import { selectedCount, type SkipReason } from './plan';

/** How one selected service provider fared whose change was planned. */
export type ResultKind = 'changed' | 'changedMeanwhile' | 'notListed' | 'failed' | 'unconfirmed' | 'notStarted';

export function kindOf({ outcome }: Pick<ChangeResult, 'outcome'>): ResultKind {
  if (!outcome) return 'notStarted';
  switch (outcome.type) {
    case 'done':
      return 'changed';
    case 'changedMeanwhile':
    case 'mappedToOther':
    case 'notMapped':
      return 'changedMeanwhile';
    case 'notSent':
      return outcome.reason === 'notListed' ? 'notListed' : 'notStarted';
    case 'unconfirmed':
      return 'unconfirmed';
    case 'failed':
      if (outcome.failure.kind === 'cancelled') return outcome.failure.effect === 'none' ? 'notStarted' : 'unconfirmed';
      // Without an answer that decides it, and without a reading after it.
      return outcome.failure.effect === 'unknown' && !outcome.reading ? 'unconfirmed' : 'failed';
  }
}

/** The counts of an operation. `selected` is the sum of all others. */
export interface OperationCounts {
  readonly selected: number;
  readonly changed: number;
  readonly skipped: ReadonlyMap<SkipReason | 'unreadable', number>;
  readonly failed: number;
  readonly unconfirmed: number;
  readonly notStarted: number;
}

export function countResults({ plan, results }: OperationResult & { type: 'applied' }): OperationCounts {
  const kinds = results.map(kindOf);
  const count = (kind: ResultKind) => kinds.filter((each) => each === kind).length;
  const skipped = new Map<SkipReason | 'unreadable', number>();
  const skip = (reason: SkipReason | 'unreadable', more: number) => {
    if (more > 0) skipped.set(reason, (skipped.get(reason) ?? 0) + more);
  };
  for (const { reason } of plan.skipped) skip(reason, 1);
  skip('unreadable', plan.unreadable.length);
  skip('changedMeanwhile', count('changedMeanwhile'));
  skip('notListed', count('notListed'));
  return {
    selected: selectedCount(plan),
    changed: count('changed'),
    skipped,
    failed: count('failed'),
    unconfirmed: count('unconfirmed'),
    notStarted: count('notStarted'),
  };
}

/** Why changes did not succeed, and why their mappings could not be read, those that failed first. */
export function failuresOf(results: readonly ChangeResult[]): readonly Failure[] {
  const of = (kind: ResultKind) =>
    results.filter((each) => kindOf(each) === kind).flatMap(({ outcome }) => reasons(outcome));
  return [...of('failed'), ...of('unconfirmed')];
}

function reasons(outcome: ChangeOutcome | undefined): readonly Failure[] {
  if (outcome?.type !== 'failed' && outcome?.type !== 'unconfirmed') return [];
  return outcome.doubt ? [outcome.failure, outcome.doubt] : [outcome.failure];
}
