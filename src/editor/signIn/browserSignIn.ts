import * as vscode from 'vscode';
import type { Client } from '../../core/auth/session';
import { describeSignInFailure } from '../../core/failures/signInMessages';
import type { SignInFailure, SignInResult } from '../../core/failures/signInFailure';
import { withCancellableProgress } from '../prompts/withCancellableProgress';
import { BACK, type PromptButton } from '../prompts/promptForText';
import {
  readAuthorizationEndpoint,
  readClientId,
  readScopes,
  readTokenEndpoint,
} from '../settings/loginWithAmazonSettings';
import { pageLanguage } from '../pageLanguage';
import { readRedirectUri } from '../settings/redirectUriSetting';
import { promptForClient } from './promptForClient';
import { createSession } from './issuedSession';
import type { SignInMethodResult, SignInRequest, SignInServices } from '../../core/auth/signInOptions';
import { waitForRedirect } from './waitForRedirect';

/**
 * Signs in on Amazon's page in the browser, which is then redirected to a listener on this machine; if that is not
 * possible, the user pastes the URL.
 */
export async function browserSignIn(request: SignInRequest, services: SignInServices): Promise<SignInMethodResult> {
  const checked = readSettings(request);
  if (!checked.ok) return checked;
  const { redirectUri } = checked.value.redirect;
  const client = await resolveClient(request, redirectUri);
  if (!client) return undefined;
  const before = activeSignIn;
  const stop = new AbortController();
  const signingIn = (async () => {
    before?.stop.abort();
    await before?.ended;
    return signInWith(client, request, services, checked.value, stop.signal);
  })();
  activeSignIn = { stop, ended: signingIn.catch(() => undefined) };
  return signingIn;
}

/** Only one sign-in can listen on the port, so a newer one in this window ends the one before. */
let activeSignIn: { readonly stop: AbortController; readonly ended: Promise<unknown> } | undefined;

async function signInWith(
  client: Client,
  request: SignInRequest,
  services: SignInServices,
  { redirect, authorizationEndpoint, tokenEndpoint, scopes }: Settings,
  stopped: AbortSignal,
): Promise<SignInMethodResult> {
  const { redirectUri } = redirect;
  const { prepareAuthorization, matchesRequest, exchangeCode, listenForRedirect } = await services.loginWithAmazon();
  const authorization = await prepareAuthorization({ clientId: client.id, redirectUri, scopes }, authorizationEndpoint);
  const listening = await listenForRedirect(redirect, (address) => matchesRequest(authorization, address), {
    language: pageLanguage(),
    rejected: {
      title: vscode.l10n.t('No sign-in is waiting for this page'),
      text: returnToEditorText(),
    },
    alreadyHandled: { title: vscode.l10n.t('This sign-in is already complete'), text: returnToEditorText() },
  });
  // In a remote window, the redirect may not reach the listener anyway, so continue without one.
  if (!listening.ok && !isRemoteUi()) return { ...listening, client };
  const listener = listening.ok ? listening.value : undefined;
  let page = { title: vscode.l10n.t('The sign-in was canceled'), text: returnToEditorText() };
  try {
    const address = await waitForRedirect({
      redirectUri,
      isExpectedRedirect: (candidate) => matchesRequest(authorization, candidate),
      ...(listener && { redirected: listener.redirect }),
      ...(!listening.ok && { problem: listening.failure }),
      isRemoteUi: isRemoteUi(),
      stopped,
      openBrowser: () => openBrowser(authorization.url),
      buttons: [copyRedirectUriButton(redirectUri)],
    });
    if (address === 'canceled' || address === 'superseded') return address;
    if (address === 'redirectTimeout') return { ok: false, failure: { kind: 'redirectTimeout', redirectUri }, client };
    const askedAtMs = Date.now();
    const { result } = await withCancellableProgress(vscode.l10n.t('Signing in'), (signal) =>
      exchangeCode(authorization, address, client, tokenEndpoint, signal),
    );
    if (result.ok) {
      const session = createSession(result.value, client, askedAtMs);
      page = { title: vscode.l10n.t('The session could not be saved'), text: returnToEditorText() };
      await services.sessions.save(request.account, session);
      page = { title: vscode.l10n.t('You are signed in'), text: returnToEditorText() };
      return { ok: true, session };
    }
    if (result.failure.kind === 'canceled') return 'canceled';
    page = { title: describeSignInFailure(result.failure).title, text: returnToEditorText() };
    return { ok: false, failure: { ...result.failure, redirectUri }, client };
  } finally {
    await listener?.end(page);
  }
}

/** Returns the client, asking for it unless that of the last sign-in is still valid. */
async function resolveClient(
  { account, client, clientId, askForClient: ask, where }: SignInRequest,
  redirectUri: string,
): Promise<Client | undefined> {
  if (client && ask !== true) return client;
  const entered = await promptForClient({
    title: vscode.l10n.t('Sign In with the Browser'),
    clientId: client?.id ?? clientId ?? readClientId(account),
    precedingSteps: 0,
    where,
    hint: vscode.l10n.t('Allowed Return URLs of the security profile must contain exactly {0}', redirectUri),
    buttons: [copyRedirectUriButton(redirectUri)],
  });
  return entered === BACK ? undefined : entered;
}

interface Settings {
  readonly redirect: Extract<ReturnType<typeof readRedirectUri>, { ok: true }>;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly scopes: readonly string[];
}

function readSettings({ account, additionalScopes = [] }: SignInRequest): SignInResult<Settings> {
  const redirect = readRedirectUri();
  if (!redirect.ok) return refused({ kind: 'invalidRedirectUri', detail: redirect.problem });
  const authorizationEndpoint = readAuthorizationEndpoint(account);
  if (!authorizationEndpoint.ok) return refused({ kind: 'invalidEndpoint', detail: authorizationEndpoint.problem });
  const tokenEndpoint = readTokenEndpoint(account);
  if (!tokenEndpoint.ok) return refused({ kind: 'invalidEndpoint', detail: tokenEndpoint.problem });
  const scopes = readScopes();
  if (!scopes.ok) return refused({ kind: 'invalidScopesSetting', detail: scopes.problem });
  return {
    ok: true,
    value: {
      redirect,
      authorizationEndpoint: authorizationEndpoint.url,
      tokenEndpoint: tokenEndpoint.url,
      scopes: [...new Set([...scopes.scopes, ...additionalScopes])],
    },
  };
}

function refused(failure: SignInFailure): { readonly ok: false; readonly failure: SignInFailure } {
  return { ok: false, failure };
}

/** Whether the browser may run on another machine: in a remote window, or in VS Code for the Web. */
function isRemoteUi(): boolean {
  return vscode.env.remoteName !== undefined || vscode.env.uiKind === vscode.UIKind.Web;
}

/**
 * Opens a URL. VS Code rewrites some characters of it: `checkScopes`, `checkRedirectUri` and `checkClientId` accept
 * only those that it preserves.
 */
async function openBrowser(address: string): Promise<boolean> {
  try {
    return await vscode.env.openExternal(vscode.Uri.parse(address, true));
  } catch {
    return false;
  }
}

function copyRedirectUriButton(redirectUri: string): PromptButton {
  return {
    icon: 'copy',
    tooltip: vscode.l10n.t('Copy the Return URL'),
    run: () => vscode.env.clipboard.writeText(redirectUri),
  };
}

function returnToEditorText(): string {
  return vscode.l10n.t('You can close this page and go back to {0}.', vscode.env.appName);
}
