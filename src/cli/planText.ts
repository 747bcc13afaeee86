import { describeFailure } from '../core/failures/failureMessages';
import { statusText } from '../core/failures/failureText';
import type { ApiFailure } from '../core/failures/apiFailure';
import { countPlan, type PlanCounts } from '../core/mappingFile/planMappingFiles';
import { planHash, type PlanScope } from '../core/mappingFile/reviewedPlan';
import { targetOf, type MappingChange, type NetworkMapping } from '../core/model/networkMapping';
import { kindOf } from '../core/operations/outcomes';
import type { ChangeResult } from '../core/operations/operation';
import type { Plan, PlannedChange } from '../core/operations/plan';
import { escapeMarkdown } from '../core/text/escapeMarkdown';
import { sanitizeText } from '../core/text/sanitizeText';

/** A plan, and what its texts say of it. */
export interface ShownPlan extends PlanScope {
  readonly plan: Plan;
  /** By how many percent of the mapped service providers it exceeds the threshold, and what is permitted. */
  readonly excess?: { readonly percent: number; readonly maxPercent: number } | undefined;
}

/** Finds the one comment of a pull request to update. */
const MARKER = '<!-- alexa-network-mapping plan -->';

/** A comment of a pull request has at most 65,536 characters. */
const MAX_MARKDOWN_ROWS = 150;

const SIGNS: Record<MappingChange['operation'], string> = { create: '+', update: '~', delete: '-' };
const ACTIONS: Record<MappingChange['operation'], string> = { create: 'map', update: 'remap', delete: 'delete' };

function shown(mapping: NetworkMapping): string {
  return mapping.type === 'mapped' ? sanitizeText(mapping.skillId) : 'not mapped';
}

function nameAndId(name: string, serviceProviderId: string): string {
  const id = sanitizeText(serviceProviderId, 1_000);
  return name === serviceProviderId || name.endsWith(`(${serviceProviderId})`)
    ? sanitizeText(name, 1_300)
    : `${name} (${id})`;
}

/** Returns a plan for people, as lines. */
export function planLines(shownPlan: ShownPlan): string[] {
  const { plan } = shownPlan;
  const counts = countPlan(plan);
  return [
    ...plan.changes.flatMap(changeLines),
    ...leftAloneLines(plan),
    ...unreadableLines(plan),
    `${plan.changes.length > 0 ? 'Plan' : 'No changes'}: ${countsText(plan, counts)}.`,
    ...(plan.changes.length > 0 ? [`Plan hash: ${planHash(plan.changes, shownPlan)}`] : []),
  ];
}

/** Returns how the service differs from the files, as lines. */
export function driftLines({ plan }: ShownPlan): string[] {
  const isComplete = plan.unreadable.length === 0;
  return [
    ...plan.changes.flatMap(changeLines),
    ...leftAloneLines(plan),
    ...unreadableLines(plan),
    ...(plan.changes.length > 0 ? ['The service differs from the files.'] : []),
    ...(plan.changes.length === 0 && isComplete ? ['The service agrees with the files.'] : []),
    `To apply the files: ${countsText(plan, countPlan(plan))}.`,
  ];
}

function changeLines({ change, replaces, name, isUnknown }: PlannedChange): string[] {
  return [
    `${SIGNS[change.operation]} ${ACTIONS[change.operation]} ${nameAndId(name, change.serviceProviderId)}`,
    `    ${shown(replaces)} -> ${shown(targetOf(change))}`,
    ...(isUnknown ? ['    The service has no such service provider, so the change will probably fail.'] : []),
  ];
}

/** What a reviewed plan does not change, because others have. */
function leftAloneLines({ skipped }: Plan): string[] {
  return skipped.flatMap(({ reason, name, serviceProviderId, mapping }) => {
    if (reason === 'sameSkill' || reason === 'notMapped') return [];
    const why = reason === 'changedMeanwhile' ? 'changed in the meantime' : 'could not be read in time';
    return [`! left alone: ${nameAndId(name, serviceProviderId)}: ${why}${mapping ? `, now ${shown(mapping)}` : ''}`];
  });
}

/** Returns which mappings could not be read, as lines. */
export function unreadableLines({ unreadable }: Pick<Plan, 'unreadable'>): string[] {
  return unreadable.map(
    ({ name, serviceProviderId, failure }) =>
      `! could not be read: ${nameAndId(name, serviceProviderId)}: ${failureText(failure)}`,
  );
}

function countsText({ unreadable, skipped }: Plan, counts: PlanCounts): string {
  const leftAlone = skipped.length - counts.unchanged;
  return [
    `${counts.create} to map`,
    `${counts.remap} to remap`,
    `${counts.delete} to delete`,
    `${counts.unchanged} unchanged`,
    ...(leftAlone > 0 ? [`${leftAlone} left alone`] : []),
    ...(unreadable.length > 0 ? [`${unreadable.length} could not be read`] : []),
  ].join(', ');
}

/** Returns why a plan is not applied, and the way past it. */
export function excessText({ percent, maxPercent }: NonNullable<ShownPlan['excess']>): string {
  return `The plan remaps or deletes ${percent} % of the mapped service providers, more than ${maxPercent} %. If that is intended, use apply --max-changes ${percent}%, or review a plan and use apply --plan.`;
}

/** Returns a failure on one line: what happened, the status and the request ID. */
function failureText(failure: ApiFailure): string {
  const { status, requestId } = failure;
  const details = [
    ...(status === undefined ? [] : [statusText(status)]),
    ...(requestId === undefined ? [] : [`request ID ${requestId}`]),
  ];
  return `${describeFailure(failure).title}${details.length > 0 ? ` (${details.join(', ')})` : ''}`;
}

