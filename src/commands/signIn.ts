import * as vscode from 'vscode';
import { signInWithToken } from '../prompts/pasteAccessToken';
import { DISMISSED, DONE, type Command } from './command';
import { writeSession } from './writeSession';

/** Asks how to sign in, then does it. */
export const signIn: Command = {
  id: 'signIn',
  async run(_invocation, { sessions }) {
    const paste: vscode.QuickPickItem = {
      label: vscode.l10n.t('Paste an access token'),
      detail: vscode.l10n.t('One that you asked Login with Amazon for elsewhere. It lives for an hour.'),
    };
    const picked = await vscode.window.showQuickPick([paste], {
      title: vscode.l10n.t('Sign In'),
      placeHolder: vscode.l10n.t('How do you want to sign in to Login with Amazon?'),
      ignoreFocusOut: true,
    });
    if (!picked) return DISMISSED;
    return writeSession(async () => ((await signInWithToken(sessions)) === undefined ? DISMISSED : DONE));
  },
};
