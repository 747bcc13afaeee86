import type { ChangeRecord } from './changeRecord';
import { changeBetween, isSameMapping, type MappingChange, type NetworkMapping } from '../model/networkMapping';

/** An act lasts no longer, so that no older change can be a part of it. */
const MAX_OPERATION_MS = 24 * 60 * 60 * 1000;

/**
 * Finds the changes that an undo takes back: those of the last act that was not itself an undo and has something left to take
 * back. What was not made is not taken back.
 *
 * @param newestFirst the journal
 * @param endpoint the API endpoint of now; what was changed elsewhere is another service's
 * @param actId the act, where it is not the last one
 * @param skip acts that are passed over
 * @returns the changes, the newest first; none when there is nothing to take back
 */
export async function changesToUndo(
  newestFirst: AsyncIterable<ChangeRecord>,
  endpoint: string,
  operationId?: string,
  skip: ReadonlySet<string> = new Set(),
): Promise<readonly ChangeRecord[]> {
  const undone = new Set<string>();
  const found: ChangeRecord[] = [];
  for await (const change of newestFirst) {
    const [newest] = found;
    if (newest && newest.startedAtMs - change.startedAtMs > MAX_OPERATION_MS) break;
    if (change.revertsChangeId !== undefined) {
      if (change.completed?.result === 'done') undone.add(change.revertsChangeId);
      continue;
    }
    if (
      change.operationId !== (newest?.operationId ?? operationId ?? change.operationId) ||
      skip.has(change.operationId)
    )
      continue;
    if (change.endpoint === endpoint && mayHaveApplied(change) && !undone.has(change.id)) found.push(change);
  }
  return found;
}

/** Whether the service may hold what this change wished for: it said so, or nobody knows. */
function mayHaveApplied({ completed }: ChangeRecord): boolean {
  return completed === undefined || completed.result === 'done' || completed.result === 'inDoubt';
}

/** What taking back one change means, told by what the service holds now. */
export type UndoStep =
  /** The mapping is as the change made it. */
  | { readonly type: 'restore'; readonly change: MappingChange }
  /** The mapping is as it was before already. */
  | { readonly type: 'nothing' }
  /** Likewise, but the change may still take effect: its outcome is not confirmed. */
  | { readonly type: 'unconfirmed' }
  /** Somebody has changed it since, to something else than both; `change` would put the earlier one back all the same. */
  | { readonly type: 'changedSince'; readonly change: MappingChange }
  /** Nobody knows what it was before. */
  | { readonly type: 'unknownBefore' };

/** What an undo needs to know of the change that it takes back. */
type UndoneChange = Pick<ChangeRecord, 'serviceProviderId' | 'before' | 'target' | 'completed'>;

export function planUndoStep(
  { serviceProviderId, before, target, completed }: UndoneChange,
  now: NetworkMapping,
): UndoStep {
  if (!before) return { type: 'unknownBefore' };
  const change = changeBetween(serviceProviderId, now, before);
  if (!change) return { type: completed?.result === 'done' ? 'nothing' : 'unconfirmed' };
  return { type: isSameMapping(now, target) ? 'restore' : 'changedSince', change };
}
