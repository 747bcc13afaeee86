import * as l10n from '@vscode/l10n';
import type { Attempt, ApiFailure } from '../failures/apiFailure';
import type { FailureMessage } from '../failures/failureMessage';
import { explainFollowedUp, type FailureFollowUp } from './failureFollowUp';
import {
  detailText,
  splitUrl,
  effectText,
  requestDescription,
  attemptOutcome,
  statusText,
} from '../failures/failureText';
import { redactDeep } from '../text/redactDeep';
import { code, list, prose, steps } from '../text/reportMarkdown';

/** The program versions that the report names. */
export interface Versions {
  readonly extension: string;
  /** Name and version of VS Code or its fork. */
  readonly editor: string;
}

/**
 * Returns the failure as a support ticket: Markdown that also reads well as plain text. Times are in UTC, because its
 * reader is elsewhere. External text is in code spans, where it can mention no user and load nothing.
 */
export function errorReport(
  reported: ApiFailure,
  providerName: string,
  versions: Versions,
  found: FailureFollowUp = {},
): string {
  const { failure, name, followUp } = redactDeep({ failure: reported, name: providerName, followUp: found });
  const explanation = explainFollowedUp(failure, followUp);
  const { origin, path } = splitUrl(failure);
  const sections = [
    `# ${prose(explanation.title)}`,
    prose(explanation.cause),
    `## ${l10n.t('Request')}`,
    list([
      l10n.t('Service provider: {0}', code(name)),
      ...(failure.serviceProviderId === ''
        ? []
        : [l10n.t('Service provider ID: {0}', code(failure.serviceProviderId))]),
      ...(failure.logicalId === undefined ? [] : [l10n.t('Logical ID: {0}', code(failure.logicalId))]),
      l10n.t('Requested: {0}', requestDescription(failure)),
      ...(followUp.skillName === undefined ? [] : [l10n.t('Skill: {0}', code(followUp.skillName))]),
      ...(failure.skillId === undefined ? [] : [l10n.t('Skill ID: {0}', code(failure.skillId))]),
      l10n.t('Method and path: {0}', code(`${failure.method} ${path}`)),
      ...(origin === undefined ? [] : [l10n.t('Endpoint: {0}', code(origin))]),
      l10n.t('Effect: {0}', followUp.checked === undefined ? effectText(failure) : prose(followUp.checked)),
    ]),
    `## ${l10n.t('Response')}`,
    list(answerLines(failure)),
    `## ${l10n.t('Attempts')}`,
    failure.attempts.length === 0
      ? l10n.t('Nothing was sent.')
      : steps(failure.attempts.map((attempt) => attemptLine(failure, attempt))),
    ...(followUp.resolved === undefined ? remedy(explanation) : []),
    `## ${l10n.t('Versions')}`,
    list([
      l10n.t('Extension: {0}', code(`Alexa Network Mapping ${versions.extension}`)),
      l10n.t('Editor: {0}', code(versions.editor)),
    ]),
  ];
  return `${sections.join('\n\n')}\n`;
}

function remedy({ nextSteps, links }: FailureMessage): readonly string[] {
  return [
    `## ${l10n.t('Next steps')}`,
    steps(nextSteps.map(prose)),
    ...(links.length === 0 ? [] : [list(links.map(({ label, url }) => `${label}: ${url}`))]),
  ];
}

function answerLines(failure: ApiFailure): readonly string[] {
  const { status, requestId, serviceType, serviceMessage } = failure;
  const detail = detailText(failure);
  return [
    ...(status === undefined
      ? [failure.attempts.length === 0 ? l10n.t('Nothing was sent.') : l10n.t('No response was received.')]
      : [
          l10n.t('HTTP status: {0}', statusText(status)),
          requestId === undefined
            ? l10n.t('Request ID: not provided by the service')
            : l10n.t('Request ID: {0}', code(requestId)),
        ]),
    ...(serviceType === undefined ? [] : [l10n.t('Error type from the service: {0}', code(serviceType))]),
    // Required by the service's reference ("Error object").
    ...(serviceMessage === undefined
      ? []
      : [
          l10n.t('Error message from the service: {0}', code(serviceMessage)),
          l10n.t("The service's message is for debugging only. Don't share it with customers."),
        ]),
    ...(detail === undefined ? [] : [l10n.t('Detail: {0}', code(detail))]),
  ];
}

function attemptLine(failure: ApiFailure, attempt: Attempt): string {
  const start = new Date(attempt.startedAtMs).toISOString();
  const outcome = attemptOutcome(failure, attempt);
  return attempt.requestId === undefined
    ? l10n.t('{0}, {1} ms: {2}', start, attempt.durationMs, outcome)
    : l10n.t('{0}, {1} ms: {2}, request ID {3}', start, attempt.durationMs, outcome, code(attempt.requestId));
}
