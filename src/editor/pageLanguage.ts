import * as vscode from 'vscode';

/** Returns the language of the messages, for screen readers: English where VS Code's language has no translation. */
export function pageLanguage(): string {
  return vscode.l10n.bundle ? vscode.env.language : 'en';
}
