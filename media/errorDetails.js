// Reports which button was pressed, shows the extension's response, and stores the page's contents for a reload.
(() => {
  const vscode = acquireVsCodeApi();
  vscode.setState(JSON.parse(document.querySelector('main').dataset.state));

  for (const button of document.querySelectorAll('button')) {
    button.addEventListener('click', () => vscode.postMessage({ type: button.dataset.action }));
  }

  /** Shows what was found out since. A resolved failure needs no retry. */
  function followUp({ effect, resolved }) {
    document.getElementById('effect').textContent = effect;
    const line = document.querySelector('.resolved');
    line.textContent = resolved;
    const tryAgain = document.querySelector('button[data-action="tryAgain"]');
    if (!tryAgain) return;
    const hadFocus = document.activeElement === tryAgain;
    tryAgain.hidden = resolved !== '';
    if (hadFocus && tryAgain.hidden) line.focus();
  }

  const announcement = document.querySelector('[role="status"]');
  let timer;
  window.addEventListener('message', ({ data }) => {
    if (data?.type === 'followUp') followUp(data);
    if (data?.type !== 'announce') return;
    clearTimeout(timer);
    // Empty it first, so that the same text is announced again when the same button is pressed again.
    announcement.textContent = '';
    setTimeout(() => (announcement.textContent = data.text), 50);
    timer = setTimeout(() => (announcement.textContent = ''), 8000);
  });
})();
