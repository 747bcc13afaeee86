import { isSameSkillId } from './identifiers';

/** What can be asked of the service for one service provider. */
export const OPERATIONS = ['get', 'create', 'update', 'delete'] as const;

export type Operation = (typeof OPERATIONS)[number];

export type ChangeOperation = Exclude<Operation, 'get'>;

/** What the service holds for a service provider. */
export type NetworkMapping = { readonly type: 'mapped'; readonly skillId: string } | { readonly type: 'notMapped' };

/** A change that a person wishes for. */
export type MappingChange =
  | { readonly operation: 'create' | 'update'; readonly serviceProviderId: string; readonly skillId: string }
  | { readonly operation: 'delete'; readonly serviceProviderId: string };

/** What the service said, and when. */
export interface MappingSnapshot {
  readonly mapping: NetworkMapping;
  readonly readAtMs: number;
}

/** Whether two mappings are the same. Skills are, when their ids differ in case only. */
export function isSameMapping(one: NetworkMapping, other: NetworkMapping): boolean {
  if (one.type === 'notMapped' || other.type === 'notMapped') return one.type === other.type;
  return isSameSkillId(one.skillId, other.skillId);
}

/** What the service holds once the change has been made. */
export function targetOf(change: MappingChange): NetworkMapping {
  return change.operation === 'delete' ? { type: 'notMapped' } : { type: 'mapped', skillId: change.skillId };
}

/** Who sends a change, and where to: what was shown and confirmed holds for these alone. */
export interface ChangeSender {
  /** The API endpoint, as `checkEndpoint` returns it: without a slash at its end. */
  readonly endpoint: string;
  /** The account that serves the service provider, where there is one. */
  readonly account?: string;
  /** Tells the account's sign-in from any other; a renewed session keeps it. */
  readonly session?: string;
}

/** What of a sender is another than was shown; undefined where all is the same. */
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
  /** The mapping before it, where that is known. */
  readonly before?: NetworkMapping;
  /** What other changes request that this program sent after it, or before it without an outcome. */
  readonly alsoRequested?: readonly NetworkMapping[];
  /** The service is through with it, and only its mapping could not be read: whatever is read next tells the outcome. */
  readonly isProcessed?: true;
}

/**
 * Whether a mapping leaves open what became of an unconfirmed change: it is neither the requested one, which confirms the
 * change, nor a newer one by others, after which there is nothing more to find out.
 */
export function leavesUnconfirmed(
  mapping: NetworkMapping,
  { change, before, alsoRequested = [], isProcessed }: UnconfirmedChange,
): boolean {
  if (isProcessed || isSameMapping(mapping, targetOf(change))) return false;
  return before === undefined || [before, ...alsoRequested].some((own) => isSameMapping(mapping, own));
}

/** The one change that leads from one mapping to another; undefined where they are the same. */
export function changeBetween(
  serviceProviderId: string,
  from: NetworkMapping,
  to: NetworkMapping,
): MappingChange | undefined {
  if (isSameMapping(from, to)) return undefined;
  if (to.type === 'notMapped') return { operation: 'delete', serviceProviderId };
  return { operation: from.type === 'mapped' ? 'update' : 'create', serviceProviderId, skillId: to.skillId };
}
