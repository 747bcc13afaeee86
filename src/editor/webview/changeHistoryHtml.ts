import * as l10n from '@vscode/l10n';
import { html } from './html';
import { pageDocument, type PageFrame } from './pageDocument';

/** The contents of the page before the first search. */
export interface ChangeHistoryPage extends PageFrame {
  /** The initial text of the search field. */
  readonly search: string;
  /** Identifies this opening of the panel: the page restores its own search only within the same one. */
  readonly opening: string;
}

/**
 * Returns the document of the change history: a search field, and a table that the page's script fills with the
 * results. Runs only that script, which inserts everything it receives as text.
 */
export function changeHistoryHtml(page: ChangeHistoryPage): string {
  const title = l10n.t('Change History');
  const columns = [l10n.t('Time'), l10n.t('Service provider'), l10n.t('Change'), l10n.t('Outcome')];
  const main = html`<main data-search="${page.search}" data-opening="${page.opening}">
    <header>
      <h1>${title}</h1>
      <div class="tools" role="search">
        <label class="search">
          <span class="hidden">${l10n.t('Search the history')}</span>
          <input
            type="search"
            spellcheck="false"
            autocomplete="off"
            placeholder="${l10n.t('Search by name, ID, skill, account, outcome…')}"
          />
        </label>
        <button type="button" data-format="csv">${l10n.t('Export as CSV…')}</button>
        <button type="button" data-format="json">${l10n.t('Export as JSON…')}</button>
      </div>
      <p class="count" role="status"></p>
      <p class="announcement" role="status"></p>
    </header>
    <section class="failure" role="alert" hidden>
      <svg viewBox="0 0 16 16" aria-hidden="true" focusable="false">
        <circle cx="8" cy="8" r="6.9" />
        <path d="M8 4.2v4.6M8 10.8v1.2" />
      </svg>
      <p></p>
      <button type="button">${l10n.t('Try Again')}</button>
    </section>
    <section class="empty" hidden>
      <h2>${l10n.t('No changes yet')}</h2>
      <p>
        ${l10n.t(
          'Every change is recorded here: when it was made, for which service provider and account, what it replaced, and the outcome.',
        )}
      </p>
      <p>${l10n.t('To begin, change a mapping in the list of service providers.')}</p>
    </section>
    <table
      role="table"
      aria-label="${title}"
      data-becomes="${l10n.t({ message: 'changes to', comment: ['Read aloud between the mapping before and the mapping after a change.'] })}"
      data-request-id="${l10n.t('Request ID')}"
      hidden
    >
      <thead role="rowgroup">
        <tr role="row">
          ${columns.map((column) => html`<th role="columnheader" scope="col">${column}</th>`)}
          <th role="columnheader" scope="col"><span class="hidden">${l10n.t('Actions')}</span></th>
        </tr>
      </thead>
    </table>
    <button type="button" class="more" hidden>${l10n.t('Show More')}</button>
  </main>`;
  return pageDocument(page, title, main);
}
