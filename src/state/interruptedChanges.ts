import { setTimeout as delay } from 'node:timers/promises';
import type { ChangeHistorySource } from '../core/changeHistory';
import type { RecordedChange } from '../core/changeRecord';
import type { EndpointCheck } from '../core/endpoint';
import type { Result } from '../core/failure';
import { isSameMapping, type NetworkMapping } from '../core/networkMapping';
import type { Closing } from './changeNotes';
import { SETTLE_MS } from './confirmedChange';

/** The changes of all windows, and those among them that windows have left open which are gone. */
interface InterruptedNotes extends ChangeHistorySource {
  /** @param settle finds out how a change has ended; undefined leaves it open */
  recover(settle: (change: RecordedChange) => Promise<Closing | undefined>): Promise<void>;
}

/** What became of the changes that were found open. */
export interface SettledChanges {
  readonly made: readonly RecordedChange[];
  readonly unmade: readonly RecordedChange[];
  /** How many could not be read, and stay open. */
  readonly unread: number;
}

/**
 * Ends the changes that a crash or a closed window has left open by what the service holds. One that cannot be read stays open
 * for the next start, and so does what was sent to another service.
 *
 * @param read reads one mapping
 * @param endpoint the API endpoint of now, asked for each change
 * @param settleMs how long what was sent before the window ended may still be on its way, in milliseconds
 * @throws what the notes throw
 */
export async function settleInterrupted(
  notes: InterruptedNotes,
  read: (serviceProviderId: string) => Promise<Result<NetworkMapping>>,
  endpoint: () => EndpointCheck,
  settleMs = SETTLE_MS,
): Promise<SettledChanges> {
  const made: RecordedChange[] = [];
  const unmade: RecordedChange[] = [];
  let unread = 0;
  const settledAtMs = Date.now() + settleMs;
  await notes.recover(async (change) => {
    const now = endpoint();
    if (!now.ok || now.url !== change.endpoint) return undefined;
    let result = await read(change.serviceProviderId);
    if (result.ok && !isSameMapping(result.value, change.wished)) {
      await delay(Math.max(0, settledAtMs - Date.now()));
      result = await read(change.serviceProviderId);
    }
    if (!result.ok) {
      unread++;
      return undefined;
    }
    const isMade = isSameMapping(result.value, change.wished) || (await wasFoundMade(change, notes));
    (isMade ? made : unmade).push(change);
    return { result: isMade ? 'done' : 'failed', holds: result.value };
  });
  return { made, unmade, unread };
}

/** Whether the change that came after it found what it had wished for: then it was made, and is no more. */
async function wasFoundMade(
  { id, serviceProviderId, wished }: RecordedChange,
  notes: ChangeHistorySource,
): Promise<boolean> {
  let next: RecordedChange | undefined;
  for await (const change of notes.newestFirst()) {
    if (change.id === id) break;
    if (change.serviceProviderId === serviceProviderId) next = change;
  }
  return next?.before !== undefined && isSameMapping(next.before, wished);
}
