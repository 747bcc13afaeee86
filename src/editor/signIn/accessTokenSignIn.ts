import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { ACCESS_TOKEN_LIFETIME_MS } from '../../core/auth/session';
import { SecretStorageError } from '../../core/auth/sessionStore';
import { resolveAccount, knownAccounts, reservedAfterSignIn } from '../../core/model/accounts';
import type { ConfiguredProvider } from '../../core/model/configuredProviders';
import { checkAccessToken } from '../../core/auth/credentials';
import { describeFailure } from '../../core/failures/failureMessages';
import { escapeLinks } from '../prompts/escapeUiText';
import { withCancellableProgress } from '../prompts/withCancellableProgress';
import { promptForText, BACK } from '../prompts/promptForText';
import type { SignInMethodResult, SignInRequest, SignInServices, Unverified } from '../../core/auth/signInOptions';

/**
 * Asks for an existing access token, and tries it before it is stored: an invalid one would be rejected for each row.
 * It cannot be refreshed.
 */
export async function accessTokenSignIn(
  { account, where }: Pick<SignInRequest, 'account' | 'where'>,
  services: SignInServices,
  prompt = vscode.l10n.t("Stored in VS Code's secret storage and sent only to your API endpoint."),
): Promise<SignInMethodResult> {
  for (;;) {
    const accessToken = await promptForText({
      title: vscode.l10n.t('Sign In with an Access Token'),
      prompt: `${where} ${prompt}`.trim(),
      placeholder: 'Atza|…',
      secret: true,
      check: checkAccessToken,
    });
    if (accessToken === undefined || accessToken === BACK) return undefined;
    const session = { id: randomUUID(), accessToken, expiresAtMs: Date.now() + ACCESS_TOKEN_LIFETIME_MS };
    const decision = await tryToken(accessToken, account, services);
    if (decision === 'pasteAgain') continue;
    if (decision === 'leave') return 'canceled';
    const storedAtMs = Date.now();
    await services.sessions.save(account, session);
    return { ok: true, session, storedAtMs, ...(decision !== 'verified' && { unverified: decision }) };
  }
}

/** Tries an access token with one read, and lets the user decide if that does not show that it is valid. */
async function tryToken(
  accessToken: string,
  account: string,
  services: SignInServices,
): Promise<'verified' | 'pasteAgain' | 'leave' | Unverified> {
  const provider = await servedBy(account, services);
  if (!provider) return 'nothingListed';
  const { result, stopped } = await withCancellableProgress(vscode.l10n.t('Verifying the access token'), (signal) =>
    services.verify(accessToken, account, provider.id, signal),
  );
  if (stopped) return 'leave';
  if (result.type === 'accepted') return 'verified';
  const keep = vscode.l10n.t('Store Anyway');
  const pasteAgain = vscode.l10n.t('Paste Again');
  const name = provider.name ?? provider.id;
  const { title, cause: why } = describeFailure(result.failure);
  const isRefused = result.type === 'rejected';
  const message = isRefused
    ? vscode.l10n.t('The service refused this access token. It was not stored.')
    : vscode.l10n.t('The access token could not be verified. It is not stored yet.');
  const detail = isRefused
    ? vscode.l10n.t({
        message:
          'Tried with {0}: {1}. Either the access token is expired or invalid, or your account has no access to this service provider.',
        args: [name, title],
        comment: ['{0} is the name of a service provider, {1} says what failed.'],
      })
    : vscode.l10n.t({
        message: 'Tried with {0}: {1}. {2}',
        args: [name, title, why],
        comment: [
          '{0} is the name of a service provider, {1} says what failed, {2} is a whole sentence with the reason.',
        ],
      });
  const chosen = await vscode.window.showWarningMessage(
    escapeLinks(message),
    { modal: true, detail: escapeLinks(detail) },
    ...(isRefused ? [pasteAgain, keep] : [keep, pasteAgain]),
  );
  if (chosen === pasteAgain) return 'pasteAgain';
  return chosen === keep ? 'keptAnyway' : 'leave';
}

/** Returns a configured service provider that this account will serve once signed in. */
async function servedBy(
  account: string,
  { sessions, providers }: SignInServices,
): Promise<ConfiguredProvider | undefined> {
  const { byName, reserved } = await sessions.read();
  const names = [...byName.keys()];
  const known = knownAccounts([...new Set([...names, account])], reservedAfterSignIn(names, reserved, account));
  return providers().find((provider) => resolveAccount(provider.account, known) === account);
}

/**
 * Asks for an access token during another task, and stores it. If it cannot be stored, reports that here, because no
 * caller does.
 *
 * @param reason why it is requested
 * @returns the token, or undefined if the user leaves or it cannot be stored
 */
export async function promptForReplacementToken(
  account: string,
  reason: string,
  services: SignInServices,
): Promise<string | undefined> {
  try {
    const issued = await accessTokenSignIn({ account, where: '' }, services, reason);
    return typeof issued === 'object' && issued.ok ? issued.session.accessToken : undefined;
  } catch (error) {
    if (!(error instanceof SecretStorageError)) throw error;
    void vscode.window.showErrorMessage(error.message);
    return undefined;
  }
}
