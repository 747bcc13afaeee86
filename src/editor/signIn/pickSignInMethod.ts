import * as vscode from 'vscode';
import { escapeIcons } from '../prompts/escapeUiText';
import type { SignInMethod } from '../../core/auth/signInOptions';

interface MethodItem extends vscode.QuickPickItem {
  readonly method: SignInMethod;
}

/**
 * Asks for a sign-in method. Buttons switch to another account or region, because most users have only one and need not
 * be asked.
 *
 * @param account the account, if decided
 * @param host the host of its API endpoint
 * @returns undefined if the user leaves
 */
export async function pickSignInMethod(
  account: string | undefined,
  host: string,
): Promise<SignInMethod | 'otherAccount' | 'region' | undefined> {
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
      detail: vscode.l10n.t('Use the client ID and client secret of your security profile. You stay signed in.'),
    },
    {
      method: 'accessToken',
      label: vscode.l10n.t('Paste an access token'),
      detail: vscode.l10n.t('Use a token you already have. Expires after one hour.'),
    },
    {
      method: 'refreshToken',
      label: vscode.l10n.t('Paste a refresh token'),
      detail: vscode.l10n.t('Use it with the client ID and client secret that it was issued to. You stay signed in.'),
    },
  ];
  const region = {
    iconPath: new vscode.ThemeIcon('globe'),
    tooltip: vscode.l10n.t({
      message: 'Choose the Region… ({0})',
      args: [host],
      comment: ['{0} is the host that requests are sent to now.'],
    }),
  };
  const otherAccount = {
    iconPath: new vscode.ThemeIcon('account'),
    tooltip: vscode.l10n.t('Sign In to Another Account'),
  };
  pick.buttons = [region, otherAccount];
  try {
    return await new Promise((resolve) => {
      pick.onDidTriggerButton((button) => {
        resolve(button === region ? 'region' : 'otherAccount');
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
