// Moves the focus to the result: a new one replaces the page, and the button that had the focus with it.
document.querySelector('h1')?.focus();