/** Returns why requests failed and what to do, once for each kind of failure. */
export function explanations(failures: readonly ApiFailure[]): string[] {
  const byKind = new Map(failures.map((failure) => [failure.signIn?.kind ?? failure.kind, failure]));
  return [...byKind.values()].map((failure) => {
    const { title, cause } = describeFailure(failure);
    const hint = HINTS[failure.signIn?.kind ?? failure.kind];
    return [`${title}.`, cause, ...(hint === undefined ? [] : [hint])].join(' ');
  });
}

/** What to do where that differs from the extension, which has settings and a sign-in. */
const HINTS: Readonly<Record<string, string>> = {
  unauthorized: 'Check LWA_ACCESS_TOKEN or LWA_REFRESH_TOKEN.',
  forbidden: 'Check the scopes that the token was issued for, and the account.',
  invalidClient: 'Check LWA_CLIENT_ID and LWA_CLIENT_SECRET.',
  clientNotAuthorized: 'LWA_REFRESH_TOKEN must be issued for LWA_CLIENT_ID.',
  refreshTokenRevoked: 'Set LWA_REFRESH_TOKEN to a new refresh token.',
  nameResolution: 'Check the endpoints.',
  network: 'Check the network and the endpoints.',
  certificate: 'Node.js trusts the certificates in the file that NODE_EXTRA_CA_CERTS names.',
};

/** Returns a plan for programs. */
export function planJson(shownPlan: ShownPlan): object {
  const { plan, endpoint, account, excess } = shownPlan;
  const { mapped: _mapped, ...counts } = countPlan(plan);
  return {
    version: 1,
    hash: planHash(plan.changes, shownPlan),
    endpoint,
    ...(account !== undefined && { account }),
    counts: { ...counts, unreadable: plan.unreadable.length },
    ...(excess && { exceeds: { percent: excess.percent, permitted: excess.maxPercent } }),
    changes: plan.changes.map(({ change, replaces, name, isUnknown }) => ({
      action: ACTIONS[change.operation],
      serviceProviderId: change.serviceProviderId,
      ...(name !== change.serviceProviderId && { name }),
      from: replaces.type === 'mapped' ? replaces.skillId : null,
      to: change.operation === 'delete' ? null : change.skillId,
      ...(isUnknown && { isUnknown }),
    })),
    unreadable: plan.unreadable.map(({ serviceProviderId, failure: { kind, status, requestId } }) => ({
      serviceProviderId,
      failure: kind,
      ...(status !== undefined && { status }),
      ...(requestId !== undefined && { requestId }),
    })),
  };
}

/** Returns a plan as the text of a comment. */
export function planMarkdown(shownPlan: ShownPlan): string {
  const { plan, excess } = shownPlan;
  const { changes, unreadable } = plan;
  const cell = (text: string) => escapeMarkdown(text);
  const rows = changes
    .slice(0, MAX_MARKDOWN_ROWS)
    .map(
      ({ change, replaces, name, isUnknown }) =>
        `| ${ACTIONS[change.operation]} | ${cell(nameAndId(name, change.serviceProviderId))}${isUnknown ? ' (unknown service provider)' : ''} | ${cell(shown(replaces))} | ${cell(shown(targetOf(change)))} |`,
    );
  const more = changes.length - rows.length;
  const failed = unreadableLines(plan).slice(0, MAX_MARKDOWN_ROWS);
  return [
    MARKER,
    '### Network mappings',
    `${changes.length > 0 ? 'Plan' : 'No changes'}: ${countsText(plan, countPlan(plan))}.`,
    ...(rows.length === 0
      ? []
      : [['| Change | Service provider | Current skill | New skill |', '|---|---|---|---|', ...rows].join('\n')]),
    ...(more > 0 ? [`${more} more changes are in the plan.`] : []),
    ...(failed.length > 0 ? [failed.map((line) => `- ${cell(line.slice(2))}`).join('\n')] : []),
    ...(unreadable.length > failed.length ? [`${unreadable.length - failed.length} more could not be read.`] : []),
    ...(excess ? [`**${excessText(excess)}**`] : []),
    ...(changes.length > 0 ? [`Plan hash: \`${planHash(changes, shownPlan)}\``] : []),
  ].join('\n\n');
}

/** Returns what became of each change, as lines. */
export function resultLines(results: readonly ChangeResult[]): string[] {
  return results.map((result) => {
    const { change, replaces, name } = result.planned;
    const what = `${ACTIONS[change.operation]} ${nameAndId(name, change.serviceProviderId)}: ${shown(replaces)} -> ${shown(targetOf(change))}`;
    switch (kindOf(result)) {
      case 'changed':
        return `done: ${what}`;
      case 'changedMeanwhile':
      case 'notListed':
        return `! left alone: ${what}: changed in the meantime${nowText(result)}`;
      case 'failed':
        return `! failed: ${what}: ${reasonText(result)}`;
      case 'unconfirmed':
        return `! unconfirmed: ${what}: it may have taken effect${nowText(result)}: ${reasonText(result)}`;
      case 'notStarted':
        return `! not started: ${what}`;
    }
  });
}

function nowText({ outcome }: ChangeResult): string {
  const reading = outcome && 'reading' in outcome ? outcome.reading : undefined;
  return reading ? `, now ${shown(reading.mapping)}` : '';
}

function reasonText({ outcome }: ChangeResult): string {
  return outcome?.type === 'failed' || outcome?.type === 'unconfirmed' ? failureText(outcome.failure) : '';
}
