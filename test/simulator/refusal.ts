import * as v from 'valibot';

/** Invalid input for the simulator. The message says what was expected. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** The path and message of each issue. */
export function describeIssues(issues: readonly v.BaseIssue<unknown>[]): string {
  return issues.map((issue) => `${v.getDotPath(issue) ?? 'input'}: ${issue.message}`).join('; ');
}

/** Parses the input of a test or the control API; throws a {@link Refusal} if it is invalid. */
export function parseOrRefuse<Schema extends v.GenericSchema>(schema: Schema, input: unknown): v.InferOutput<Schema> {
  const result = v.safeParse(schema, input);
  if (!result.success) throw new Refusal(describeIssues(result.issues));
  return result.output;
}
