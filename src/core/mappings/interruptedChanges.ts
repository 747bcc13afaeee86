import type { ChangeHistorySource } from '../history/changeDescription';
import type { ProviderReading } from '../api/onboardingClient';
import {
  isProviderChange,
  type ChangeRecord,
  type MappingChangeRecord,
  type ProviderChangeRecord,
} from '../history/changeRecord';
import type { Result } from '../failures/apiFailure';
import { isSameMapping, type NetworkMapping } from '../model/networkMapping';
import { hasTakenEffect } from '../model/providerChange';
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

/** Reads as a change's sender what shows its outcome; undefined if that is not possible now. */
export interface OutcomeReaders {
  readonly mapping: (change: MappingChangeRecord) => Promise<Result<NetworkMapping> | undefined>;
  readonly provider: (change: ProviderChangeRecord) => Promise<Result<ProviderReading> | undefined>;
}

/**
 * A change that has not taken effect this long after it was recorded is unconfirmed; until then, it is checked again.
 * Milliseconds.
 */
const UNCONFIRMED_AFTER_MS = 60_000;

/**
 * Settles the changes that a crash or a closed window left open or unconfirmed, by reading their mappings, or the
 * service providers themselves. Their responses are lost, so none is ever settled as failed: a mapping other than the
 * requested one means that a change has not taken effect yet, or was replaced by another change.
 *
 * A change stays as it is for a later check if nothing can be read, or if this window would read it with another account
 * or at another endpoint than those that sent it. A create of a service provider is unconfirmed at once: only its response
 * had the ID to read it by.
 *
 * @throws what the journal throws
 */
export async function recoverInterrupted(
  log: InterruptedChangeLog,
  read: OutcomeReaders,
  unconfirmedAfterMs = UNCONFIRMED_AFTER_MS,
): Promise<RecoveryResult> {
  const settled = { confirmed: [], unconfirmed: [], unread: [], late: [] } as Record<
    keyof RecoveryResult,
    ChangeRecord[]
  >;
  const isStillDue = ({ completed, startedAtMs }: ChangeRecord) =>
    completed !== undefined || Math.abs(Date.now() - startedAtMs) < unconfirmedAfterMs;

  async function settleProvider(change: ProviderChangeRecord): Promise<ChangeCompletion | undefined> {
    const { completed } = change;
    if (change.operation === 'createProvider') {
      if (completed) return undefined;
      settled.unconfirmed.push(change);
      return { result: 'unconfirmed' };
    }
    const result = await read.provider(change);
    if (!result) return undefined;
    if (!result.ok) {
      if (!completed) settled.unread.push(change);
      return undefined;
    }
    if (hasTakenEffect(change, result.value)) {
      settled[completed ? 'late' : 'confirmed'].push(change);
      return { result: 'succeeded' };
    }
    if (isStillDue(change)) return undefined;
    settled.unconfirmed.push(change);
    return { result: 'unconfirmed' };
  }

  async function settleMapping(change: MappingChangeRecord): Promise<ChangeCompletion | undefined> {
    const { target, completed } = change;
    if (completed?.actual && isByOthers(completed.actual, change)) return undefined;
    const result = await read.mapping(change);
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
    if (isAsBefore && isStillDue(change)) return undefined;
    if (!completed) settled.unconfirmed.push(change);
    return { result: 'unconfirmed', actual, ...(completed?.failure && { failure: completed.failure }) };
  }

  await log.recover((change) => (isProviderChange(change) ? settleProvider(change) : settleMapping(change)));
  return settled;
}

/** Whether others have changed the mapping since, so that it no longer shows the change's outcome. */
function isByOthers(actual: NetworkMapping, { before, target }: MappingChangeRecord): boolean {
  return before !== undefined && !isSameMapping(actual, before) && !isSameMapping(actual, target);
}

/** Whether a change took effect, by the current mapping and by what the following change found. */
async function tookEffect(
  { id, serviceProviderId, target }: MappingChangeRecord,
  actual: NetworkMapping,
  log: ChangeHistorySource,
): Promise<boolean> {
  let next: MappingChangeRecord | undefined;
  let isRequestedAgain = false;
  for await (const change of log.newestFirst()) {
    if (change.id === id) break;
    if (isProviderChange(change) || change.serviceProviderId !== serviceProviderId) continue;
    next = change;
    const wasSent = change.completed?.result !== 'notSent' && change.completed?.result !== 'failed';
    isRequestedAgain ||= wasSent && isSameMapping(change.target, target);
  }
  if (next?.before && isSameMapping(next.before, target)) return true;
  // If another change requested the same, the mapping does not show which of them took effect.
  return isSameMapping(actual, target) && !isRequestedAgain;
}
