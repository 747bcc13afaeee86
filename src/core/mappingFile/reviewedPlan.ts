import { createHash } from 'node:crypto';
import * as l10n from '@vscode/l10n';
import * as v from 'valibot';
import { checkAccountName } from '../model/accountName';
import { checkEndpoint } from '../model/endpoint';
import { checkServiceProviderId, checkSkillId, looksLikeSecret, skillKey } from '../model/identifiers';
import { Mapping } from '../model/mappingSchema';
import { changeBetween, targetOf, type NetworkMapping } from '../model/networkMapping';
import type { PlannedChange } from '../operations/plan';
import { sanitizeText } from '../text/sanitizeText';
import type { ReviewedChange } from './planMappingFiles';

/** Where a plan applies: the same changes at another endpoint are another plan. */
export interface PlanScope {
  /** As `checkEndpoint` returns it: without a trailing slash. */
  readonly endpoint: string;
  readonly account?: string | undefined;
}

/** A plan in a file, to be reviewed by people and applied later. */
export interface ReviewedPlan extends PlanScope {
  /** Of all that is sent, by {@link planHash}. */
  readonly hash: string;
  readonly changes: readonly (ReviewedChange & { readonly name?: string })[];
}

const serviceProviderId = v.pipe(
  v.string(),
  v.check((id) => checkServiceProviderId(id).ok),
);
const mapping = v.pipe(
  Mapping,
  v.check((each) => each.type === 'notMapped' || checkSkillId(each.skillId).ok),
);

const PlanJson = v.strictObject({
  version: v.literal(1),
  hash: v.string(),
  endpoint: v.pipe(
    v.string(),
    v.check((url) => checkEndpoint(url).ok),
  ),
  account: v.exactOptional(
    v.pipe(
      v.string(),
      v.check((name) => checkAccountName(name).ok),
    ),
  ),
  changes: v.array(
    v.strictObject({
      serviceProviderId,
      name: v.exactOptional(
        v.pipe(
          v.string(),
          v.check((name) => !looksLikeSecret(name)),
          v.transform((name) => sanitizeText(name)),
        ),
      ),
      from: mapping,
      to: mapping,
    }),
  ),
});

/**
 * Returns the hash of what a plan sends and replaces, and where: the same for the same changes in any order, whatever the
 * names, and in whichever format the service returned the skill that is replaced.
 *
 * @returns 64 hexadecimal digits
 */
export function planHash(changes: readonly ReviewedChange[], { endpoint, account }: PlanScope): string {
  const key = (each: NetworkMapping) => (each.type === 'mapped' ? skillKey(each.skillId) : null);
  const lines = changes
    .map(({ change, replaces }) => [change.serviceProviderId, key(replaces), key(targetOf(change))])
    .sort(([one], [other]) => ((one ?? '') < (other ?? '') ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([endpoint, account ?? null, lines]))
    .digest('hex');
}

/** Returns the text of a file with a plan. */
export function formatReviewedPlan(changes: readonly PlannedChange[], { endpoint, account }: PlanScope): string {
  const json: v.InferInput<typeof PlanJson> = {
    version: 1,
    hash: planHash(changes, { endpoint, account }),
    endpoint,
    ...(account !== undefined && { account }),
    changes: changes.map(({ change, replaces, name }) => ({
      serviceProviderId: change.serviceProviderId,
      ...(name !== change.serviceProviderId && { name }),
      from: replaces,
      to: targetOf(change),
    })),
  };
  return `${JSON.stringify(json, undefined, 2)}\n`;
}

/**
 * Parses a file with a plan.
 *
 * @returns a whole sentence on what is wrong if it is none, or was edited
 */
export function parseReviewedPlan(text: string): ReviewedPlan | { readonly problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return { problem: l10n.t('The plan is not valid JSON.') };
  }
  const parsed = v.safeParse(PlanJson, value);
  if (!parsed.success) return { problem: l10n.t('This is not a plan of this version. Make a new one.') };
  const { hash, endpoint, account } = parsed.output;
  const changes = parsed.output.changes.flatMap(({ serviceProviderId: id, name, from, to }) => {
    const change = changeBetween(id, from, to);
    return change ? [{ change, replaces: from, ...(name !== undefined && { name }) }] : [];
  });
  const ids = new Set(changes.map(({ change }) => change.serviceProviderId));
  const isWhole = ids.size === parsed.output.changes.length;
  if (!isWhole || planHash(changes, { endpoint, account }) !== hash) {
    return { problem: l10n.t('The plan was edited after it was made. Make a new one.') };
  }
  return { hash, endpoint, ...(account !== undefined && { account }), changes };
}
