import * as vscode from 'vscode';
import { NewerSessions, type Accounts } from '../../core/auth/sessionStore';
import { resolveAccount, DEFAULT_ACCOUNT, knownAccounts, reservedAfterSignIn } from '../../core/model/accounts';
import { clientOf, usableClient } from '../../core/auth/knownClient';
import { secretsGoTo } from '../../core/model/endpoint';
import { accountChangeText } from '../../core/presentation/sessionText';
import { escapeLinks } from '../prompts/escapeUiText';
import { readApiEndpoint } from '../settings/apiEndpoint';
import { readTokenEndpoint } from '../settings/loginWithAmazonSettings';
import { accessTokenSignIn } from './accessTokenSignIn';
import { browserSignIn } from './browserSignIn';
import { pickAccount } from './pickAccount';
import { pickRegion } from './pickRegion';
import { pickSignInMethod } from './pickSignInMethod';
import { refreshTokenSignIn } from './refreshTokenSignIn';
import type { SignInOutcome, SignInServices, SignInOptions } from '../../core/auth/signInOptions';

const METHODS = { browser: browserSignIn, accessToken: accessTokenSignIn, refreshToken: refreshTokenSignIn };

/**
 * Signs in to Login with Amazon: asks for the method and the account unless decided, and stores the session.
 *
 * @throws SecretStorageError if the session cannot be stored
 * @throws NewerSessions before any prompt, if a newer version of this extension wrote the stored sessions
 */
export async function signIn(services: SignInServices, options: SignInOptions = {}): Promise<SignInOutcome> {
  const outcome = await performSignIn(services, options);
  services.onDidFinish(outcome);
  return outcome;
}

async function performSignIn(services: SignInServices, options: SignInOptions): Promise<SignInOutcome> {
  const accounts = await services.sessions.read();
  const { byName, problem } = accounts;
  // Fail before any prompt, because the session could not be stored.
  if (problem === 'newer') throw new NewerSessions();
  const known = [...byName.keys()];
  const signedIn = known.filter((name) => byName.get(name)?.type === 'signedIn');
  const named = services.providers().flatMap(({ account }) => account ?? []);
  const names = [...new Set([...known, ...named])];
  let { method, account } = options;
  // Most users have one account and need not be asked.
  const resolveOrPick = async () =>
    account ?? (names.length > 1 ? await pickAccount(names, known, signedIn) : (names[0] ?? DEFAULT_ACCOUNT));
  while (!method) {
    const chosen = await pickSignInMethod(account, hostOf(account ?? names[0] ?? DEFAULT_ACCOUNT));
    if (chosen === undefined) return { type: 'dismissed' };
    if (chosen === 'otherAccount') account = (await pickAccount(names, known, signedIn)) ?? account;
    else if (chosen === 'region') {
      account = await resolveOrPick();
      if (account !== undefined) await pickRegion(account);
    } else method = chosen;
  }
  account = await resolveOrPick();
  if (account === undefined) return { type: 'dismissed' };
  if (!(await mayServe(account, accounts, services))) return { type: 'dismissed' };

  const state = byName.get(account);
  const { client: enteredBefore, ...decided } = options;
  const tokenEndpoint = readTokenEndpoint(account);
  const knownClient = enteredBefore ?? clientOf(state);
  const usable = knownClient && usableClient(knownClient, tokenEndpoint);
  const isOneOfSeveral = new Set([...names, account]).size > 1;
  const where = isOneOfSeveral ? placeOf(account) : '';
  const issued = await METHODS[method]({ ...decided, ...usable, account, where }, services);
  if (issued === undefined) return { type: 'dismissed' };
  if (issued === 'canceled' || issued === 'superseded') {
    return { type: 'canceled', superseded: issued === 'superseded' };
  }
  if (!issued.ok) {
    const { askForClient, ...remaining } = decided;
    const origins = tokenEndpoint.ok ? [secretsGoTo(tokenEndpoint.url)] : [];
    const entered = issued.client
      ? { client: { ...issued.client, origins } }
      : { ...(askForClient && { askForClient }) };
    return { type: 'failed', failure: issued.failure, options: { ...remaining, ...entered, method, account } };
  }
  const { session, unverified, storedAtMs } = issued;
  return {
    type: 'signedIn',
    method,
    account,
    session,
    isOneOfSeveral,
    ...(unverified && { unverified }),
    ...(storedAtMs !== undefined && { storedAtMs }),
  };
}

/** Returns the account and the host that its access token is sent to. */
function placeOf(account: string): string {
  const host = hostOf(account);
  return host === ''
    ? vscode.l10n.t('Account {0}.', account)
    : vscode.l10n.t('Account {0}, API endpoint {1}.', account, host);
}

/** Returns the host of an account's API endpoint; empty if the setting is invalid. */
function hostOf(account: string): string {
  const endpoint = readApiEndpoint(account);
  return endpoint.ok ? new URL(endpoint.url).host : '';
}

/** Asks before the sign-in moves the service providers without an account to another account. */
async function mayServe(
  account: string,
  { byName, reserved }: Accounts,
  { providers }: SignInServices,
): Promise<boolean> {
  const names = [...byName.keys()];
  const from = resolveAccount(undefined, knownAccounts(names, reserved));
  const reservedThen = reservedAfterSignIn(names, reserved, account);
  const to = resolveAccount(undefined, knownAccounts([...new Set([...names, account])], reservedThen));
  const count = providers().filter((provider) => provider.account === undefined).length;
  if (from === undefined || to === undefined || from === to || count === 0) return true;
  const proceed = vscode.l10n.t('Sign In');
  const chosen = await vscode.window.showWarningMessage(
    escapeLinks(vscode.l10n.t('Sign in to the account “{0}”?', account)),
    { modal: true, detail: escapeLinks(accountChangeText(count, from, to)) },
    proceed,
  );
  return chosen === proceed;
}
