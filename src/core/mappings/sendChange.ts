import { setTimeout as delay } from 'node:timers/promises';
import type { NetworkMappingClient } from '../api/networkMappingClient';
import type { RequestContext } from '../api/serviceClient';
import { mayTakeEffectLater, type ApiFailure, type Result } from '../failures/apiFailure';
import {
  isSameMapping,
  targetOf,
  type MappingChange,
  type NetworkMapping,
  type MappingSnapshot,
} from '../model/networkMapping';

/** The outcome of a change, determined by the mapping afterwards and not only by the response. */
export type ChangeOutcome =
  /** The service has the requested mapping; `failure` is why a read was needed to know that. */
  | {
      readonly type: 'succeeded';
      readonly reading: MappingSnapshot;
      readonly requestId?: string;
      readonly failure?: ApiFailure;
    }
  /** A create found the service provider mapped to another skill. */
  | {
      readonly type: 'mappedToOther';
      readonly skillId: string;
      readonly reading: MappingSnapshot;
      readonly failure: ApiFailure;
    }
  /** An update found nothing mapped. */
  | { readonly type: 'notMapped'; readonly reading: MappingSnapshot; readonly failure: ApiFailure }
  /** Nothing was sent: the mapping is no longer the one that the change was to replace. */
  | { readonly type: 'changedMeanwhile'; readonly reading: MappingSnapshot }
  /** Nothing was sent: the service provider is no longer in the list, or another endpoint or session would be used. */
  | { readonly type: 'notSent'; readonly reason: NotSentReason }
  /**
   * It may have taken effect, or still may: after a missing response, reads did not show the requested mapping; or
   * others have changed the mapping since; or it could not be read. `reading` is the mapping read last, or
   * `verificationError` why it could not be read.
   */
  | {
      readonly type: 'unconfirmed';
      readonly failure: ApiFailure;
      readonly reading?: MappingSnapshot;
      readonly verificationError?: ApiFailure;
    }
  /** It did not take effect; `reading` is the mapping read afterwards, or `verificationError` why that failed. */
  | {
      readonly type: 'failed';
      readonly failure: ApiFailure;
      readonly reading?: MappingSnapshot;
      readonly verificationError?: ApiFailure;
    };

export type NotSentReason = 'notListed' | 'endpointChanged' | 'sessionChanged';

/** A request aborted by the client may still reach the service; re-read the mapping after this time. Milliseconds. */
export const SETTLE_MS = 2_000;

/**
 * How long a user waits for a change and for the reads that verify it, and how long such a read may take even if the
 * change itself took longer. Later checks find out what the user is not told by then. Milliseconds.
 */
const CHANGE_LIMIT_MS = 19_000;
const MIN_VERIFICATION_MS = 4_000;

/**
 * Sends a change once and, unless the service confirms it, reads the mapping to verify it. Never retries the change: a
 * request without a clear response may have taken effect.
 *
 * @param before the mapping before it, if known
 * @param endpointChanged aborted when the endpoint changes; the new one knows nothing of this change
 */
export async function sendAndVerify(
  client: Pick<NetworkMappingClient, 'get' | 'change'>,
  change: MappingChange,
  context: RequestContext,
  before: NetworkMapping | undefined,
  settleMs: number,
  endpointChanged: AbortSignal,
): Promise<ChangeOutcome> {
  const beganAtMs = performance.now();
  const result = await client.change(change, context);
  if (result.ok) {
    const { value: mapping, requestId } = result;
    return {
      type: 'succeeded',
      reading: { mapping, readAtMs: Date.now() },
      ...(requestId !== undefined && { requestId }),
    };
  }
  const failure: ApiFailure = { ...result.failure, ...(before && { replaced: before }) };
  const unread = failure.effect === 'unknown' ? 'unconfirmed' : 'failed';
  if (failure.attempts.length === 0 || failure.kind === 'canceled' || endpointChanged.aborted)
    return { type: unread, failure };

  // Do not prompt again a user who just had no token. Verify even after a stop, and however long the change took.
  const { stopSignal, isOutdated, ...readContext } = context;
  const verified = await read(
    client,
    change,
    { ...readContext, interactive: false },
    beganAtMs + CHANGE_LIMIT_MS,
    failure.effect === 'unknown' ? settleMs : 0,
    endpointChanged,
  );
  if (!verified) return { type: unread, failure };
  if (!verified.ok) return { type: unread, failure, verificationError: verified.failure };
  const reading: MappingSnapshot = { mapping: verified.value, readAtMs: Date.now() };
  if (matchesTarget(verified.value, change)) return { type: 'succeeded', reading, failure };
  if (mayTakeEffectLater(failure) || verified.isEarly || isByOthers(verified.value, before, failure))
    return { type: 'unconfirmed', failure, reading };
  if (change.operation === 'create' && verified.value.type === 'mapped') {
    return { type: 'mappedToOther', skillId: verified.value.skillId, reading, failure };
  }
  if (change.operation === 'update' && verified.value.type === 'notMapped')
    return { type: 'notMapped', reading, failure };
  return { type: 'failed', failure, reading };
}

/** Whether others have changed the mapping since, so that it no longer shows whether the change took effect. */
function isByOthers(
  mapping: NetworkMapping,
  before: NetworkMapping | undefined,
  { effect, kind }: ApiFailure,
): boolean {
  return effect === 'unknown' && kind !== 'conflict' && before !== undefined && !isSameMapping(mapping, before);
}

/**
 * @param untilMs when the user is to be told, by `performance.now()`
 * @returns the mapping, `isEarly` if the user canceled the wait for a late effect; undefined if that can no longer be checked
 */
async function read(
  client: Pick<NetworkMappingClient, 'get'>,
  change: MappingChange,
  context: RequestContext,
  untilMs: number,
  settleMs: number,
  endpointChanged: AbortSignal,
): Promise<(Result<NetworkMapping> & { readonly isEarly?: true }) | undefined> {
  const get = () => {
    const limitMs = Math.max(MIN_VERIFICATION_MS, untilMs - performance.now());
    return client.get(change.serviceProviderId, { ...context, limitMs });
  };
  const first = await get();
  if (!first.ok || settleMs === 0 || matchesTarget(first.value, change)) return first;
  const waited = await delay(settleMs, true, { ...(context.abortSignal && { signal: context.abortSignal }) }).catch(
    () => false,
  );
  if (endpointChanged.aborted) return undefined;
  return waited ? get() : { ...first, isEarly: true };
}

/** Whether the mapping is the one that the change requests. */
export function matchesTarget(mapping: NetworkMapping, change: MappingChange): boolean {
  return isSameMapping(mapping, targetOf(change));
}
