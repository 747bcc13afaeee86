import { isSameSkillId } from '../model/identifiers';
import type { MappingChange, NetworkMapping } from '../model/networkMapping';
import type { CurrentMapping } from './currentMappings';
import { makePlan, type Plan, type SkipReason } from './plan';

/** What to do with the selected service providers. */
export type ChangeRequest = { readonly kind: 'map' | 'remap'; readonly skillId: string } | { readonly kind: 'delete' };

/** Plans a map, remap or delete, skipping service providers it does not apply to. */
export function planChanges(request: ChangeRequest, current: readonly CurrentMapping[]): Plan {
  return makePlan(
    request,
    current,
    (serviceProviderId, mapping) => skipReason(request, mapping) ?? { change: changeOf(request, serviceProviderId) },
  );
}

function changeOf(request: ChangeRequest, serviceProviderId: string): MappingChange {
  if (request.kind === 'delete') return { operation: 'delete', serviceProviderId };
  return { operation: request.kind === 'map' ? 'create' : 'update', serviceProviderId, skillId: request.skillId };
}

function skipReason(request: ChangeRequest, mapping: NetworkMapping): SkipReason | undefined {
  if (request.kind !== 'delete' && mapping.type === 'mapped' && isSameSkillId(mapping.skillId, request.skillId))
    return 'sameSkill';
  if (request.kind === 'map') return mapping.type === 'mapped' ? 'mappedToOther' : undefined;
  return mapping.type === 'notMapped' ? 'notMapped' : undefined;
}
