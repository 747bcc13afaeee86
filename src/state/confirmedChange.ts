import { setTimeout as delay } from 'node:timers/promises';
import type { NetworkMappingClient, RequestContext } from '../api/networkMappingClient';
import type { Failure, Result } from '../core/failure';
import { isSameMapping, wishOf, type MappingChange, type NetworkMapping, type Reading } from '../core/networkMapping';

/** What a change came to, told by what the service holds afterwards and not by what it answered. */
export type ChangeOutcome =
  /** The service holds what was wished for; `failure` is why it had to be read to know that. */
  | { readonly type: 'done'; readonly reading: Reading; readonly requestId?: string; readonly failure?: Failure }
  /** A create found the service provider mapped to another skill. */
  | { readonly type: 'mappedToOther'; readonly skillId: string; readonly reading: Reading; readonly failure: Failure }
  /** An update found nothing mapped. */
  | { readonly type: 'notMapped'; readonly reading: Reading; readonly failure: Failure }
  /** Nothing was sent: the service does not hold any more what the change was to replace. */
  | { readonly type: 'changedMeanwhile'; readonly reading: Reading }
  /** The wish did not come true; `reading` is what the service holds, or `doubt` why it could not be asked. */
  | { readonly type: 'failed'; readonly failure: Failure; readonly reading?: Reading; readonly doubt?: Failure };

/** A change given up by its client may still arrive at the service; after this time it is asked once more. */
export const SETTLE_MS = 2_000;

/**
 * Sends a change once and, unless the service confirms it, reads what is true. It is never sent again: nobody knows
 * whether a request without a clear answer took effect.
 *
 * @param moved aborted when another service is to be asked from now on, which knows nothing of this change
 */
export async function carryOut(
  client: Pick<NetworkMappingClient, 'get' | 'change'>,
  change: MappingChange,
  context: RequestContext,
  settleMs: number,
  moved: AbortSignal,
): Promise<ChangeOutcome> {
  const result = await client.change(change, context);
  if (result.ok) {
    const { value: mapping, requestId } = result;
    return { type: 'done', reading: { mapping, readAtMs: Date.now() }, ...(requestId !== undefined && { requestId }) };
  }
  const { failure } = result;
  if (failure.attempts.length === 0 || failure.kind === 'cancelled' || moved.aborted)
    return { type: 'failed', failure };

  // Whoever was asked for a token just now and had none is not asked again. An act that is stopped still wants to know.
  const { stop, ...readContext } = context;
  const truth = await read(
    client,
    change,
    { ...readContext, interactive: false },
    failure.effect === 'unknown' ? settleMs : 0,
    moved,
  );
  if (!truth) return { type: 'failed', failure };
  if (!truth.ok) return { type: 'failed', failure, doubt: truth.failure };
  const reading: Reading = { mapping: truth.value, readAtMs: Date.now() };
  if (holds(truth.value, change)) return { type: 'done', reading, failure };
  if (change.operation === 'create' && truth.value.type === 'mapped') {
    return { type: 'mappedToOther', skillId: truth.value.skillId, reading, failure };
  }
  if (change.operation === 'update' && truth.value.type === 'notMapped') return { type: 'notMapped', reading, failure };
  return { type: 'failed', failure, reading };
}

/** @returns undefined where the service cannot be asked any more whether a change has come late */
async function read(
  client: Pick<NetworkMappingClient, 'get'>,
  change: MappingChange,
  context: RequestContext,
  settleMs: number,
  moved: AbortSignal,
): Promise<Result<NetworkMapping> | undefined> {
  const first = await client.get(change.serviceProviderId, context);
  if (!first.ok || settleMs === 0 || holds(first.value, change)) return first;
  const waited = await delay(settleMs, true, { ...(context.signal && { signal: context.signal }) }).catch(() => false);
  if (moved.aborted) return undefined;
  return waited ? client.get(change.serviceProviderId, context) : first;
}

/** Whether the mapping is what the change was to bring about. */
export function holds(mapping: NetworkMapping, change: MappingChange): boolean {
  return isSameMapping(mapping, wishOf(change));
}
