import * as v from 'valibot';

/** The simulator was asked for something it does not have. The message says what was expected. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** One line per problem: where it is and what was expected there. */
export function describeIssues(issues: readonly v.BaseIssue<unknown>[]): string {
  return issues.map((issue) => `${v.getDotPath(issue) ?? 'input'}: ${issue.message}`).join('; ');
}

/** Parses what a test or the control page asked for; throws a {@link Refusal} on anything unknown. */
export function parseOrRefuse<Schema extends v.GenericSchema>(schema: Schema, input: unknown): v.InferOutput<Schema> {
  const result = v.safeParse(schema, input);
  if (!result.success) throw new Refusal(describeIssues(result.issues));
  return result.output;
}
