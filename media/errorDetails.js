// Shows what was found out since. A resolved failure needs no retry and no other step.
/** @import { ErrorDetailsAction, FollowUp } from '../src/editor/webview/errorDetailsMessages' */
(() => {
  window.addEventListener('message', (/** @type {MessageEvent<FollowUp | undefined>} */ { data }) => {
    if (data?.type !== 'followUp') return;
    const { title, cause, effect, isResolved } = data;
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
  });

  /** @param {string} selector */
  function get(selector) {
    const found = document.querySelector(selector);
    if (!(found instanceof HTMLElement)) throw new Error(`The page has no ${selector}.`);
    return found;
  }
})();
