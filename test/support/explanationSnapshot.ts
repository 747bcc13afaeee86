import type { FailureMessage } from '../../src/core/failures/failureMessage';

/** All that a person gets of an explanation, in lines: a change of a word shows up as one line that differs. */
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
