// Requests searches from the extension and shows the results in a table. Inserts all text as text, never as markup.
// Stores the search, the number of rows and the scroll position while the page is hidden, and for a reload.
/** @import { HistoryFormat } from '../src/core/history/historyExport' */
/** @import { ChangeHistoryMessage, HistoryPageMessage } from '../src/editor/webview/changeHistoryMessages' */
/** @import { HistoryOperation, HistoryRow, IdText, MappingText } from '../src/editor/webview/changeHistoryMessages' */
/** @import { ChangeHistoryState } from '../src/editor/webview/changeHistoryState' */
(() => {
  /** @typedef {ChangeHistoryState & { opening: string, limit: number, top: number }} PageState */

  const ROWS = 200;
  /** Pause after the last keystroke before a search. Milliseconds. */
  const TYPING_MS = 150;

  const vscode = /** @type {WebviewApi<ChangeHistoryMessage, PageState>} */ (acquireVsCodeApi());
  const main = get('main', HTMLElement);
  const input = get('input', HTMLInputElement);
  const table = get('table', HTMLTableElement);
  const more = get('.more', HTMLElement);
  const count = get('.count', HTMLElement);
  const announcement = get('.announcement', HTMLElement);
  const failure = get('.failure', HTMLElement);
  const tryAgain = get('.failure button', HTMLElement);
  const { opening = '', search: initialSearch = '' } = main.dataset;
  const { becomes = '', requestId: requestIdLabel = '' } = table.dataset;

  const saved = vscode.getState();
  const isSame = saved?.opening === opening;
  /** @type {PageState} */
  let state = isSame ? saved : { opening, search: initialSearch, limit: ROWS, top: 0 };
  /** The typed text. Stored once the extension has searched for it, which it does not for a secret. */
  let searchText = state.search;
  /**
   * The number of changes shown when more were requested.
   *
   * @type {number | undefined}
   */
  let shownBefore;
  /** The position to scroll to once the rows are there. */
  let top = state.top;

  /** @param {Partial<PageState>} change */
  function keep(change) {
    state = { ...state, ...change };
    vscode.setState(state);
  }

  function search() {
    clearTimeout(typing);
    vscode.postMessage({ type: 'search', search: searchText, limit: state.limit });
  }

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let typing;
  input.value = state.search;
  input.addEventListener('input', () => {
    searchText = input.value;
    keep({ limit: ROWS });
    clearTimeout(typing);
    typing = setTimeout(search, TYPING_MS);
  });
  input.addEventListener('keydown', ({ key }) => {
    if (key === 'Enter') search();
  });
  more.addEventListener('click', () => {
    shownBefore = table.querySelectorAll('.outcome').length;
    keep({ limit: state.limit + ROWS });
    search();
  });
  tryAgain.addEventListener('click', search);
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (main.querySelectorAll('[data-format]'))) {
    const format = /** @type {HistoryFormat} */ (button.dataset['format']);
    button.addEventListener('click', () => {
      vscode.postMessage({ type: 'export', search: state.search, format });
    });
  }
  window.addEventListener(
    'scroll',
    () => {
      keep({ top: window.scrollY });
    },
    { passive: true },
  );

  /** @type {ReturnType<typeof setTimeout>[]} */
  let timers = [];
  /** The list that the announcement is about. */
  let shown = '';

  function clearAnnouncement() {
    for (const timer of timers) clearTimeout(timer);
    timers = [];
    announcement.textContent = '';
  }

  window.addEventListener('message', (/** @type {MessageEvent<HistoryPageMessage | undefined>} */ { data }) => {
    if (data?.type === 'found') show(data);
    if (data?.type === 'failed') showFailure(data.text);
    if (data?.type !== 'announce') return;
    // Empty it first, so that the same text is announced again when the same button is pressed again.
    clearAnnouncement();
    timers = [
      setTimeout(() => (announcement.textContent = data.text), 50),
      setTimeout(() => (announcement.textContent = ''), 12000),
    ];
  });

  keep({});
  search();
  // Focus the search field when the history is opened; when it is restored, keep the focus where it was.
  if (!isSame) input.focus();

  /** @param {HistoryPageMessage & { type: 'found' }} message */
  function show({ search: found, operations, count: words, hasMore, isEmpty }) {
    keep({ search: found });
    const list = JSON.stringify([found, operations, words]);
    if (list !== shown) clearAnnouncement();
    shown = list;
    const focused = document.activeElement;
    if (focused === tryAgain) input.focus();
    failure.hidden = true;
    const operation = focused?.closest('tbody')?.dataset['operation'];
    const wasMore = focused === more;
    for (const body of [...table.tBodies]) body.remove();
    table.append(...operations.map(operationBody));
    table.hidden = operations.length === 0;
    more.hidden = !hasMore;
    const hasNone = isEmpty && state.search === '';
    for (const part of ['.tools', '.count', '.announcement']) get(part, HTMLElement).hidden = hasNone;
    get('.empty', HTMLElement).hidden = !hasNone;
    if (count.textContent !== words) count.textContent = words;
    if (operation !== undefined) focusOperation(operation);
    if (wasMore && more.hidden) {
      const changes = /** @type {NodeListOf<HTMLElement>} */ (table.querySelectorAll('tbody tr:not(.operation)'));
      focusRow(shownBefore === undefined ? undefined : changes[shownBefore]);
    }
    if (top > 0) window.scrollTo(0, top);
    top = 0;
  }

  /**
   * Shows why the changes could not be read, instead of changes that the search did not find.
   *
   * @param {string} text
   */
  function showFailure(text) {
    clearAnnouncement();
    shown = '';
    const hadFocus = table.contains(document.activeElement) || document.activeElement === more;
    for (const body of [...table.tBodies]) body.remove();
    for (const part of [table, more, count, get('.empty', HTMLElement)]) part.hidden = true;
    for (const part of [announcement, get('.tools', HTMLElement)]) part.hidden = false;
    count.textContent = '';
    get('.failure p', HTMLElement).textContent = text;
    failure.hidden = false;
    if (hadFocus) tryAgain.focus();
  }

  /**
   * Focuses the operation's button, or the operation itself once undone; otherwise keyboard users would start from the
   * top again.
   *
   * @param {string} operation
   */
  function focusOperation(operation) {
    const body = [...table.tBodies].find((each) => each.dataset['operation'] === operation);
    const button = body?.querySelector('button');
    if (button) button.focus();
    else focusRow(body?.rows[0]);
  }

  /**
   * Focuses a row; without one, the search field.
   *
   * @param {HTMLElement | undefined} row
   */
  function focusRow(row) {
    if (!row) {
      input.focus();
      return;
    }
    row.tabIndex = -1;
    row.focus();
  }

  /** @param {HistoryOperation} operation */
  function operationBody({ id, heading, undo, rows }) {
    const body = element('tbody', { role: 'rowgroup', 'data-operation': id });
    const button = undo && undoButton(id, undo);
    if (heading) {
      body.className = 'many';
      body.append(
        element('tr', { role: 'row', class: 'operation' }, [
          element('th', { role: 'rowheader', scope: 'rowgroup', colspan: '4', 'aria-colspan': '4' }, [
            element('bdi', {}, [heading.title]),
            ' · ',
            element('span', { class: 'note' }, [heading.summary]),
          ]),
          element('td', { role: 'cell', class: 'actions' }, [button]),
        ]),
      );
    }
    body.append(...rows.map((row) => changeRow(row, heading ? undefined : button)));
    return body;
  }

  /**
   * @param {string} operationId
   * @param {NonNullable<HistoryOperation['undo']>} undo
   */
  function undoButton(operationId, { label, accessibleLabel }) {
    const button = element('button', { type: 'button', 'aria-label': accessibleLabel }, [label]);
    button.addEventListener('click', () => {
      vscode.postMessage({ type: 'undo', operationId });
    });
    return button;
  }

  /**
   * @param {HistoryRow} row
   * @param {HTMLElement | undefined} button
   */
  function changeRow(row, button) {
    const { time, result } = row;
    return element('tr', { role: 'row', class: result }, [
      element('td', { role: 'cell', class: 'time' }, [
        element('time', { datetime: time.iso, title: time.exact }, [time.short]),
      ]),
      element('th', { role: 'rowheader', scope: 'row', class: 'provider' }, [
        row.name && element('bdi', {}, [row.name]),
        row.serviceProviderId && idCode(row.serviceProviderId),
        row.account && element('bdi', { class: 'note' }, [row.account]),
      ]),
      element('td', { role: 'cell', class: 'change' }, [
        element('span', { class: 'operation' }, [row.operation]),
        element('span', { class: 'mappings' }, [
          mapping(row.before),
          element('span', { class: 'arrow' }, [symbol('becomes'), element('span', { class: 'hidden' }, [becomes])]),
          mapping(row.target),
        ]),
      ]),
      element('td', { role: 'cell', class: 'outcome' }, [
        element('span', { class: 'result' }, [symbol(result), element('span', {}, [row.outcome])]),
        ...row.details.map((detail) => element('bdi', {}, [detail])),
        row.requestId &&
          element('span', { class: 'note' }, [`${requestIdLabel} `, element('code', {}, [row.requestId])]),
      ]),
      element('td', { role: 'cell', class: 'actions' }, [button]),
    ]);
  }

  /** @param {MappingText} text */
  function mapping(text) {
    if (!('id' in text)) return element('span', {}, [text.words]);
    return text.name === undefined ? idCode(text.id) : element('span', {}, [`${text.name} `, idCode(text.id)]);
  }

  /**
   * Complete for copying and screen readers, abbreviated for display.
   *
   * @param {IdText} id
   */
  function idCode({ prefix, rest }) {
    return element('code', { title: prefix + rest }, [
      prefix && element('span', { class: 'prefix' }, [prefix]),
      element('span', {}, breakable(rest)),
    ]);
  }

  /**
   * Breaks an ID after a period, as after a hyphen, rather than in the middle of a word.
   *
   * @param {string} id
   */
  function breakable(id) {
    return id.split(/(?<=\.)/).flatMap((part, at) => (at === 0 ? [part] : [element('wbr', {}), part]));
  }

  /**
   * The adjacent text has the same meaning.
   *
   * @param {HistoryRow['result'] | 'becomes'} name
   */
  function symbol(name) {
    const paths = {
      succeeded: 'M3.5 8.5l3 3 6-7',
      failed: 'M4 4l8 8M12 4l-8 8',
      notSent: 'M3.5 8h9',
      unconfirmed: 'M5.5 6a2.5 2.5 0 1 1 3.4 2.3c-.6.3-.9.7-.9 1.4M8 11.5v1.2',
      open: 'M8 3.5v5l3 2',
      becomes: 'M2.5 8h11M9.5 4l4 4-4 4',
    };
    const space = 'http://www.w3.org/2000/svg';
    const svg = document.createElementNS(space, 'svg');
    svg.setAttribute('viewBox', '0 0 16 16');
    svg.setAttribute('aria-hidden', 'true');
    const path = document.createElementNS(space, 'path');
    path.setAttribute('d', paths[name]);
    svg.append(path);
    return svg;
  }

  /**
   * @template {keyof HTMLElementTagNameMap} Name
   * @param {Name} name
   * @param {Readonly<Record<string, string>>} attributes
   * @param {readonly (Node | string | undefined)[]} children
   */
  function element(name, attributes, children = []) {
    const made = document.createElement(name);
    for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
    for (const child of children) if (child) made.append(child);
    return made;
  }

  /**
   * @template {HTMLElement} Type
   * @param {string} selector
   * @param {new () => Type} type
   */
  function get(selector, type) {
    const found = document.querySelector(selector);
    if (!(found instanceof type)) throw new Error(`The page has no ${selector}.`);
    return found;
  }
})();
