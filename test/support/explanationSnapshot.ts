import type { FailureMessage } from '../../src/core/failures/failureMessage';

/** Everything that a user sees of a failure message, one part per line, so that a changed word is one changed line. */
export function explanationSnapshot(
  about: string,
  { reason, title, cause: why, nextSteps, links, suggestedActions }: FailureMessage,
): string {
  return [
    `== ${about}`,
    `${title} (${reason})`,
    why,
    ...nextSteps.map((step, index) => `${index + 1}. ${step}`),
    ...links.map(({ label, url }) => `${label}: ${url}`),
    `[${suggestedActions.join('] [')}]`,
    '',
  ].join('\n');
}
