import { isSameSkill } from './identifiers';

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
export interface Reading {
  readonly mapping: NetworkMapping;
  readonly readAtMs: number;
}

/** Whether two mappings are the same. Skills are, when their ids differ in case only. */
export function isSameMapping(one: NetworkMapping, other: NetworkMapping): boolean {
  if (one.type === 'notMapped' || other.type === 'notMapped') return one.type === other.type;
  return isSameSkill(one.skillId, other.skillId);
}

/** What the service holds once the change has been made. */
export function wishOf(change: MappingChange): NetworkMapping {
  return change.operation === 'delete' ? { type: 'notMapped' } : { type: 'mapped', skillId: change.skillId };
}

/** The one change that leads from one mapping to another; undefined where they are the same. */
export function changeTo(
  serviceProviderId: string,
  from: NetworkMapping,
  to: NetworkMapping,
): MappingChange | undefined {
  if (isSameMapping(from, to)) return undefined;
  if (to.type === 'notMapped') return { operation: 'delete', serviceProviderId };
  return { operation: from.type === 'mapped' ? 'update' : 'create', serviceProviderId, skillId: to.skillId };
}
