import { changeBetween, type NetworkMapping } from '../model/networkMapping';
import type { CurrentMapping } from './currentMappings';
import { makePlan, type Plan } from './plan';

/**
 * Plans to give service providers these mappings, whatever they have now. What is as wanted already is skipped: as
 * `sameSkill`, or as `notMapped` where no mapping is wanted.
 *
 * @param wanted by service provider ID, one for each of `current`
 */
export function planMappings(wanted: ReadonlyMap<string, NetworkMapping>, current: readonly CurrentMapping[]): Plan {
  return makePlan({ kind: 'apply' }, current, (serviceProviderId, mapping) => {
    const target = wanted.get(serviceProviderId) ?? mapping;
    const change = changeBetween(serviceProviderId, mapping, target);
    if (change) return { change };
    return target.type === 'mapped' ? 'sameSkill' : 'notMapped';
  });
}
