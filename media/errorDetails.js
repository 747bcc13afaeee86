// Reports which button was pressed, shows the extension's response, and stores the page's contents for a reload.
/** @import { Announcement, ErrorDetailsAction, FollowUp } from '../src/editor/webview/errorDetailsMessages' */
/** @import { ErrorDetailsState } from '../src/editor/webview/errorDetailsState' */
(() => {
  const vscode = /** @type {WebviewApi<{ type: ErrorDetailsAction }, ErrorDetailsState>} */ (acquireVsCodeApi());
  /** @type {ErrorDetailsState} */
  const state = JSON.parse(get('main').dataset['state'] ?? '');
  vscode.setState(state);

  for (const button of document.querySelectorAll('button')) {
    const type = /** @type {ErrorDetailsAction} */ (button.dataset['action']);
    button.addEventListener('click', () => {
      vscode.postMessage({ type });
    });
  }

  /**
   * Shows what was found out since. A resolved failure needs no retry and no other step.
   *
   * @param {FollowUp} message
   */
  function followUp({ title, cause, effect, isResolved }) {
    get('#effect').textContent = effect;
    get('h1').textContent = title;
    const line = get('.cause');
    line.textContent = cause;
    get('header').classList.toggle('resolved', isResolved);
    get('.remedy').hidden = isResolved;
    /** @type {ErrorDetailsAction} */
    const action = 'tryAgain';
    /** @type {HTMLButtonElement | null} */
    const tryAgain = document.querySelector(`button[data-action="${action}"]`);
    if (!tryAgain) return;
    const hadFocus = document.activeElement === tryAgain;
    tryAgain.hidden = isResolved;
    if (hadFocus && tryAgain.hidden) line.focus();
  }

  const announcement = get('[role="status"]');
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  window.addEventListener('message', (/** @type {MessageEvent<Announcement | FollowUp | undefined>} */ { data }) => {
    if (data?.type === 'followUp') followUp(data);
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
