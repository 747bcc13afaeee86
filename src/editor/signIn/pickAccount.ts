import * as vscode from 'vscode';
import { checkAccountName } from '../../core/model/accountName';
import { escapeIcons } from '../prompts/escapeUiText';
import { promptForText, BACK } from '../prompts/promptForText';

/**
 * Asks which account to sign in to: one of these, or a new one.
 *
 * @param names of all accounts that are stored or specified in the list of service providers
 * @param known accounts with an earlier sign-in
 * @param signedIn accounts that are signed in now
 * @returns undefined if the user leaves
 */
export async function pickAccount(
  names: readonly string[],
  known: readonly string[],
  signedIn: readonly string[],
): Promise<string | undefined> {
  if (names.length === 0) return askForName(known);
  for (;;) {
    const picked = await pickKnownAccount(names, known, signedIn);
    if (picked !== NEW_ACCOUNT) return picked;
    const name = await askForName(known);
    // Leaving the name prompt goes back to the list, because it is the second step.
    if (name !== undefined) return name;
  }
}

const NEW_ACCOUNT = Symbol('new account');

async function pickKnownAccount(
  names: readonly string[],
  known: readonly string[],
  signedIn: readonly string[],
): Promise<string | typeof NEW_ACCOUNT | undefined> {
  const items: (vscode.QuickPickItem & { readonly name: string | typeof NEW_ACCOUNT })[] = [
    ...names.map((name) => ({
      name,
      label: escapeIcons(name),
      description: signedIn.includes(name)
        ? vscode.l10n.t('replaces its session')
        : known.includes(name)
          ? vscode.l10n.t('signed out')
          : vscode.l10n.t('used in your list of service providers'),
    })),
    { name: NEW_ACCOUNT, label: vscode.l10n.t('New Account…'), iconPath: new vscode.ThemeIcon('add') },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Sign In'),
    placeHolder: vscode.l10n.t('Which account do you want to sign in to?'),
    ignoreFocusOut: true,
  });
  return picked?.name;
}

async function askForName(taken: readonly string[]): Promise<string | undefined> {
  const name = await promptForText({
    title: vscode.l10n.t('Sign In to a New Account'),
    prompt: vscode.l10n.t(
      'A name for the account, such as its marketplace. Service providers in your settings can refer to it.',
    ),
    placeholder: vscode.l10n.t('Name'),
    check: (text) => {
      const check = checkAccountName(text);
      return check.ok && taken.includes(check.value)
        ? { ok: true, value: check.value, warning: vscode.l10n.t('This account exists. Its session will be replaced.') }
        : check;
    },
  });
  return name === BACK ? undefined : name;
}
