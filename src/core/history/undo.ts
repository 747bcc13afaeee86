import type { RecordedChange } from './changeRecord';
import { changeTo, isSameMapping, type MappingChange, type NetworkMapping } from '../model/networkMapping';

/** An act lasts no longer, so that no older change can be a part of it. */
const LONGEST_ACT_MS = 24 * 60 * 60 * 1000;

/**
 * Finds the changes that an undo takes back: those of the last act that was not itself an undo and has something left to take
 * back. What was not made is not taken back.
 *
 * @param newestFirst the journal
 * @param endpoint the API endpoint of now; what was changed elsewhere is another service's
 * @param actId the act, where it is not the last one
 * @param except acts that are passed over
 * @returns the changes, the newest first; none when there is nothing to take back
 */
export async function changesToUndo(
  newestFirst: AsyncIterable<RecordedChange>,
  endpoint: string,
  actId?: string,
  except: ReadonlySet<string> = new Set(),
): Promise<readonly RecordedChange[]> {
  const undone = new Set<string>();
  const found: RecordedChange[] = [];
  for await (const change of newestFirst) {
    const [newest] = found;
    if (newest && newest.openedAtMs - change.openedAtMs > LONGEST_ACT_MS) break;
    if (change.undoes !== undefined) {
      if (change.closed?.result === 'done') undone.add(change.undoes);
      continue;
    }
    if (change.actId !== (newest?.actId ?? actId ?? change.actId) || except.has(change.actId)) continue;
    if (change.endpoint === endpoint && mayBeMade(change) && !undone.has(change.id)) found.push(change);
  }
  return found;
}

/** Whether the service may hold what this change wished for: it said so, or nobody knows. */
function mayBeMade({ closed }: RecordedChange): boolean {
  return closed === undefined || closed.result === 'done' || closed.result === 'inDoubt';
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
type UndoneChange = Pick<RecordedChange, 'serviceProviderId' | 'before' | 'wished' | 'closed'>;

export function undoStep({ serviceProviderId, before, wished, closed }: UndoneChange, now: NetworkMapping): UndoStep {
  if (!before) return { type: 'unknownBefore' };
  const change = changeTo(serviceProviderId, now, before);
  if (!change) return { type: closed?.result === 'done' ? 'nothing' : 'unconfirmed' };
  return { type: isSameMapping(now, wished) ? 'restore' : 'changedSince', change };
}
