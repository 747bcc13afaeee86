/** What can be asked of the service for one service provider. */
export const OPERATIONS = ['get', 'create', 'update', 'delete'] as const;

export type Operation = (typeof OPERATIONS)[number];

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
