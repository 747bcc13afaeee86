import * as l10n from '@vscode/l10n';
import type { FailureMessage, SuggestedAction } from '../../core/failures/failureMessage';
import type { Attempt, ApiFailure } from '../../core/failures/apiFailure';
import type { FailureFollowUp } from '../../core/errorReport/failureFollowUp';
import {
  detailText,
  splitUrl,
  effectText,
  requestDescription,
  attemptOutcome,
  statusText,
} from '../../core/failures/failureText';
import { redactDeep } from '../../core/text/redactDeep';
import type { ErrorDetailsAction } from './errorDetailsMessages';
import type { ErrorDetailsState } from './errorDetailsState';
import { facts, nameAndId } from './facts';
import { html, type Markup } from './html';
import { pageDocument, type PageFrame } from './pageDocument';

/** The contents of the page. */
export interface ErrorDetailsPage extends ErrorDetailsState, PageFrame {
  /** Without what is no longer true. */
  readonly explanation: FailureMessage;
  /** What was found out after the failure. */
  readonly followUp: FailureFollowUp;
  /** Locale of dates, times and numbers: VS Code's, even if its texts are not translated. */
  readonly locale: string;
}

/**
 * Returns the document of the error details: first what the user needs, then what support needs. Contains no secrets
 * and runs only its own script; every value in it is text. Its script stores the contents of `data-state`.
 */
export function errorDetailsHtml(page: ErrorDetailsPage): string {
  const { failure, providerName, explanation, followUp } = redactDeep({
    failure: page.failure,
    providerName: page.providerName,
    explanation: page.explanation,
    followUp: page.followUp,
  });
  const state: ErrorDetailsState = { failure, providerName };
  const isResolved = followUp.resolved !== undefined;
  const main = html`<main data-state="${JSON.stringify(state)}">
    <header class="${isFault(failure) ? 'fault' : 'notice'}${isResolved ? ' resolved' : ''}">
      ${symbol()}
      <h1>${explanation.title}</h1>
      <p class="cause" tabindex="-1">${explanation.cause}</p>
      ${buttons(failure, explanation.suggestedActions, isResolved)}
    </header>
    <div class="for-people">
      ${request(failure, providerName, followUp)}
      <div class="remedy" ${hiddenIf(isResolved)}>${nextSteps(explanation)}</div>
    </div>
    <div class="for-support">${answer(failure)} ${attempts(failure, page.locale)}</div>
  </main>`;
  return pageDocument(page, explanation.title, main);
}

function hiddenIf(isHidden: boolean): Markup | undefined {
  return isHidden ? html`hidden` : undefined;
}

/** Whether something went wrong, rather than something being left to do. */
function isFault({ kind }: ApiFailure): boolean {
  return kind !== 'signedOut' && kind !== 'canceled';
}

/**
 * An exclamation mark in a circle; the style turns it into an "i" for a notice. The heading has the same meaning in
 * words.
 */
function symbol(): Markup {
  return html`<svg viewBox="0 0 16 16" aria-hidden="true" focusable="false">
    <circle cx="8" cy="8" r="6.9" />
    <path d="M8 4.2v4.6M8 10.8v1.2" />
  </svg>`;
}

function buttons(failure: ApiFailure, suggestedActions: readonly SuggestedAction[], isResolved: boolean): Markup {
  const remedyLabels: Readonly<Record<SuggestedAction, string>> = {
    tryAgain: l10n.t('Try Again'),
    signIn: l10n.t('Sign In…'),
    openSettings: l10n.t('Open Settings'),
  };
  // A resolved failure needs no retry; the button returns if it fails once more.
  const hidden = (action: ErrorDetailsAction) => hiddenIf(isResolved && action === 'tryAgain');
  const button = (action: ErrorDetailsAction, label: string, rank: 'primary' | 'secondary') =>
    html`<button type="button" class="${rank}" data-action="${action}" ${hidden(action)}>${label}</button>`;
  return html`<div class="buttons" role="group" aria-label="${l10n.t('Actions')}">
      ${suggestedActions.map((suggestedAction, index) => button(suggestedAction, remedyLabels[suggestedAction], index === 0 ? 'primary' : 'secondary'))}
      ${button('copyReport', l10n.t('Copy Report'), 'secondary')}
      ${splitUrl(failure).origin === undefined ? undefined : button('copyCurl', l10n.t('Copy as cURL'), 'secondary')}
      ${button('showLog', l10n.t('Show Log'), 'secondary')}
    </div>
    <p class="announcement" role="status"></p>`;
}

function request(failure: ApiFailure, providerName: string, { checked, skillName }: FailureFollowUp): Markup {
  const { serviceProviderId, logicalId, skillId } = failure;
  return section(
    'request',
    l10n.t('Request'),
    facts([
      [
        l10n.t('Service provider'),
        // A service provider that was to be created has no ID.
        logicalId !== undefined
          ? html`<bdi>${providerName}</bdi>`
          : nameAndId(providerName === serviceProviderId ? undefined : providerName, serviceProviderId),
      ],
      [l10n.t('Logical ID'), logicalId === undefined ? undefined : html`<code>${logicalId}</code>`],
      [l10n.t('Requested'), requestDescription(failure)],
      [l10n.t('Skill'), skillId === undefined ? undefined : nameAndId(skillName, skillId)],
      [l10n.t('Effect'), html`<span id="effect">${checked ?? effectText(failure)}</span>`],
    ]),
  );
}

