import * as vscode from 'vscode';
import { ACCESS_TOKEN_LIFETIME_MS } from '../auth/session';
import { SecretStorageFailed, type SessionStore } from '../auth/sessionStore';
import { checkAccessToken } from '../core/accessToken';
import { askForText, BACK } from './textInput';

/**
 * Asks for an access token in the midst of something else, and stores it. When it cannot be stored, the person is told
 * here, since nobody else knows.
 *
 * @param reason why it is asked for
 * @returns the token, or undefined when the person leaves or it cannot be stored
 */
export async function pasteAccessToken(sessions: SessionStore, reason: string): Promise<string | undefined> {
  try {
    return await signInWithToken(sessions, reason);
  } catch (error) {
    if (!(error instanceof SecretStorageFailed)) throw error;
    void vscode.window.showErrorMessage(error.message);
    return undefined;
  }
}

/**
 * Asks for an access token and stores it.
 *
 * @returns the token, or undefined when the person leaves
 * @throws SecretStorageFailed
 */
export async function signInWithToken(
  sessions: SessionStore,
  prompt = vscode.l10n.t(
    'It is kept in the secret storage of the editor and sent to the API endpoint in your settings only.',
  ),
): Promise<string | undefined> {
  const token = await askForText({
    title: vscode.l10n.t('Sign In with an Access Token'),
    prompt,
    placeholder: 'Atza|…',
    secret: true,
    check: checkAccessToken,
  });
  if (token === undefined || token === BACK) return undefined;
  await sessions.save({ version: 1, accessToken: token, expiresAtMs: Date.now() + ACCESS_TOKEN_LIFETIME_MS });
  return token;
}
