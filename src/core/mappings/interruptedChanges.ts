import type { ChangeHistorySource } from '../history/changeDescription';
import type { RecordedChange } from '../history/changeRecord';
import type { Result } from '../failures/apiFailure';
import { isSameMapping, type NetworkMapping } from '../model/networkMapping';
import type { Closing } from './changeLog';

/** The changes of all windows, and those among them that windows which are gone have left unsettled. */
interface InterruptedNotes extends ChangeHistorySource {
  /** @param settle finds out how a change has ended; undefined leaves it as it is */
  recover(settle: (change: RecordedChange) => Promise<Closing | undefined>): Promise<void>;
}

/** What was found out about the changes of windows that are gone. */
export interface SettledChanges {
  /** They were open, and took effect. */
  readonly confirmed: readonly RecordedChange[];
  /** They were open, and it cannot be told whether they took effect. */
  readonly unconfirmed: readonly RecordedChange[];
  /** They could not be read, and stay open. */
  readonly unread: readonly RecordedChange[];
  /** They were unconfirmed, and took effect. */
  readonly late: readonly RecordedChange[];
}

/** A change that has not taken effect so long after it was noted is unconfirmed; before, it is looked at again. Milliseconds. */
const LATE_EFFECT_MS = 60_000;

/**
 * Settles the changes that a crash or a closed window has left open or unconfirmed, by their mappings. No answer to them is
 * known, so that none of them is ever found to have failed: a mapping that they did not request says that they have not taken
 * effect yet, or that others have changed it since.
 *
 * One that cannot be read stays as it is for a later look, and so does one that this window would read with another account or
 * at another endpoint than those that sent it.
 *
 * @param read reads the mapping as the one who sent the change; undefined where that is not possible now
 * @throws what the notes throw
 */
export async function settleInterrupted(
  notes: InterruptedNotes,
  read: (change: RecordedChange) => Promise<Result<NetworkMapping> | undefined>,
  lateEffectMs = LATE_EFFECT_MS,
): Promise<SettledChanges> {
  const settled = { confirmed: [], unconfirmed: [], unread: [], late: [] } as Record<
    keyof SettledChanges,
    RecordedChange[]
  >;
  await notes.recover(async (change) => {
    const { wished, closed, openedAtMs } = change;
    if (closed?.holds && isByOthers(closed.holds, change)) return undefined;
    const result = await read(change);
    if (!result) return undefined;
    if (!result.ok) {
      if (!closed) settled.unread.push(change);
      return undefined;
    }
    const holds = result.value;
    if (await tookEffect(change, holds, notes)) {
      settled[closed ? 'late' : 'confirmed'].push(change);
      return { result: 'done', holds };
    }
    const isAsBefore = !isByOthers(holds, change) && !isSameMapping(holds, wished);
    if (isAsBefore && (closed || Math.abs(Date.now() - openedAtMs) < lateEffectMs)) return undefined;
    if (!closed) settled.unconfirmed.push(change);
    return { result: 'inDoubt', holds, ...(closed?.failure && { failure: closed.failure }) };
  });
  return settled;
}

/** Whether others have changed the mapping since, so that it tells nothing of the change any more. */
function isByOthers(holds: NetworkMapping, { before, wished }: RecordedChange): boolean {
  return before !== undefined && !isSameMapping(holds, before) && !isSameMapping(holds, wished);
}

/** Whether a change took effect, by the mapping of now and by what the change that came after it has found. */
async function tookEffect(
  { id, serviceProviderId, wished }: RecordedChange,
  holds: NetworkMapping,
  notes: ChangeHistorySource,
): Promise<boolean> {
  let next: RecordedChange | undefined;
  let isRequestedAgain = false;
  for await (const change of notes.newestFirst()) {
    if (change.id === id) break;
    if (change.serviceProviderId !== serviceProviderId) continue;
    next = change;
    const wasSent = change.closed?.result !== 'notSent' && change.closed?.result !== 'failed';
    isRequestedAgain ||= wasSent && isSameMapping(change.wished, wished);
  }
  if (next?.before && isSameMapping(next.before, wished)) return true;
  // What another change requested, too, does not tell which of them took effect.
  return isSameMapping(holds, wished) && !isRequestedAgain;
}
