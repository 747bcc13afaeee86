import type { ChangeRecord } from './changeRecord';
import { changeBetween, isSameMapping, type MappingChange, type NetworkMapping } from '../model/networkMapping';

/** The maximum duration of an operation: no older change can be part of it. Milliseconds. */
const MAX_OPERATION_MS = 24 * 60 * 60 * 1000;

/**
 * Returns the changes that an undo reverts: those of the last operation that is not itself an undo and has something
 * left to revert. Changes that did not succeed are not reverted.
 *
 * @param newestFirst the journal
 * @param endpointOf returns the current API endpoint of a service provider; changes at another one concern another service
 * @param operationId the operation, unless it is the last one
 * @param skip operations to pass over
 * @returns the changes, the newest first; none if there is nothing to revert
 */
export async function changesToUndo(
  newestFirst: AsyncIterable<ChangeRecord>,
  endpointOf: (serviceProviderId: string) => string,
  operationId?: string,
  skip: ReadonlySet<string> = new Set(),
): Promise<readonly ChangeRecord[]> {
  const undone = new Set<string>();
  const found: ChangeRecord[] = [];
  for await (const change of newestFirst) {
    const [newest] = found;
    if (newest && newest.startedAtMs - change.startedAtMs > MAX_OPERATION_MS) break;
    if (change.revertsChangeId !== undefined) {
      if (change.completed?.result === 'succeeded') undone.add(change.revertsChangeId);
      continue;
    }
    if (
      change.operationId !== (newest?.operationId ?? operationId ?? change.operationId) ||
      skip.has(change.operationId)
    )
      continue;
    const isHere = change.endpoint === endpointOf(change.serviceProviderId);
    if (isHere && mayHaveApplied(change) && !undone.has(change.id)) found.push(change);
  }
  return found;
}

/** Whether the change may have taken effect: confirmed or unknown. */
function mayHaveApplied({ completed }: ChangeRecord): boolean {
  return completed === undefined || completed.result === 'succeeded' || completed.result === 'unconfirmed';
}

/** What undoing one change means, by the current mapping. */
export type UndoStep =
  /** The mapping is as the change made it. */
  | { readonly type: 'restore'; readonly change: MappingChange }
  /** The mapping is already as it was before. */
  | { readonly type: 'nothing' }
  /** Likewise, but the change may still take effect: its outcome is not confirmed. */
  | { readonly type: 'unconfirmed' }
  /** The mapping was changed since, to something else than both; `change` would restore the earlier one anyway. */
  | { readonly type: 'changedSince'; readonly change: MappingChange }
  /** The mapping before the change is unknown. */
  | { readonly type: 'unknownBefore' };

/** What an undo needs to know about the change it reverts. */
type UndoneChange = Pick<ChangeRecord, 'serviceProviderId' | 'before' | 'target' | 'completed'>;

export function planUndoStep(
  { serviceProviderId, before, target, completed }: UndoneChange,
  now: NetworkMapping,
): UndoStep {
  if (!before) return { type: 'unknownBefore' };
  const change = changeBetween(serviceProviderId, now, before);
  if (!change) return { type: completed?.result === 'succeeded' ? 'nothing' : 'unconfirmed' };
  return { type: isSameMapping(now, target) ? 'restore' : 'changedSince', change };
}
