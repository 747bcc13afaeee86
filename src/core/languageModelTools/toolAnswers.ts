import type { ApiFailure } from '../failures/apiFailure';
import { describeFailure } from '../failures/failureMessages';
import { type ProviderStatus, type RowState } from '../mappings/providerStatus';
import type { ConfiguredProvider } from '../model/configuredProviders';
import { targetOf, type MappingSnapshot, type NetworkMapping } from '../model/networkMapping';
import type { ChangeResult, OperationResult } from '../operations/operation';
import { warningText } from '../operations/operationText';
import { countResults, failuresOf, kindOf } from '../operations/outcomes';
import { selectedCount, type Plan, type SkipReason } from '../operations/plan';
import type { SkillNames } from '../skills/skillNames';
import { SIGN_IN_STEP } from './toolRefusals';
import type { ToolPlan } from './toolPlans';

/** A mapping as JSON. */
type MappingJson =
  { readonly mapped: true; readonly skillId: string; readonly skillName?: string } | { readonly mapped: false };

/** What the user's window knows of a service provider. */
interface ProviderJson {
  readonly serviceProviderId: string;
  readonly name?: string;
  readonly account?: string;
  readonly state: 'mapped' | 'notMapped' | 'unknownServiceProvider' | 'notRead' | 'signedOut' | 'unreadable';
  readonly skillId?: string;
  readonly skillName?: string;
  /** When the mapping in `state` was read, ISO 8601. */
  readonly readAt?: string;
  /** The mapping read last, where it may no longer hold. */
  readonly lastKnown?: MappingJson & { readonly readAt: string };
  /** An earlier change may still take effect. */
  readonly hasUnconfirmedChange?: true;
  readonly error?: FailureJson;
}

interface FailureJson {
  readonly kind: ApiFailure['kind'];
  readonly message: string;
  readonly nextStep: string;
  readonly requestId?: string;
}

/** Returns what is known of a service provider. Names and IDs are data: they come from settings and the service. */
export function providerJson(
  { id, name, account }: ConfiguredProvider,
  row: RowState,
  status: ProviderStatus,
  skills: SkillNames,
): ProviderJson {
  const { lastKnown, unconfirmed } = status;
  const about = {
    serviceProviderId: id,
    ...(name !== undefined && { name }),
    ...(account !== undefined && { account }),
    ...(unconfirmed && { hasUnconfirmedChange: true as const }),
  };
  const read = lastKnown && { readAt: isoTime(lastKnown) };
  const before = read && { lastKnown: { ...mappingJson(lastKnown.mapping, skills), ...read } };
  switch (row.type) {
    case 'mapped':
      return { ...about, state: 'mapped', ...skillJson(row.skillId, skills), ...read };
    case 'notMapped':
      return { ...about, state: 'notMapped', ...read };
    case 'unknownProvider':
      return { ...about, state: 'unknownServiceProvider', ...read };
    case 'checking':
      return { ...about, state: 'notRead', ...before };
    case 'signedOut':
      return { ...about, state: 'signedOut', ...before };
    case 'unreadable':
      return { ...about, state: 'unreadable', ...before, error: failureJson(row.readError) };
  }
}

