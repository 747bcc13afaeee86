import * as vscode from 'vscode';
import type { TokenResult } from '../../core/api/tokenProvider';
import type { Session } from '../../core/auth/session';
import type { SessionStore } from '../../core/auth/sessionStore';
import { checkAccountName } from '../../core/model/accountName';
import { checkScopes, missingScopes } from '../../core/model/scopes';
import { invalidatesSession } from '../../core/failures/signInFailure';
import type { SignInOptions } from '../../core/auth/signInOptions';

const PROVIDER_ID = 'login-with-amazon';

interface Options {
  readonly sessions: SessionStore;
  /** Returns the access token of an account, refreshed if due. */
  readonly getAccessToken: (account: string) => Promise<TokenResult>;
  /** Signs in, and reports a failure to the user. */
  readonly signIn: (
    options: SignInOptions,
  ) => Promise<{ readonly account: string; readonly session: Session } | undefined>;
}

/**
 * Login with Amazon as a VS Code authentication provider: the Accounts menu lists the accounts and signs out of them,
 * and other extensions can request a session, which VS Code grants only with the user's consent.
 *
 * Fires events by comparing the stored sessions with earlier ones, so that other windows count too.
 */
export class LoginWithAmazonProvider implements vscode.AuthenticationProvider, vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<vscode.AuthenticationProviderAuthenticationSessionsChangeEvent>();
  readonly onDidChangeSessions = this.changes.event;
  private readonly registration: vscode.Disposable;
  private lastKnownSessions: Promise<readonly vscode.AuthenticationSession[]>;

  constructor(private readonly options: Options) {
    this.registration = vscode.authentication.registerAuthenticationProvider(PROVIDER_ID, 'Login with Amazon', this, {
      supportsMultipleAccounts: true,
    });
    this.lastKnownSessions = this.signedIn().then((sessions) => sessions.map(authenticationSession));
    options.sessions.events.on('changed', () => {
      this.lastKnownSessions = this.fireChanges(this.lastKnownSessions);
    });
  }

  /**
   * Returns the sessions with these scopes.
   *
   * @param scopes undefined if VS Code lists the accounts; otherwise another extension needs the access token
   * @throws an error with a message if there is only a session that cannot be refreshed now
   */
  async getSessions(
    scopes: readonly string[] | undefined,
    { account }: vscode.AuthenticationProviderSessionOptions,
  ): Promise<vscode.AuthenticationSession[]> {
    const suitable = (await this.signedIn()).filter(
      ([name, session]) =>
        (account === undefined || name === account.id) && missingScopes(scopes ?? [], session.scopes).length === 0,
    );
    if (scopes === undefined) return suitable.map(authenticationSession);
    const accesses = await Promise.all(
      suitable.map(async ([name, session]) => ({ name, session, access: await this.options.getAccessToken(name) })),
    );
    const usable = accesses.flatMap(({ name, session, access }) =>
      // Another session may have replaced this one since it was read.
      access.type === 'granted' && access.session === session.id
        ? [authenticationSession([name, { ...session, accessToken: access.token }])]
        : [],
    );
    // A session that has just ended no longer counts; one that cannot be refreshed now may work later.
    const [failure] = accesses
      .flatMap(({ access }) => (access.type === 'denied' ? (access.failure.signIn ?? []) : []))
      .filter(({ kind }) => !invalidatesSession(kind));
    if (usable.length === 0 && failure) {
      const { signInTitleOf } = await import('../../core/failures/signInTitle');
      throw new Error(signInTitleOf(failure));
    }
    return usable;
  }

  async createSession(
    scopes: readonly string[],
    { account }: vscode.AuthenticationProviderSessionOptions,
  ): Promise<vscode.AuthenticationSession> {
    const check = scopes.length === 0 ? undefined : checkScopes(scopes);
    if (check?.ok === false) throw new Error(check.problem);
    const name = account && checkAccountName(account.id);
    if (name?.ok === false) throw new Error(name.problem);
    const signedIn = await this.options.signIn({ additionalScopes: scopes, ...(name && { account: name.value }) });
    if (!signedIn) throw new Error(vscode.l10n.t('Sign-in to Login with Amazon was canceled.'));
    return authenticationSession([signedIn.account, signedIn.session]);
  }

  async removeSession(sessionId: string): Promise<void> {
    const found = (await this.signedIn()).find(([, { id }]) => id === sessionId);
    if (found) await this.options.sessions.remove([found[0]]);
  }

  dispose(): void {
    this.registration.dispose();
    this.changes.dispose();
  }

  private async signedIn(): Promise<[account: string, session: Session][]> {
    const { byName } = await this.options.sessions.read();
    return [...byName].flatMap(([account, state]) => (state.type === 'signedIn' ? [[account, state.session]] : []));
  }

  private async fireChanges(
    lastKnownSessions: Promise<readonly vscode.AuthenticationSession[]>,
  ): Promise<readonly vscode.AuthenticationSession[]> {
    const before = await lastKnownSessions;
    const now = (await this.signedIn()).map(authenticationSession);
    const added = now.filter(({ id }) => !before.some((each) => each.id === id));
    const removed = before.filter(({ id }) => !now.some((each) => each.id === id));
    const changed = now.filter(({ id, accessToken }) =>
      before.some((each) => each.id === id && each.accessToken !== accessToken),
    );
    if (added.length + removed.length + changed.length > 0) this.changes.fire({ added, removed, changed });
    return now;
  }
}

function authenticationSession([account, { id, accessToken, scopes = [] }]: [
  string,
  Session,
]): vscode.AuthenticationSession {
  return { id, accessToken, account: { id: account, label: account }, scopes };
}
