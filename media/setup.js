// Reports which button was pressed, and shows the extension's response.
/** @import { Announcement } from '../src/editor/webview/errorDetailsMessages' */
/** @import { SetupAction } from '../src/editor/webview/setupMessages' */
(() => {
  const vscode = /** @type {WebviewApi<{ type: SetupAction }, never>} */ (acquireVsCodeApi());

  for (const button of document.querySelectorAll('button')) {
    const type = /** @type {SetupAction} */ (button.dataset['action']);
    button.addEventListener('click', () => {
      vscode.postMessage({ type });
    });
  }

  // A new result replaces the page, and the button that had the focus with it.
  get('h1').focus();

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
