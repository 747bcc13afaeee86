import type { ApiFailure } from '../failures/apiFailure';
import type { ChangeOutcome } from '../mappings/sendChange';
import type { OperationResult, ChangeResult } from './operation';
import { selectedCount, type Plan, type SkipReason } from './plan';

/** The result for a selected service provider with a planned change. */
export type ResultKind = 'changed' | 'changedMeanwhile' | 'notListed' | 'failed' | 'unconfirmed' | 'notStarted';

export function kindOf({ outcome }: Pick<ChangeResult, 'outcome'>): ResultKind {
  if (!outcome) return 'notStarted';
  switch (outcome.type) {
    case 'succeeded':
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
      return outcome.failure.kind === 'canceled' ? 'notStarted' : 'failed';
  }
}

export type SkipCounts = ReadonlyMap<SkipReason | 'unreadable', number>;

/** The counts of an operation. `selected` is the sum of all others. */
export interface OperationCounts {
  readonly selected: number;
  readonly changed: number;
  readonly skipped: SkipCounts;
  readonly failed: number;
  readonly unconfirmed: number;
  readonly notStarted: number;
}

export function countResults({ plan, results }: OperationResult & { type: 'applied' }): OperationCounts {
  const kinds = results.map(kindOf);
  const count = (kind: ResultKind) => kinds.filter((each) => each === kind).length;
  const late = kinds.filter((kind) => kind === 'changedMeanwhile' || kind === 'notListed');
  return {
    selected: selectedCount(plan),
    changed: count('changed'),
    skipped: countSkipped(plan, late),
    failed: count('failed'),
    unconfirmed: count('unconfirmed'),
    notStarted: count('notStarted'),
  };
}

/**
 * Counts the skipped service providers by reason.
 *
 * @param late why planned changes were not sent in the end
 */
export function countSkipped({ skipped, unreadable }: Plan, late: readonly SkipReason[] = []): SkipCounts {
  const counts = new Map<SkipReason | 'unreadable', number>();
  const reasons = [...skipped.map(({ reason }) => reason), ...unreadable.map(() => 'unreadable' as const), ...late];
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return counts;
}

/** Returns why changes failed and why mappings could not be read, failed changes first. */
export function failuresOf(results: readonly ChangeResult[]): readonly ApiFailure[] {
  const of = (kind: ResultKind) =>
    results.filter((each) => kindOf(each) === kind).flatMap(({ outcome }) => reasons(outcome));
  return [...of('failed'), ...of('unconfirmed')];
}

function reasons(outcome: ChangeOutcome | undefined): readonly ApiFailure[] {
  if (outcome?.type !== 'failed' && outcome?.type !== 'unconfirmed') return [];
  return outcome.verificationError ? [outcome.failure, outcome.verificationError] : [outcome.failure];
}
