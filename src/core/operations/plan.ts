import type { PlannedWrite } from '../mappings/plannedWrite';
import type { ApiFailure } from '../failures/apiFailure';
import type { ChangeSender, NetworkMapping, UnconfirmedChange } from '../model/networkMapping';
import type { CurrentMapping } from './currentMappings';

export type OperationKind = 'map' | 'remap' | 'delete' | 'undo' | 'apply';

/** One change of a plan. It is sent only while `replaces` and `sender` still hold. */
export interface PlannedChange extends PlannedWrite {
  readonly replaces: NetworkMapping;
  readonly sender: ChangeSender;
  /** With the ID if another service provider of the plan has the same name. */
  readonly name: string;
  /** An earlier change that may still take effect. */
  readonly unconfirmed?: UnconfirmedChange;
  /** The service says that there is no such service provider. */
  readonly isUnknown?: true;
  /** For an undo of a mapping that was changed again since: the mappings in the change's record. */
  readonly changedSince?: { readonly before: NetworkMapping; readonly target: NetworkMapping };
}

export type SkipReason =
  | 'sameSkill'
  | 'mappedToOther'
  | 'notMapped'
  | 'notListed'
  | 'notRead'
  | 'cleared'
  | 'changedMeanwhile'
  | 'unknownBefore'
  | 'restoredAlready'
  | 'otherEndpoint'
  | 'unconfirmed';

/** A selected service provider that is not changed. */
interface SkippedProvider {
  readonly serviceProviderId: string;
  readonly name: string;
  readonly reason: SkipReason;
  readonly mapping?: NetworkMapping;
}

/** A selected service provider whose mapping could not be read. */
interface UnreadableProvider {
  readonly serviceProviderId: string;
  readonly name: string;
  readonly failure: ApiFailure;
}

/**
 * What an operation will do, based on freshly read mappings. Each selected service provider is in exactly one of the
 * three lists, so that all counts add up to the selection.
 */
export interface Plan {
  readonly kind: OperationKind;
  /** The skill to map to; none for a delete, and an undo or a mapping file may have several. */
  readonly skillId?: string;
  readonly changes: readonly PlannedChange[];
  readonly skipped: readonly SkippedProvider[];
  readonly unreadable: readonly UnreadableProvider[];
}

/** What to do with a service provider that could be read. */
export type Decision = Omit<PlannedChange, 'name' | 'replaces' | 'sender' | 'unconfirmed' | 'isUnknown'> | SkipReason;

/**
 * Sorts the selected service providers into changed ones, and skipped or unreadable ones with the reason.
 *
 * @param decide for one that could be read
 */
export function makePlan(
  operation: Pick<Plan, 'kind' | 'skillId'>,
  current: readonly CurrentMapping[],
  decide: (serviceProviderId: string, mapping: NetworkMapping, sender: ChangeSender) => Decision,
): Plan {
  const changes: PlannedChange[] = [];
  const skipped: SkippedProvider[] = [];
  const unreadable: UnreadableProvider[] = [];
  for (const each of current) {
    const { serviceProviderId, name } = each;
    if (each.type === 'failed') unreadable.push({ serviceProviderId, name, failure: each.failure });
    else if (each.type !== 'read') skipped.push({ serviceProviderId, name, reason: each.type });
    else {
      const { mapping, sender, unconfirmed, isUnknown } = each;
      const decision = decide(serviceProviderId, mapping, sender);
      if (typeof decision === 'string') skipped.push({ serviceProviderId, name, reason: decision, mapping });
      else {
        const warnings = { ...(unconfirmed && { unconfirmed }), ...(isUnknown && { isUnknown }) };
        changes.push({ ...decision, name, replaces: mapping, sender, ...warnings });
      }
    }
  }
  return { ...operation, changes, skipped, unreadable };
}

/** Returns how many service providers were selected for the operation. */
export function selectedCount({ changes, skipped, unreadable }: Plan): number {
  return changes.length + skipped.length + unreadable.length;
}

/** Returns the plan with only these changes; the others become skipped. */
export function withOnly(plan: Plan, chosen: readonly string[]): Plan {
  const ids = new Set(chosen);
  const isChosen = ({ change }: PlannedChange) => ids.has(change.serviceProviderId);
  return {
    ...plan,
    changes: plan.changes.filter(isChosen),
    skipped: [
      ...plan.skipped,
      ...plan.changes
        .filter((each) => !isChosen(each))
        .map(({ change: { serviceProviderId }, name, replaces }) => ({
          serviceProviderId,
          name,
          reason: 'cleared' as const,
          mapping: replaces,
        })),
    ],
  };
}
