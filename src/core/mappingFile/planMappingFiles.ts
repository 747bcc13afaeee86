import { isSameMapping, targetOf, type MappingChange, type NetworkMapping } from '../model/networkMapping';
import type { CurrentMapping } from '../operations/currentMappings';
import { makePlan, type Decision, type Plan } from '../operations/plan';
import { planMappings } from '../operations/planMappings';
import type { DesiredMapping } from './resolveMappingFiles';

/** A change that was reviewed, and the mapping that it was to replace. */
export interface ReviewedChange {
  readonly change: MappingChange;
  readonly replaces: NetworkMapping;
}

/**
 * Plans to make the service agree with mapping files. What already agrees is skipped as `sameSkill`, or as `notMapped`
 * where the files want no mapping. Mappings that no file names are never in the plan.
 *
 * @param current in the order of the plan
 */
export function planMappingFiles(desired: readonly DesiredMapping[], current: readonly CurrentMapping[]): Plan {
  const wanted = new Map(desired.map(({ serviceProviderId, target }) => [serviceProviderId, target]));
  return planMappings(wanted, current);
}

/**
 * Plans the changes of a reviewed plan that still hold. What others have changed since is skipped as `changedMeanwhile`,
 * unless it is as the plan wants it.
 */
export function planReviewed(reviewed: readonly ReviewedChange[], current: readonly CurrentMapping[]): Plan {
  const changes = new Map(reviewed.map((each) => [each.change.serviceProviderId, each]));
  return makePlan({ kind: 'apply' }, current, (id, mapping): Decision => {
    const { change, replaces } = changes.get(id) ?? {};
    if (!change || !replaces) return 'changedMeanwhile';
    if (isSameMapping(mapping, targetOf(change))) return unchanged(mapping);
    return isSameMapping(mapping, replaces) ? { change } : 'changedMeanwhile';
  });
}

function unchanged({ type }: NetworkMapping): 'sameSkill' | 'notMapped' {
  return type === 'mapped' ? 'sameSkill' : 'notMapped';
}

/** The numbers of a plan that the threshold compares. */
export interface PlanCounts {
  readonly create: number;
  readonly remap: number;
  readonly delete: number;
  readonly unchanged: number;
  /** The service providers of the plan that are mapped now. */
  readonly mapped: number;
}

export function countPlan({ changes, skipped }: Plan): PlanCounts {
  const count = (operation: MappingChange['operation']) =>
    changes.filter(({ change }) => change.operation === operation).length;
  return {
    create: count('create'),
    remap: count('update'),
    delete: count('delete'),
    unchanged: skipped.filter(({ reason }) => reason === 'sameSkill' || reason === 'notMapped').length,
    mapped: [...changes.map(({ replaces }) => replaces), ...skipped.map(({ mapping }) => mapping)].filter(
      (mapping) => mapping?.type === 'mapped',
    ).length,
  };
}

/** More remaps and deletes than this, in percent of the mapped service providers, must be permitted explicitly. */
export const DEFAULT_MAX_CHANGES_PERCENT = 30;

/** Of fewer mapped service providers, any number may be changed. */
const THRESHOLD_FROM_MAPPED = 10;

/**
 * Returns the share of the mapped service providers that a plan remaps or deletes, in percent and rounded up, if that is
 * more than permitted; undefined if it is not. Protects from a file that is empty, cut off, or for another environment.
 */
export function excessOf(counts: PlanCounts, maxPercent: number): number | undefined {
  const { mapped } = counts;
  const percent = ((counts.remap + counts.delete) / mapped) * 100;
  return mapped >= THRESHOLD_FROM_MAPPED && percent > maxPercent ? Math.ceil(percent) : undefined;
}
