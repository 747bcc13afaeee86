import * as vscode from 'vscode';
import { escapeIcons } from '../prompts/escapeUiText';
import type { SignInMethod } from '../../core/auth/signInOptions';

interface MethodItem extends vscode.QuickPickItem {
  readonly method: SignInMethod;
}

/**
 * Asks for a sign-in method. A button switches to another account, because most users have only one and need not be
 * asked.
 *
 * @param account the account, if decided
 * @returns undefined if the user leaves
 */
export async function pickSignInMethod(
  account: string | undefined,
): Promise<SignInMethod | 'otherAccount' | undefined> {
  const pick = vscode.window.createQuickPick<MethodItem>();
  pick.title =
    account === undefined
      ? vscode.l10n.t('Sign In')
      : vscode.l10n.t('Sign In to the Account {0}', escapeIcons(account));
  pick.placeholder = vscode.l10n.t('How do you want to sign in to Login with Amazon?');
  pick.ignoreFocusOut = true;
  pick.items = [
    {
      method: 'browser',
      label: vscode.l10n.t('Sign in with the browser'),
      detail: vscode.l10n.t('With the client ID and client secret of your security profile. You stay signed in.'),
    },
    {
      method: 'accessToken',
      label: vscode.l10n.t('Paste an access token'),
      detail: vscode.l10n.t('Use a token you already have. Expires after one hour.'),
    },
    {
      method: 'refreshToken',
      label: vscode.l10n.t('Paste a refresh token'),
      detail: vscode.l10n.t('With the client ID and client secret that it was issued to. You stay signed in.'),
    },
  ];
  pick.buttons = [{ iconPath: new vscode.ThemeIcon('account'), tooltip: vscode.l10n.t('Sign In to Another Account') }];
  try {
    return await new Promise((resolve) => {
      pick.onDidTriggerButton(() => {
        resolve('otherAccount');
      });
      pick.onDidAccept(() => {
        const method = pick.selectedItems[0]?.method;
        if (method) resolve(method);
      });
      pick.onDidHide(() => {
        resolve(undefined);
      });
      pick.show();
    });
  } finally {
    pick.dispose();
  }
}
