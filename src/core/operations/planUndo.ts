import type { RecordedChange } from '../changeRecord';
import { undoStep } from '../undo';
import type { CurrentMapping } from './currentMappings';
import type { Plan, PlannedChange, SkippedProvider, UnreadableProvider } from './plan';

/**
 * Plans to restore the mappings from before an operation.
 *
 * @param records the operation's changes, the newest first
 */
export function planUndo(records: readonly RecordedChange[], current: readonly CurrentMapping[]): Plan {
  // Of several changes of one service provider, only the oldest has the mapping from before all of them.
  const oldest = new Map(records.map((record) => [record.serviceProviderId, record]));
  const changes: PlannedChange[] = [];
  const skipped: SkippedProvider[] = [];
  const unreadable: UnreadableProvider[] = [];
  for (const each of current) {
    const { serviceProviderId } = each;
    const record = oldest.get(serviceProviderId);
    if (!record) continue;
    const name = each.type === 'notListed' ? (record.name ?? each.name) : each.name;
    if (each.type === 'failed') {
      unreadable.push({ serviceProviderId, name, failure: each.failure });
      continue;
    }
    if (each.type !== 'read') {
      skipped.push({ serviceProviderId, name, reason: each.type });
      continue;
    }
    const { mapping, sender, unconfirmed } = each;
    const skip = (reason: SkippedProvider['reason']) => skipped.push({ serviceProviderId, name, reason, mapping });
    const step = undoStep(record, mapping);
    if (step.type === 'unknownBefore') skip('unknownBefore');
    else if (step.type === 'nothing') skip('restoredAlready');
    else if (step.type === 'unconfirmed') skip('unconfirmed');
    else {
      changes.push({
        name,
        change: step.change,
        replaces: mapping,
        sender,
        undoes: record.id,
        ...(unconfirmed && { unconfirmed }),
        ...(step.type === 'changedSince' &&
          record.before && { changedSince: { before: record.before, target: record.wished } }),
      });
    }
  }
  return { kind: 'undo', changes, skipped, unreadable };
}