function nextSteps({ nextSteps: steps, links }: FailureMessage): Markup {
  const list = html`<ol>
    ${steps.map((step) => html`<li>${step}</li>`)}
  </ol>`;
  // These URLs come from the explanation; omit any that is not https.
  const pages = links.filter(({ url }) => URL.canParse(url) && new URL(url).protocol === 'https:');
  const reading = html`<h3 id="reading">${l10n.t('Read more')}</h3>
    <ul class="reading" aria-labelledby="reading">
      ${pages.map(({ label, url }) => html`<li><a href="${url}">${label}</a></li>`)}
    </ul>`;
  return section('next-steps', l10n.t('Next steps'), html`${list} ${pages.length > 0 ? reading : undefined}`);
}

function answer(failure: ApiFailure): Markup {
  const { status, requestId, serviceType, serviceMessage } = failure;
  const detail = detailText(failure);
  const { origin, path } = splitUrl(failure);
  const noRequestId = status === undefined ? undefined : l10n.t('Not provided by the service.');
  const noStatus = failure.attempts.length === 0 ? undefined : l10n.t('No response was received.');
  const words = facts([
    [l10n.t('Type'), serviceType === undefined ? undefined : html`<code>${serviceType}</code>`],
    [l10n.t('Message'), serviceMessage === undefined ? undefined : html`<bdi>${serviceMessage}</bdi>`],
  ]);
  const note = l10n.t("For debugging only. Don't share it with customers.");
  const quotation = html`<h3>${l10n.t('Error from the service')}</h3>
    <p class="note">${note}</p>
    <blockquote>${words}</blockquote>`;
  return section(
    'support',
    l10n.t('For support'),
    html`${facts([
      [l10n.t('HTTP status'), status === undefined ? noStatus : statusText(status)],
      [l10n.t('Request ID'), requestId === undefined ? noRequestId : html`<code>${requestId}</code>`],
      [l10n.t('Method and path'), html`<code>${failure.method} ${breakable(path)}</code>`],
      [l10n.t('Endpoint'), origin === undefined ? undefined : html`<code>${origin}</code>`],
      [l10n.t('Detail'), detail === undefined ? undefined : html`<bdi>${detail}</bdi>`],
    ])}
    ${serviceType === undefined && serviceMessage === undefined ? undefined : quotation}`,
  );
}

function attempts(failure: ApiFailure, locale: string): Markup {
  const [first] = failure.attempts;
  if (!first) return section('attempts', l10n.t('Attempts'), html`<p>${l10n.t('Nothing was sent.')}</p>`);
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'long' }).format(first.startedAtMs);
  const time = new Intl.DateTimeFormat(locale, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    hourCycle: 'h23', // As in `formatLogTime`.
  });
  const duration = new Intl.NumberFormat(locale, { style: 'unit', unit: 'millisecond', maximumFractionDigits: 0 });
  const row = (attempt: Attempt, index: number) =>
    html`<tr>
      <th scope="row">${index + 1}</th>
      <td>
        <time datetime="${new Date(attempt.startedAtMs).toISOString()}">${time.format(attempt.startedAtMs)}</time>
      </td>
      <td>${duration.format(attempt.durationMs)}</td>
      <td>${attemptOutcome(failure, attempt)}${attemptRequestId(failure, attempt)}</td>
    </tr>`;
  return section(
    'attempts',
    l10n.t('Attempts'),
    html`<table aria-labelledby="attempts">
      <caption>
        ${l10n.t('{0}, local time', date)}
      </caption>
      <thead>
        <tr>
          <th scope="col">${l10n.t({ message: 'No.', comment: ['The heading of a column with numbers.'] })}</th>
          <th scope="col">${l10n.t('Started')}</th>
          <th scope="col">${l10n.t('Duration')}</th>
          <th scope="col">${l10n.t('Outcome')}</th>
        </tr>
      </thead>
      <tbody>
        ${failure.attempts.map(row)}
      </tbody>
    </table>`,
  );
}

/** Each attempt has its own request ID; that of a single attempt is already listed under "For support". */
function attemptRequestId({ attempts: all }: ApiFailure, { requestId }: Attempt): Markup | undefined {
  return all.length < 2 || requestId === undefined ? undefined : html`<br /><code>${requestId}</code>`;
}

/** Returns a path that breaks before a segment in a narrow column, not inside one. */
function breakable(path: string): readonly Markup[] {
  return path.split('/').map((segment, index) => (index === 0 ? html`${segment}` : html`<wbr />/${segment}`));
}

function section(id: string, heading: string, content: Markup): Markup {
  return html`<section aria-labelledby="${id}">
    <h2 id="${id}">${heading}</h2>
    ${content}
  </section>`;
}
