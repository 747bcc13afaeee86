import * as vscode from 'vscode';
import { checkRefreshToken } from '../../core/auth/credentials';
import { withCancellableProgress } from '../prompts/withCancellableProgress';
import { promptForText, BACK } from '../prompts/promptForText';
import { readClientId, readTokenEndpoint } from '../settings/loginWithAmazonSettings';
import { promptForClient } from './promptForClient';
import { createSession } from './issuedSession';
import type { SignInMethodResult, SignInRequest, SignInServices } from '../../core/auth/signInOptions';

/** Asks for an existing refresh token and the client it was issued to, then tries it. */
export async function refreshTokenSignIn(
  request: SignInRequest,
  services: SignInServices,
): Promise<SignInMethodResult> {
  const endpoint = readTokenEndpoint(request.account);
  if (!endpoint.ok) return { ok: false, failure: { kind: 'invalidEndpoint', detail: endpoint.problem } };
  const title = vscode.l10n.t('Sign In with a Refresh Token');
  let entered = '';
  for (;;) {
    const refreshToken = await promptForText({
      title,
      prompt:
        `${request.where} ${vscode.l10n.t("Stored in VS Code's secret storage and sent only to your token endpoint.")}`.trim(),
      placeholder: 'Atzr|…',
      secret: true,
      value: entered,
      step: { number: 1, of: 3 },
      check: checkRefreshToken,
    });
    if (refreshToken === undefined || refreshToken === BACK) return undefined;
    entered = refreshToken;
    const client = await promptForClient({
      title,
      clientId: request.client?.id ?? request.clientId ?? readClientId(request.account),
      precedingSteps: 1,
      where: request.where,
    });
    if (client === undefined) return undefined;
    if (client === BACK) continue;
    const { refreshTokens } = await services.loginWithAmazon();
    const askedAtMs = Date.now();
    const { result } = await withCancellableProgress(vscode.l10n.t('Signing in'), (signal) =>
      refreshTokens(refreshToken, client, endpoint.url, signal),
    );
    if (!result.ok) return result.failure.kind === 'canceled' ? 'canceled' : { ...result, client };
    const session = createSession({ refreshToken, ...result.value }, client, askedAtMs);
    await services.sessions.save(request.account, session);
    return { ok: true, session };
  }
}
