import type { ChangeHistorySource } from '../history/changeDescription';
import type { ChangeRecord } from '../history/changeRecord';
import type { Result } from '../failures/apiFailure';
import { isSameMapping, type NetworkMapping } from '../model/networkMapping';
import type { ChangeCompletion } from './changeLog';

/** The changes of all windows, and those that windows which are gone left unsettled. */
interface InterruptedChangeLog extends ChangeHistorySource {
  /** @param settle finds out the outcome of a change; undefined leaves it as it is */
  recover(settle: (change: ChangeRecord) => Promise<ChangeCompletion | undefined>): Promise<void>;
}

/** What recovery found out about the changes of windows that are gone. */
export interface RecoveryResult {
  /** They were open, and took effect. */
  readonly confirmed: readonly ChangeRecord[];
  /** They were open, and it is unknown whether they took effect. */
  readonly unconfirmed: readonly ChangeRecord[];
  /** Their mappings could not be read; they stay open. */
  readonly unread: readonly ChangeRecord[];
  /** They were unconfirmed, and took effect. */
  readonly late: readonly ChangeRecord[];
}

/**
 * A change that has not taken effect this long after it was recorded is unconfirmed; until then, it is checked again.
 * Milliseconds.
 */
const UNCONFIRMED_AFTER_MS = 60_000;

/**
 * Settles the changes that a crash or a closed window left open or unconfirmed, by reading their mappings. Their
 * responses are lost, so none is ever settled as failed: a mapping other than the requested one means that a change has
 * not taken effect yet, or was replaced by another change.
 *
 * A change stays as it is for a later check if its mapping cannot be read, or if this window would read it with another
 * account or at another endpoint than those that sent it.
 *
 * @param read reads the mapping as the change's sender; undefined if that is not possible now
 * @throws what the journal throws
 */
export async function recoverInterrupted(
  log: InterruptedChangeLog,
  read: (change: ChangeRecord) => Promise<Result<NetworkMapping> | undefined>,
  unconfirmedAfterMs = UNCONFIRMED_AFTER_MS,
): Promise<RecoveryResult> {
  const settled = { confirmed: [], unconfirmed: [], unread: [], late: [] } as Record<
    keyof RecoveryResult,
    ChangeRecord[]
  >;
  await log.recover(async (change) => {
    const { target, completed, startedAtMs } = change;
    if (completed?.actual && isByOthers(completed.actual, change)) return undefined;
    const result = await read(change);
    if (!result) return undefined;
    if (!result.ok) {
      if (!completed) settled.unread.push(change);
      return undefined;
    }
    const actual = result.value;
    if (await tookEffect(change, actual, log)) {
      settled[completed ? 'late' : 'confirmed'].push(change);
      return { result: 'succeeded', actual };
    }
    const isAsBefore = !isByOthers(actual, change) && !isSameMapping(actual, target);
    if (isAsBefore && (completed || Math.abs(Date.now() - startedAtMs) < unconfirmedAfterMs)) return undefined;
    if (!completed) settled.unconfirmed.push(change);
    return { result: 'unconfirmed', actual, ...(completed?.failure && { failure: completed.failure }) };
  });
  return settled;
}

/** Whether others have changed the mapping since, so that it no longer shows the change's outcome. */
function isByOthers(actual: NetworkMapping, { before, target }: ChangeRecord): boolean {
  return before !== undefined && !isSameMapping(actual, before) && !isSameMapping(actual, target);
}

/** Whether a change took effect, by the current mapping and by what the following change found. */
async function tookEffect(
  { id, serviceProviderId, target }: ChangeRecord,
  actual: NetworkMapping,
  log: ChangeHistorySource,
): Promise<boolean> {
  let next: ChangeRecord | undefined;
  let isRequestedAgain = false;
  for await (const change of log.newestFirst()) {
    if (change.id === id) break;
    if (change.serviceProviderId !== serviceProviderId) continue;
    next = change;
    const wasSent = change.completed?.result !== 'notSent' && change.completed?.result !== 'failed';
    isRequestedAgain ||= wasSent && isSameMapping(change.target, target);
  }
  if (next?.before && isSameMapping(next.before, target)) return true;
  // If another change requested the same, the mapping does not show which of them took effect.
  return isSameMapping(actual, target) && !isRequestedAgain;
}
