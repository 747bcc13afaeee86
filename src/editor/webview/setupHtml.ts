import * as l10n from '@vscode/l10n';
import type { CheckedLink, SetupCheck, SetupProblem } from '../../core/setup/setupCheck';
import { linkName, problemOf, verdict } from '../../core/setup/setupText';
import { redactDeep } from '../../core/text/redactDeep';
import { facts, nameAndId } from './facts';
import { html, type Markup } from './html';
import { pageDocument, type PageFrame } from './pageDocument';
import type { SetupAction } from './setupMessages';

/** The contents of the page. */
export interface SetupPage extends PageFrame {
  readonly check: SetupCheck;
  /** When it was checked, as text. */
  readonly time: string;
}

/**
 * Returns the document of a checked setup: the first broken link and what to do about it, then all links with a mark and
 * a word for each. Contains no secrets and runs only its own script; every value in it is text.
 */
export function setupHtml(page: SetupPage): string {
  const { provider, account, links } = redactDeep(page.check);
  const problem = problemOf(links);
  const title = problem?.title ?? verdict(links);
  const main = html`<main class="${problem ? 'stops' : 'works'}">
    <header>
      <h1 tabindex="-1">${title}</h1>
      ${problem && html`<p class="cause">${problem.cause}</p>`} ${buttons(problem)}
    </header>
    <div class="remedy">
      ${problem && nextSteps(problem)}
      <section aria-labelledby="checked">
        <h2 id="checked">${l10n.t({ message: 'Checked', comment: ['A heading: what was checked, and when.'] })}</h2>
        ${facts([
          [l10n.t('Service provider'), provider && nameAndId(provider.name, provider.id)],
          [l10n.t('Account'), html`<bdi>${account}</bdi>`],
          [l10n.t('Time'), page.time],
        ])}
      </section>
    </div>
    <section aria-labelledby="links">
      <h2 id="links">${l10n.t('What a mapping depends on')}</h2>
      <ol class="links">
        ${links.map(item)}
      </ol>
    </section>
  </main>`;
  return pageDocument(page, title, main);
}

function buttons(problem: SetupProblem | undefined): Markup {
  const button = (action: SetupAction, label: string, rank: 'primary' | 'secondary') =>
    html`<button type="button" class="${rank}" data-action="${action}">${label}</button>`;
  const remedy = problem?.action;
  const label = remedy === 'signIn' ? l10n.t('Sign In…') : l10n.t('Open Settings');
  return html`<div class="buttons" role="group" aria-label="${l10n.t('Actions')}">
      ${remedy && button(remedy, label, 'primary')}
      ${button('checkAgain', l10n.t('Check Again'), remedy ? 'secondary' : 'primary')}
      ${button('copyReport', l10n.t('Copy Report'), 'secondary')}
    </div>
    <p class="announcement" role="status"></p>`;
}

function item(each: CheckedLink): Markup {
  const name = html`<span class="name">${linkName(each.link)}</span>`;
  switch (each.type) {
    case 'ok':
      return row('ok', TICK, l10n.t({ message: 'OK', comment: ['The state of what was checked.'] }), name, each.note);
    case 'broken':
      return row(
        'broken',
        CROSS,
        l10n.t({ message: 'Broken', comment: ['The state of what was checked.'] }),
        name,
        l10n.t('{0}.', each.problem.title),
      );
    case 'notChecked':
      return row(
        'not-checked',
        DASH,
        l10n.t({ message: 'Not checked', comment: ['The state of what was not checked.'] }),
        name,
        each.note,
      );
  }
}

/** The marks, as the path of an SVG. The words have the same meaning. */
const TICK = 'M3 8.5l3.2 3.2L13 4.8';
const CROSS = 'M4 4l8 8M12 4l-8 8';
const DASH = 'M4.5 8h7';

function row(state: string, mark: string, word: string, name: Markup, note: string | undefined): Markup {
  return html`<li class="${state}">
    <svg viewBox="0 0 16 16" aria-hidden="true" focusable="false"><path d="${mark}" /></svg>
    <span class="state">${word}</span>
    <span class="link">${name}${note === undefined ? undefined : html`<br /><bdi class="note">${note}</bdi>`}</span>
  </li>`;
}

function nextSteps({ nextSteps: steps, links }: SetupProblem): Markup {
  return html`<section aria-labelledby="next-steps">
    <h2 id="next-steps">${l10n.t('Next steps')}</h2>
    <ol>
      ${steps.map((step) => html`<li>${step}</li>`)}
    </ol>
    ${links.length === 0 ? undefined : reading(links)}
  </section>`;
}

function reading(links: SetupProblem['links']): Markup {
  // These URLs come from the explanation; omit any that is not https.
  const pages = links.filter(({ url }) => URL.canParse(url) && new URL(url).protocol === 'https:');
  return html`<h3 id="reading">${l10n.t('Read more')}</h3>
    <ul class="reading" aria-labelledby="reading">
      ${pages.map(({ label, url }) => html`<li><a href="${url}">${label}</a></li>`)}
    </ul>`;
}