/** Returns how many of these service providers are in each state. */
export function countStates(
  providers: readonly ProviderJson[],
): Readonly<Partial<Record<ProviderJson['state'], number>>> {
  const counts: Partial<Record<ProviderJson['state'], number>> = {};
  for (const { state } of providers) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

/** Returns a plan; `counts.requested` is the sum of the others, and each service provider is in exactly one list. */
export function planJson(
  plan: Plan,
  kept: ToolPlan | undefined,
  warnings: ReadonlyMap<string, readonly string[]>,
  skills: SkillNames,
): object {
  const { changes, skipped, unreadable } = plan;
  return {
    ...(kept && { planId: kept.id, expiresAt: new Date(kept.expiresAtMs).toISOString() }),
    counts: {
      requested: selectedCount(plan),
      changes: changes.length,
      skipped: skipped.length,
      unreadable: unreadable.length,
    },
    changes: changes.map((planned) => {
      const { change, name, replaces } = planned;
      const warning = warningText(planned, skills);
      const about = [...(warnings.get(change.serviceProviderId) ?? []), ...(warning === undefined ? [] : [warning])];
      return {
        serviceProviderId: change.serviceProviderId,
        name,
        operation: OPERATION_NAMES[change.operation],
        from: mappingJson(replaces, skills),
        to: mappingJson(targetOf(change), skills),
        ...(about.length > 0 && { warnings: about }),
      };
    }),
    ...unchangedJson(plan, skills),
    nextStep: nextStepOfPlan(plan),
  };
}

const OPERATION_NAMES = { create: 'map', update: 'remap', delete: 'deleteMapping' } as const;

function nextStepOfPlan({ changes, skipped, unreadable }: Plan): string {
  return [
    unreadable.length > 0 ? 'Tell the user which mappings could not be read and why; the plan leaves them alone.' : '',
    skipped.some(({ reason }) => reason === 'notListed')
      ? `Service providers that are not in the user's list are left alone: ask the user to run the command "Alexa Network Mapping: Add Service Provider…" if they belong there.`
      : '',
    changes.length > 0
      ? 'Nothing was changed yet. Tell the user what would be changed, from which skill to which. If they want it, call apply_network_mappings with this planId; VS Code then asks the user to confirm.'
      : 'There is nothing to change, so there is no planId.',
  ]
    .filter(Boolean)
    .join(' ');
}

/** Returns the service providers that a plan does not change, each with the reason. */
function unchangedJson({ skipped, unreadable }: Plan, skills: SkillNames): object {
  return {
    skipped: skipped.map(({ serviceProviderId, name, reason, mapping }) => ({
      serviceProviderId,
      name,
      reason: reasonCode(reason),
      ...(mapping && { current: mappingJson(mapping, skills) }),
    })),
    unreadable: unreadable.map(({ serviceProviderId, name, failure }) => ({
      serviceProviderId,
      name,
      error: failureJson(failure),
    })),
  };
}

/** In a plan of wanted mappings, the other reasons cannot occur. */
function reasonCode(reason: SkipReason): string {
  if (reason === 'sameSkill') return 'alreadyMappedToThisSkill';
  return reason === 'notMapped' ? 'alreadyNotMapped' : reason;
}

/**
 * Returns the outcome of each change. `counts.selected` is the sum of the others; `skipped` includes what was changed by
 * others, or removed from the list, since the plan was made.
 */
export function appliedJson(applied: OperationResult & { type: 'applied' }, skills: SkillNames): object {
  const { plan, results, operationId, stopped, journalFailed } = applied;
  const { skipped, ...counts } = countResults(applied);
  return {
    operationId,
    counts: { ...counts, skipped: [...skipped.values()].reduce((sum, count) => sum + count, 0) },
    results: results.map((result) => resultJson(result, skills)),
    ...unchangedJson(plan, skills),
    ...(stopped && { wasCanceled: true }),
    ...(journalFailed && { journalError: journalFailed.message }),
    nextStep: nextStepOfResults(applied),
  };
}

function resultJson(result: ChangeResult, skills: SkillNames): object {
  const { planned, outcome } = result;
  const { change, name, replaces } = planned;
  return {
    serviceProviderId: change.serviceProviderId,
    name,
    outcome: kindOf(result),
    from: mappingJson(replaces, skills),
    to: mappingJson(targetOf(change), skills),
    ...(outcome && 'reading' in outcome && { current: mappingJson(outcome.reading.mapping, skills) }),
    ...(outcome?.type === 'notSent' && { reason: outcome.reason }),
    ...((outcome?.type === 'failed' || outcome?.type === 'unconfirmed') && { error: failureJson(outcome.failure) }),
  };
}

function nextStepOfResults(applied: OperationResult & { type: 'applied' }): string {
  const { results } = applied;
  const has = (...kinds: readonly ReturnType<typeof kindOf>[]) => results.some((each) => kinds.includes(kindOf(each)));
  return [
    'Tell the user these counts as they are.',
    has('changed')
      ? 'The user can revert the changes with the command "Alexa Network Mapping: Undo Last Mapping Change".'
      : '',
    has('unconfirmed')
      ? 'An unconfirmed change may have taken effect or still may: do not repeat it. Call get_network_mapping later.'
      : '',
    has('changedMeanwhile', 'notListed')
      ? 'What others have changed since the plan was made was left alone: make a new plan if the user still wants it.'
      : '',
    failuresOf(results).some(needsSignIn) ? SIGN_IN_STEP : '',
    has('failed', 'notStarted')
      ? 'For what failed or was not started, make a new plan once the cause is resolved.'
      : '',
  ]
    .filter(Boolean)
    .join(' ');
}

/** Returns a failure without any text of the service. */
function failureJson(failure: ApiFailure): FailureJson {
  const { title, cause, nextSteps } = describeFailure(failure);
  return {
    kind: failure.kind,
    message: `${title}. ${cause}`,
    nextStep: needsSignIn(failure) ? SIGN_IN_STEP : nextSteps.join(' '),
    ...(failure.requestId !== undefined && { requestId: failure.requestId }),
  };
}

function needsSignIn(failure: ApiFailure): boolean {
  return describeFailure(failure).suggestedActions[0] === 'signIn';
}

function mappingJson(mapping: NetworkMapping, skills: SkillNames): MappingJson {
  return mapping.type === 'mapped' ? { mapped: true, ...skillJson(mapping.skillId, skills) } : { mapped: false };
}

function skillJson(skillId: string, skills: SkillNames): { readonly skillId: string; readonly skillName?: string } {
  const skillName = skills.nameOf(skillId);
  return { skillId, ...(skillName !== undefined && { skillName }) };
}

function isoTime({ readAtMs }: MappingSnapshot): string {
  return new Date(readAtMs).toISOString();
}
