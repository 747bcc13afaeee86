import { isSameSkillId } from './identifiers';

/** The operations on a service provider's mapping. */
export const OPERATIONS = ['get', 'create', 'update', 'delete'] as const;

export type Operation = (typeof OPERATIONS)[number];

export type ChangeOperation = Exclude<Operation, 'get'>;

/** The mapping of a service provider. */
export type NetworkMapping = { readonly type: 'mapped'; readonly skillId: string } | { readonly type: 'notMapped' };

/** A change that a user requests. */
export type MappingChange =
  | { readonly operation: 'create' | 'update'; readonly serviceProviderId: string; readonly skillId: string }
  | { readonly operation: 'delete'; readonly serviceProviderId: string };

/** A mapping and when it was read. */
export interface MappingSnapshot {
  readonly mapping: NetworkMapping;
  readonly readAtMs: number;
}

/** Whether two mappings are the same; skill IDs are compared as {@link isSameSkillId} does. */
export function isSameMapping(one: NetworkMapping, other: NetworkMapping): boolean {
  if (one.type === 'notMapped' || other.type === 'notMapped') return one.type === other.type;
  return isSameSkillId(one.skillId, other.skillId);
}

/** Returns the mapping that a change requests. */
export function targetOf(change: MappingChange): NetworkMapping {
  return change.operation === 'delete' ? { type: 'notMapped' } : { type: 'mapped', skillId: change.skillId };
}

/** Who sends a change, and where to: what the user confirmed applies to these only. */
export interface ChangeSender {
  /** The API endpoint, as `checkEndpoint` returns it: without a trailing slash. */
  readonly endpoint: string;
  /** The account that serves the service provider, if there is one. */
  readonly account?: string;
  /** The account's session ID; a refreshed session keeps it. */
  readonly session?: string;
}

/** Returns which part of a sender differs from what the user confirmed; undefined if none does. */
export function senderDifference(
  shown: ChangeSender,
  now: ChangeSender,
): 'endpointChanged' | 'sessionChanged' | undefined {
  if (shown.endpoint !== now.endpoint) return 'endpointChanged';
  return shown.account === now.account && shown.session === now.session ? undefined : 'sessionChanged';
}

/** A change whose outcome is not confirmed yet. */
export interface UnconfirmedChange {
  readonly change: MappingChange;
  /** The mapping before it, if known. */
  readonly before?: NetworkMapping;
  /** The mappings requested by other changes of this program: sent after it, or before it and still unconfirmed. */
  readonly alsoRequested?: readonly NetworkMapping[];
  /**
   * Set if the service has processed it: from this Unix time on, a read shows the outcome. Before, it may still take effect, as
   * after any response that reports an error.
   */
  readonly settledAtMs?: number;
}

/** Whether a mapping that was read shows the outcome of a change that the service has processed. */
export function isSettled({ settledAtMs = Infinity }: UnconfirmedChange, { readAtMs }: MappingSnapshot): boolean {
  return readAtMs >= settledAtMs;
}

/**
 * Whether a mapping that was read leaves an unconfirmed change unconfirmed: it is neither the requested one, which confirms the
 * change, nor a newer one by others, after which nothing more can be found out.
 */
export function leavesUnconfirmed(reading: MappingSnapshot, unconfirmed: UnconfirmedChange): boolean {
  const { mapping } = reading;
  const { change, before, alsoRequested = [] } = unconfirmed;
  if (isSettled(unconfirmed, reading) || isSameMapping(mapping, targetOf(change))) return false;
  return before === undefined || [before, ...alsoRequested].some((own) => isSameMapping(mapping, own));
}

/** Returns the change that leads from one mapping to another; undefined if they are the same. */
export function changeBetween(
  serviceProviderId: string,
  from: NetworkMapping,
  to: NetworkMapping,
): MappingChange | undefined {
  if (isSameMapping(from, to)) return undefined;
  if (to.type === 'notMapped') return { operation: 'delete', serviceProviderId };
  return { operation: from.type === 'mapped' ? 'update' : 'create', serviceProviderId, skillId: to.skillId };
}
