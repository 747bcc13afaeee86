import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { ACCESS_TOKEN_LIFETIME_MS } from '../auth/session';
import { SecretStorageFailed } from '../auth/sessionStore';
import { checkAccessToken } from '../core/credentials';
import { askForText, BACK } from '../prompts/textInput';
import type { Issued, SignInRequest, SignInServices } from './signInServices';

/** Asks for an access token that was issued elsewhere. It cannot be renewed. */
export async function accessTokenSignIn(
  { account }: Pick<SignInRequest, 'account'>,
  { sessions }: SignInServices,
  prompt = vscode.l10n.t(
    'It is kept in the secret storage of the editor and sent to the API endpoint in your settings only.',
  ),
): Promise<Issued> {
  const accessToken = await askForText({
    title: vscode.l10n.t('Sign In with an Access Token'),
    prompt,
    placeholder: 'Atza|…',
    secret: true,
    check: checkAccessToken,
  });
  if (accessToken === undefined || accessToken === BACK) return undefined;
  const session = { id: randomUUID(), accessToken, expiresAtMs: Date.now() + ACCESS_TOKEN_LIFETIME_MS };
  await sessions.save(account, session);
  return { ok: true, session };
}

/**
 * Asks for an access token in the midst of something else, and keeps it. When it cannot be kept, the person is told here,
 * since nobody else knows.
 *
 * @param reason why it is asked for
 * @returns the token, or undefined when the person leaves or it cannot be kept
 */
export async function replaceAccessToken(
  account: string,
  reason: string,
  services: SignInServices,
): Promise<string | undefined> {
  try {
    const issued = await accessTokenSignIn({ account }, services, reason);
    return issued?.ok ? issued.session.accessToken : undefined;
  } catch (error) {
    if (!(error instanceof SecretStorageFailed)) throw error;
    void vscode.window.showErrorMessage(error.message);
    return undefined;
  }
}
