// Reports which button was pressed, shows the extension's response, and stores the page's state, if it has one, for a reload.
/** @import { Announcement, ErrorDetailsAction } from '../src/editor/webview/errorDetailsMessages' */
/** @import { ErrorDetailsState } from '../src/editor/webview/errorDetailsState' */
/** @import { SetupAction } from '../src/editor/webview/setupMessages' */
(() => {
  /** @typedef {ErrorDetailsAction | SetupAction} Action */

  const vscode = /** @type {WebviewApi<{ type: Action }, ErrorDetailsState>} */ (acquireVsCodeApi());
  /** @type {ErrorDetailsState | null} */
  const state = JSON.parse(get('main').dataset['state'] ?? 'null');
  if (state) vscode.setState(state);

  for (const button of document.querySelectorAll('button')) {
    const type = /** @type {Action} */ (button.dataset['action']);
    button.addEventListener('click', () => {
      vscode.postMessage({ type });
    });
  }

  const announcement = get('[role="status"]');
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  window.addEventListener('message', (/** @type {MessageEvent<Announcement | undefined>} */ { data }) => {
    if (data?.type !== 'announce') return;
    clearTimeout(timer);
    // Empty it first, so that the same text is announced again when the same button is pressed again.
    announcement.textContent = '';
    setTimeout(() => (announcement.textContent = data.text), 50);
    timer = setTimeout(() => (announcement.textContent = ''), 8000);
  });

  /** @param {string} selector */
  function get(selector) {
    const found = document.querySelector(selector);
    if (!(found instanceof HTMLElement)) throw new Error(`The page has no ${selector}.`);
    return found;
  }
})();
