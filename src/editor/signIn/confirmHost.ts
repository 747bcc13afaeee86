import * as vscode from 'vscode';
import { escapeLinks } from '../prompts/escapeUiText';

/**
 * Asks whether the secrets of an account may go to a host that it was not signed in for. Otherwise a program that
 * writes to the settings, or a computer that synchronizes them, could collect tokens.
 */
export async function confirmHost(account: string, host: string): Promise<boolean> {
  const send = vscode.l10n.t('Send Tokens');
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('Send the tokens of {0} to {1}?', escapeLinks(account), escapeLinks(host)),
    {
      modal: true,
      detail: vscode.l10n.t(
        'The endpoints in the settings have changed since you signed in to this account. If you did not change them, cancel and check the settings.',
      ),
    },
    send,
  );
  return answer === send;
}
