import type { ChangeCompleted } from './changeRecord';

/**
 * Returns the more informative of two recorded outcomes of a change: a decided one over an unknown one, then the one of
 * the change's own window over one from recovery, then the newer.
 */
export function preferredCompletion(newer: ChangeCompleted, older: ChangeCompleted | undefined): ChangeCompleted;
export function preferredCompletion(newer: ChangeCompleted | undefined, older: ChangeCompleted): ChangeCompleted;
export function preferredCompletion(
  newer: ChangeCompleted | undefined,
  older: ChangeCompleted | undefined,
): ChangeCompleted | undefined {
  return newer && older ? (weightOf(older) > weightOf(newer) ? older : newer) : (newer ?? older);
}

function weightOf({ result, recovered }: ChangeCompleted): number {
  return (result === 'unconfirmed' ? 0 : 2) + (recovered ? 0 : 1);
}
