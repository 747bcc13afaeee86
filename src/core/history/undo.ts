import {
  isProviderChange,
  type ChangeRecord,
  type MappingChangeRecord,
  type ProviderChangeRecord,
} from './changeRecord';
import { changeBetween, isSameMapping, type MappingChange, type NetworkMapping } from '../model/networkMapping';

/** The maximum duration of an operation: no older change can be part of it. Milliseconds. */
const MAX_OPERATION_MS = 24 * 60 * 60 * 1000;

/**
 * Returns the changes of mappings that an undo reverts: those of the last operation that is not itself an undo and has
 * something left to revert. Changes that did not succeed are not reverted, nor those of service providers that were
 * deleted since.
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
): Promise<readonly MappingChangeRecord[]> {
  const undone = new Set<string>();
  const deleted = new Set<string>();
  const found: MappingChangeRecord[] = [];
  for await (const change of newestFirst) {
    const [newest] = found;
    if (newest && newest.startedAtMs - change.startedAtMs > MAX_OPERATION_MS) break;
    const hasSucceeded = change.completed?.result === 'succeeded';
    if (change.revertsChangeId !== undefined && hasSucceeded) undone.add(change.revertsChangeId);
    if (change.operation === 'deleteProvider' && hasSucceeded) deleted.add(change.serviceProviderId);
    if (isProviderChange(change) || change.revertsChangeId !== undefined) continue;
    if (deleted.has(change.serviceProviderId)) continue;
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

/** What undoing a change of a service provider itself means. */
export type ProviderUndo =
  | { readonly type: 'delete'; readonly serviceProviderId: string }
  | { readonly type: 'rename'; readonly displayName: string }
  /** A service provider that is created again has another ID. */
  | { readonly type: 'deleted' }
  /** The display name before the change is unknown. */
  | { readonly type: 'unknownBefore' }
  /** The ID of the created service provider is unknown. */
  | { readonly type: 'unknownId' };

export function undoOfProviderChange(change: ProviderChangeRecord): ProviderUndo {
  switch (change.operation) {
    case 'createProvider': {
      const serviceProviderId = change.completed?.createdId;
      return serviceProviderId === undefined ? { type: 'unknownId' } : { type: 'delete', serviceProviderId };
    }
    case 'updateProvider': {
      const { displayNameBefore: displayName } = change;
      return displayName === undefined ? { type: 'unknownBefore' } : { type: 'rename', displayName };
    }
    case 'deleteProvider':
      return { type: 'deleted' };
  }
}

/** Whether there is an undo for changes of this kind. An undo itself has none. */
export function canBeUndone(change: ChangeRecord): boolean {
  if (change.revertsChangeId !== undefined) return false;
  if (!isProviderChange(change)) return true;
  const { type } = undoOfProviderChange(change);
  return type === 'delete' || type === 'rename';
}

/**
 * Returns the change of a service provider itself that is an operation; undefined if the operation is another one.
 *
 * @param newestFirst the journal
 */
export async function providerChangeOf(
  newestFirst: AsyncIterable<ChangeRecord>,
  operationId: string,
): Promise<ProviderChangeRecord | undefined> {
  for await (const change of newestFirst) {
    if (change.operationId === operationId) return isProviderChange(change) ? change : undefined;
  }
  return undefined;
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
type UndoneChange = Pick<MappingChangeRecord, 'serviceProviderId' | 'before' | 'target' | 'completed'>;

export function planUndoStep(
  { serviceProviderId, before, target, completed }: UndoneChange,
  now: NetworkMapping,
): UndoStep {
  if (!before) return { type: 'unknownBefore' };
  const change = changeBetween(serviceProviderId, now, before);
  if (!change) return { type: completed?.result === 'succeeded' ? 'nothing' : 'unconfirmed' };
  return { type: isSameMapping(now, target) ? 'restore' : 'changedSince', change };
}
