import * as v from 'valibot';
import { checkServiceProviderId, checkSkillId, notSkillProblem } from '../model/identifiers';
import type { NetworkMapping } from '../model/networkMapping';

/** Maximum service providers in a plan: the user reads each change in one confirmation. */
export const MAX_PLANNED = 50;

/** Maximum service providers in one answer. */
export const MAX_LISTED = 100;

export const ListInput = v.strictObject({
  filter: v.optional(v.string(), ''),
  refresh: v.optional(v.boolean(), false),
  offset: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
  limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_LISTED)), MAX_LISTED),
});

export const GetInput = v.strictObject({ serviceProviderId: v.string() });

export const PlanInput = v.strictObject({
  mappings: v.optional(v.array(v.strictObject({ serviceProviderId: v.string(), skillId: v.string() })), []),
  absent: v.optional(v.array(v.string()), []),
});

export const ApplyInput = v.strictObject({ planId: v.string() });

/** The input of a tool, or what is wrong with it: whole sentences in English, for a language model. */
export type ToolInput<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly string[] };

/** Checks the shape of an input. VS Code validates it too, but not in every version. */
export function parseInput<const Schema extends v.GenericSchema>(
  schema: Schema,
  input: unknown,
): ToolInput<v.InferOutput<Schema>> {
  const result = v.safeParse(schema, input);
  if (result.success) return { ok: true, value: result.output };
  return {
    ok: false,
    problems: result.issues.map(problemOf),
  };
}

/** Never shows the value: a secret may be in the wrong place. */
function problemOf(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue) ?? 'The input';
  if (issue.expected === 'never') return `${path} is not a known property.`;
  if (issue.received === 'undefined') return `${path} is missing.`;
  return `${path} must be ${EXPECTED[issue.type] ?? issue.expected ?? issue.type}.`;
}

/** The types as JSON calls them. */
const EXPECTED: Readonly<Partial<Record<string, string>>> = {
  strict_object: 'an object',
  array: 'an array',
  string: 'a string',
  boolean: 'true or false',
  number: 'a number',
  integer: 'an integer',
};

/** What a plan is to achieve. */
export interface WantedMappings {
  /** By service provider ID, in the order of the input. */
  readonly wanted: ReadonlyMap<string, NetworkMapping>;
  /** What looks unusual about an ID, by service provider ID. */
  readonly warnings: ReadonlyMap<string, readonly string[]>;
}

/** Checks the IDs of a plan's input. */
export function wantedMappings({ mappings, absent }: v.InferOutput<typeof PlanInput>): ToolInput<WantedMappings> {
  const count = mappings.length + absent.length;
  if (count === 0) return { ok: false, problems: ['Name at least one service provider in "mappings" or "absent".'] };
  if (count > MAX_PLANNED) {
    const problem = `A plan has at most ${MAX_PLANNED} service providers, so that the user can review each; this one has ${count}. Make several plans, one after another.`;
    return { ok: false, problems: [problem] };
  }
  const wanted = new Map<string, NetworkMapping>();
  const warnings = new Map<string, readonly string[]>();
  const problems: string[] = [];
  const add = (place: string, id: string, mapping: NetworkMapping, skillWarning?: string) => {
    const check = checkServiceProviderId(id);
    if (!check.ok) problems.push(`${place}: ${check.problem}`);
    else if (wanted.has(id)) problems.push(`${place}: this service provider occurs twice. Name it once.`);
    else {
      wanted.set(id, mapping);
      const unusual = [check.warning, skillWarning].filter((warning) => warning !== undefined);
      if (unusual.length > 0) warnings.set(id, unusual);
    }
  };
  for (const [index, { serviceProviderId, skillId }] of mappings.entries()) {
    const check = checkSkillId(skillId);
    const problem = check.ok ? notSkillProblem(skillId) : check.problem;
    if (problem !== undefined) problems.push(`mappings.${index}.skillId: ${problem}`);
    const warning = check.ok ? check.warning : undefined;
    add(`mappings.${index}.serviceProviderId`, serviceProviderId, { type: 'mapped', skillId }, warning);
  }
  for (const [index, id] of absent.entries()) add(`absent.${index}`, id, { type: 'notMapped' });
  return problems.length === 0 ? { ok: true, value: { wanted, warnings } } : { ok: false, problems };
}
