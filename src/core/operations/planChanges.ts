import { isSameSkill } from '../identifiers';
import type { NetworkMapping } from '../networkMapping';
import type { CurrentMapping } from './currentMappings';
import type { Plan, PlannedChange, SkipReason, SkippedProvider, UnreadableProvider } from './plan';

/** What is to be done to the selected service providers. */
export type ChangeRequest = { readonly kind: 'map' | 'remap'; readonly skillId: string } | { readonly kind: 'delete' };

/** Sorts the selected service providers into those that are changed, and those that are not, with the reason. */
export function planChanges(request: ChangeRequest, current: readonly CurrentMapping[]): Plan {
  const changes: PlannedChange[] = [];
  const skipped: SkippedProvider[] = [];
  const unreadable: UnreadableProvider[] = [];
  for (const each of current) {
    const { serviceProviderId, name } = each;
    if (each.type === 'failed') {
      unreadable.push({ serviceProviderId, name, failure: each.failure });
      continue;
    }
    if (each.type !== 'read') {
      skipped.push({ serviceProviderId, name, reason: each.type });
      continue;
    }
    const { mapping, sender, unconfirmed } = each;
    const reason = skipReason(request, mapping);
    if (reason) {
      skipped.push({ serviceProviderId, name, reason, mapping });
      continue;
    }
    changes.push({
      name,
      replaces: mapping,
      sender,
      change:
        request.kind === 'delete'
          ? { operation: 'delete', serviceProviderId }
          : {
              operation: request.kind === 'map' ? 'create' : 'update',
              serviceProviderId,
              skillId: request.skillId,
            },
      ...(unconfirmed && { unconfirmed }),
    });
  }
  return {
    kind: request.kind,
    ...(request.kind !== 'delete' && { skillId: request.skillId }),
    changes,
    skipped,
    unreadable,
  };
}

function skipReason(request: ChangeRequest, mapping: NetworkMapping): SkipReason | undefined {
  if (request.kind !== 'delete' && mapping.type === 'mapped' && isSameSkill(mapping.skillId, request.skillId))
    return 'sameSkill';
  if (request.kind === 'map') return mapping.type === 'mapped' ? 'mappedToOther' : undefined;
  return mapping.type === 'notMapped' ? 'notMapped' : undefined;
}
