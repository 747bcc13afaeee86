import type { Explanation } from '../../src/core/failures/failureMessage';

/** All that a person gets of an explanation, in lines: a change of a word shows up as one line that differs. */
export function explained(about: string, { reason, title, why, nextSteps, links, remedies }: Explanation): string {
  return [
    `== ${about}`,
    `${title} (${reason})`,
    why,
    ...nextSteps.map((step, index) => `${index + 1}. ${step}`),
    ...links.map(({ label, url }) => `${label}: ${url}`),
    `[${remedies.join('] [')}]`,
    '',
  ].join('\n');
}
