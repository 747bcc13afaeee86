import type { MappingChangeRecord } from '../history/changeRecord';
import type { NetworkMapping } from '../model/networkMapping';
import { planUndoStep } from '../history/undo';
import type { CurrentMapping } from './currentMappings';
import { makePlan, type Decision, type Plan } from './plan';

/**
 * Plans to restore the mappings from before an operation.
 *
 * @param records the operation's changes, the newest first
 */
export function planUndo(records: readonly MappingChangeRecord[], current: readonly CurrentMapping[]): Plan {
  // Of several changes of one service provider, only the oldest has the mapping from before all of them.
  const oldest = new Map(records.map((record) => [record.serviceProviderId, record]));
  // The journal has the name of one that is no longer in the list.
  const named = current.map((each) => {
    const { name } = oldest.get(each.serviceProviderId) ?? {};
    return each.type === 'notListed' && name !== undefined ? { ...each, name } : each;
  });
  return makePlan({ kind: 'undo' }, named, (serviceProviderId, mapping, { endpoint }) => {
    const record = oldest.get(serviceProviderId);
    if (!record) return 'unknownBefore';
    return record.endpoint === endpoint ? decide(record, mapping) : 'otherEndpoint';
  });
}

function decide(record: MappingChangeRecord, mapping: NetworkMapping): Decision {
  const step = planUndoStep(record, mapping);
  switch (step.type) {
    case 'unknownBefore':
    case 'unconfirmed':
      return step.type;
    case 'nothing':
      return 'restoredAlready';
    case 'restore':
      return { change: step.change, revertsChangeId: record.id };
    case 'changedSince':
      return {
        change: step.change,
        revertsChangeId: record.id,
        ...(record.before && { changedSince: { before: record.before, target: record.target } }),
      };
  }
}
