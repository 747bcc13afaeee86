import { EventEmitter } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import * as l10n from '@vscode/l10n';
import type { TokenResult, TokenProvider, TokenRequest } from '../api/tokenProvider';
import { resolveAccount, knownAccounts } from '../model/accounts';
import { secretsGoTo, type EndpointCheck } from '../model/endpoint';
import { missingScopes, requiredScopes } from '../model/scopes';
import { invalidatesSession, type SignInFailure } from '../failures/signInFailure';
import type * as LoginWithAmazon from './loginWithAmazon';
import { refreshAtMs, type Client, type Session } from './session';
import { SecretStorageError, type SessionState, type SessionStore } from './sessionStore';
import type { ExclusiveWrites } from '../crossWindow/exclusiveWrites';

/**
 * Minimum time between a failed refresh and the next try, in milliseconds: a list of thousands of rows would otherwise
 * cause one per row. Does not apply to a user who began to wait after the failure, unless Login with Amazon requested a
 * back-off.
 */
const REFRESH_COOLDOWN_MS = 3_000;
const MAX_COOLDOWN_MS = 60_000;

/**
 * When the service rejects a token that was refreshed within this time and never accepted for this provider, do not
 * refresh again: a 401 also means “no access to this service provider”. Milliseconds.
 */
const RECENT_REFRESH_MS = 60_000;

interface Options {
  readonly store: Pick<SessionStore, 'read' | 'renew' | 'permit'>;
  /** Lets one window at a time refresh a session. */
  readonly writes: ExclusiveWrites;
  /** Loaded on first use. */
  readonly loginWithAmazon: () => Promise<Pick<typeof LoginWithAmazon, 'refreshTokens'>>;
  /** Returns an account's token endpoint. Read for each refresh, because the settings can change at any time. */
  readonly tokenEndpoint: (account: string) => EndpointCheck;
  readonly requestedScopes: () => readonly string[];
  /** The account that a service provider's entry specifies. */
  readonly configuredAccount: (serviceProviderId: string) => string | undefined;
  /** Returns where an account's access tokens are sent. */
  readonly apiEndpoint: (account: string) => EndpointCheck;
  /** Asks the user whether an account's secrets may go to a host it was not signed in for. */
  readonly confirmHost: (account: string, host: string) => Promise<boolean>;
  /** Prompts for a new access token and stores it; undefined if the user has none. */
  readonly promptForToken: (account: string) => Promise<string | undefined>;
  readonly now?: () => number;
}

/** The result of one refresh, for the log. */
export interface RefreshResult {
  readonly account: string;
  readonly durationMs: number;
  readonly failure?: SignInFailure;
}

type Denied = TokenResult & { readonly type: 'denied' };

/** A failed refresh, and how long it is reused for requests that cannot cause another one. */
interface Pause {
  readonly failure: SignInFailure;
  /** When it failed, and until when it is reused, by `performance.now()`. */
  readonly sinceMs: number;
  readonly untilMs: number;
  /** Whether Login with Amazon requested the pause. */
  readonly isRequested: boolean;
}

/** What an access token is requested for. */
interface TokenPurpose {
  /** The configured account name, looked up each time because the entry may change. */
  readonly named: () => string | undefined;
  /** Undefined if no user waits. */
  readonly request: TokenRequest | undefined;
}

interface ResolvedSession {
  readonly account: string;
  readonly session: Session;
  /** Equals `session` unless the newest session could not be stored. */
  readonly stored: Session;
}

/**
 * Provides the access tokens of the stored sessions. Refreshes one that is about to expire or was rejected: once for
 * all waiting requests, in all windows. If a session cannot be refreshed, a waiting user is prompted.
 */
export class AccessTokenProvider implements TokenProvider {
  /**
   * `renewal`: Login with Amazon was asked to refresh a session, and the result is stored; it succeeded if there is no
   * failure.
   */
  readonly events = new EventEmitter<{ renewal: [RefreshResult] }>();
  private readonly renewals = new Map<string, Promise<TokenResult>>();
  private readonly pauses = new Map<string, Pause>();
  /** The newest token of each session, and when it was first seen, by the monotonic clock. */
  private readonly newest = new Map<string, { readonly token: string; readonly sinceMs: number }>();
  /** The last token that the service accepted for each provider. */
  private readonly acceptedTokens = new Map<string, string>();
  /** Results of refreshes that are not stored yet, or could not be, by account. */
  private readonly unsaved = new Map<string, { readonly stored: Session; readonly renewed: Session | undefined }>();
  /** The sessions that a session replaced because the user was prompted for it during requests. */
  private readonly continued = new Map<string, readonly string[]>();
  /** The user's answers on whether a session's secrets may go to an origin; asked once per window. */
  private readonly confirmed = new Map<string, boolean>();
  private readonly pendingConfirmations = new Map<string, Promise<boolean>>();
  private readonly pendingPrompts = new Map<string, Promise<string | undefined>>();
  /** For each account, the rejected token that the user could not replace: do not prompt for it again. */
  private readonly declinedTokens = new Map<string, string>();
  private readonly now: () => number;

  constructor(private readonly options: Options) {
    this.now = options.now ?? Date.now;
  }

  async getToken(serviceProviderId: string, request?: TokenRequest): Promise<TokenResult> {
    const named = () => request?.account ?? this.options.configuredAccount(serviceProviderId);
    const purpose: TokenPurpose = { named, request };
    const found = await this.find(purpose.named());
    if (!('session' in found)) return found;
    const permitted = await this.permitted(found, this.options.apiEndpoint, purpose);
    return 'session' in permitted ? this.ensureFresh(permitted, purpose) : permitted;
  }

  /**
   * Returns an account's access token, refreshed if due; without a name, that of the account for unassigned providers.
   */
  async forAccount(named: string | undefined): Promise<TokenResult> {
    const purpose: TokenPurpose = { named: () => named, request: undefined };
    const found = await this.find(named);
    return 'session' in found ? this.ensureFresh(found, purpose) : found;
  }

  markAccepted(serviceProviderId: string, token: string): void {
    this.acceptedTokens.set(serviceProviderId, token);
  }

  async refresh(
    serviceProviderId: string,
    refused: string,
    interactive: boolean,
    askedAtMs = performance.now(),
    ofAccount?: string,
  ): Promise<TokenResult | undefined> {
    const named = () => ofAccount ?? this.options.configuredAccount(serviceProviderId);
    const purpose: TokenPurpose = { named, request: { interactive, askedAtMs } };
    const first = await this.find(named());
    if (!('session' in first)) return first;
    const found = await this.permitted(first, this.options.apiEndpoint, purpose);
    if (!('session' in found)) return found;
    const { account, session } = found;
    // Another window or request may have signed in or refreshed during this request.
    if (session.accessToken !== refused) return this.ensureFresh(found, purpose);
    if (session.refresh) {
      const wasAccepted = this.acceptedTokens.get(serviceProviderId) === refused;
      const { sinceMs = -Infinity } = this.newest.get(session.id) ?? {};
      if (!wasAccepted && performance.now() - sinceMs < RECENT_REFRESH_MS) return undefined;
      return this.renewed(found, purpose);
    }
    if (!interactive || this.declinedTokens.get(account) === refused) return undefined;
    const token = await this.ask(account);
    if (token === undefined) {
      this.declinedTokens.set(account, refused);
      return undefined;
    }
    const now = await this.find(named());
    if (!('session' in now)) return now;
    if (now.session.accessToken !== token) return denied({ kind: 'contextChanged', account });
    this.continued.set(now.session.id, [session.id, ...(this.continued.get(session.id) ?? [])]);
    return this.granted(now);
  }

  private async find(named: string | undefined): Promise<ResolvedSession | Denied> {
    const { byName, reserved } = await this.options.store.read();
    const account = resolveAccount(named, knownAccounts([...byName.keys()], reserved));
    const state = account === undefined ? undefined : byName.get(account);
    // The account that unassigned providers are reserved for has signed out.
    if (account !== undefined && !state) return denied({ kind: 'signedOut', account });
    if (account === undefined || !state) {
      const isAnySignedIn = [...byName.values()].some(({ type }) => type === 'signedIn');
      return denied({ kind: isAnySignedIn ? 'accountMissing' : 'signedOut', ...(named && { account: named }) });
    }
    if (state.type === 'signedOut') return denied({ kind: 'signedOut', account });
    const stored = state.session;
    const unsaved = this.unsaved.get(account);
    const session = unsaved && isDeepStrictEqual(unsaved.stored, stored) ? unsaved.renewed : stored;
    if (!session) return denied({ kind: 'signedOut', account });
    this.recordTokenAge(session);
    return { account, session, stored };
  }

  /** Records the current sessions, so that the age of a token from another window is known. */
  observe(sessions: Iterable<SessionState>): void {
    for (const state of sessions) if (state.type === 'signedIn') this.recordTokenAge(state.session);
  }

  /** The age of the first token seen is unknown. */
  private recordTokenAge({ id, accessToken }: Session): void {
    const known = this.newest.get(id);
    if (known?.token === accessToken) return;
    this.newest.set(id, { token: accessToken, sinceMs: known ? performance.now() : -Infinity });
  }

  private async ensureFresh(found: ResolvedSession, purpose: TokenPurpose): Promise<TokenResult> {
    const { session } = found;
    if (!session.refresh || this.now() < session.refresh.refreshAtMs) return this.granted(found);
    const access = await this.renewed(found, purpose);
    // A token that is about to expire is still valid while it cannot be refreshed.
    const mayStillServe =
      access.type === 'denied' &&
      (access.failure.kind === 'renewalFailed' || access.failure.kind === 'endpointUnconfirmed');
    return mayStillServe && this.now() < session.expiresAtMs ? this.granted(found) : access;
  }

  private granted({ account, session: { id, accessToken, scopes } }: ResolvedSession): TokenResult {
    const continues = this.continued.get(id);
    return {
      type: 'granted',
      token: accessToken,
      account,
      session: id,
      ...(continues && { continues }),
      missingScopes: missingScopes(requiredScopes(this.options.requestedScopes()), scopes),
    };
  }

  /**
   * Refreshes a session, then re-reads the sessions: meanwhile the user may have signed out, or in to another account,
   * whose token must not be used instead.
   */
  private async renewed(before: ResolvedSession, purpose: TokenPurpose): Promise<TokenResult> {
    const { named, request } = purpose;
    const found = await this.permitted(before, this.options.tokenEndpoint, purpose);
    if (!('session' in found)) return found;
    const access = await this.renew(found, request);
    // Report why Login with Amazon ended the session before reporting that it has ended.
    if (access.type === 'denied' && access.failure.kind === 'signedOut') return access;
    const now = await this.find(named());
    if (!('session' in now)) return now;
    if (now.session.id !== found.session.id) return denied({ kind: 'contextChanged', account: found.account });
    return access.type === 'granted' ? this.granted(now) : access;
  }

  /**
   * Returns the session whose secrets are to go to an endpoint, or why they must not. Asks a waiting user, once per
   * session and host.
   */
  private async permitted(
    found: ResolvedSession,
    endpoint: (account: string) => EndpointCheck,
    { named, request }: TokenPurpose,
  ): Promise<ResolvedSession | Denied> {
    const { account, session } = found;
    const check = endpoint(account);
    // An invalid endpoint receives nothing; the sender reports it.
    if (!check.ok || this.mayGoTo(found, check.url)) return found;
    const mayAsk = request?.interactive === true && !this.confirmed.has(questionOf(session, check.url));
    if (!mayAsk || !(await this.confirm(found, check.url))) return unconfirmed(account, check.url);
    // The question may have been open for long.
    const now = await this.find(named());
    if (!('session' in now)) return now;
    return now.session.id === session.id ? now : denied({ kind: 'contextChanged', account });
  }

  private mayGoTo({ session }: Pick<ResolvedSession, 'session'>, url: string): boolean {
    const { origins } = session;
    return !origins || origins.includes(secretsGoTo(url)) || this.confirmed.get(questionOf(session, url)) === true;
  }

  private confirm({ account, session }: ResolvedSession, url: string): Promise<boolean> {
    const key = questionOf(session, url);
    const pendingConfirmation = this.pendingConfirmations.get(key);
    if (pendingConfirmation) return pendingConfirmation;
    const confirmation = this.askToConfirm(account, session, url).finally(() => this.pendingConfirmations.delete(key));
    this.pendingConfirmations.set(key, confirmation);
    return confirmation;
  }

  private async askToConfirm(account: string, session: Session, url: string): Promise<boolean> {
    const isConfirmed = await this.options.confirmHost(account, new URL(url).host);
    this.confirmed.set(questionOf(session, url), isConfirmed);
    try {
      if (isConfirmed) await this.options.store.permit(account, session.id, secretsGoTo(url));
    } catch (error) {
      // The answer is still valid in this window.
      if (!(error instanceof SecretStorageError)) throw error;
    }
    return isConfirmed;
  }

  /** Refreshes a session once for all concurrent requests. */
  private renew(found: ResolvedSession, request: TokenRequest | undefined): Promise<TokenResult> {
    const { id } = found.session;
    const pause = this.pauses.get(id);
    if (pause && performance.now() < pause.untilMs && !isPromptedAgain(pause, request))
      return Promise.resolve(renewalFailed(leftOf(pause)));
    const pendingRefresh = this.renewals.get(id);
    if (pendingRefresh) return pendingRefresh;
    const renewal = this.options.writes
      .run(`renew ${found.account}`, (wrote) => this.renewNow(found, wrote))
      .finally(() => this.renewals.delete(id));
    this.renewals.set(id, renewal);
    return renewal;
  }

  private async renewNow({ account, session: seen }: ResolvedSession, wrote: () => void): Promise<TokenResult> {
    const lwa = await this.options.loginWithAmazon();
    // Read last, so that nothing is awaited before the refresh token is sent.
    const found = await this.find(account);
    if (!('session' in found)) return found;
    const { session } = found;
    const { refresh } = session;
    // The session was already refreshed, in this window or another one.
    if (session.accessToken !== seen.accessToken || !refresh) return this.granted(found);
    const endpoint = this.options.tokenEndpoint(account);
    if (!endpoint.ok) return renewalFailed({ kind: 'invalidEndpoint', detail: endpoint.problem });
    if (!this.mayGoTo(found, endpoint.url)) return unconfirmed(account, endpoint.url);
    const obtainedAtMs = this.now();
    const began = performance.now();
    const result = await lwa.refreshTokens(refresh.token, refresh.client, endpoint.url);
    const durationMs = performance.now() - began;
    if (result.ok || invalidatesSession(result.failure.kind)) wrote();
    if (!result.ok && result.failure.kind === 'refreshTokenRevoked') {
      // A window that shares no lock, such as a remote one, may have refreshed it, which invalidates this refresh
      // token.
      await this.options.writes.settled();
      const now = await this.find(account);
      if ('session' in now && now.session.id === session.id && now.session.accessToken !== session.accessToken)
        return this.granted(now);
    }
    const access = result.ok
      ? await this.afterSuccess(found, result.value, obtainedAtMs)
      : await this.afterFailure(found, result.failure);
    this.events.emit('renewal', { account, durationMs, ...(!result.ok && { failure: result.failure }) });
    return access;
  }

  private async afterSuccess(
    { account, session, stored }: ResolvedSession,
    { accessToken, lifetimeMs, refreshToken, scopes }: LoginWithAmazon.Tokens,
    obtainedAtMs: number,
  ): Promise<TokenResult> {
    const renewed: Session = {
      ...session,
      accessToken,
      expiresAtMs: obtainedAtMs + lifetimeMs,
      ...(scopes && { scopes: [...scopes] }),
      ...(session.refresh && {
        refresh: {
          ...session.refresh,
          token: refreshToken ?? session.refresh.token,
          refreshAtMs: refreshAtMs(obtainedAtMs, lifetimeMs),
        },
      }),
    };
    this.recordTokenAge(renewed);
    await this.save(account, stored, renewed);
    return this.granted({ account, session: renewed, stored });
  }

  private async afterFailure(
    { account, session, stored }: ResolvedSession,
    failure: SignInFailure,
  ): Promise<TokenResult> {
    if (!invalidatesSession(failure.kind)) {
      const sinceMs = performance.now();
      const pauseMs = Math.min(Math.max(failure.retryAfterMs ?? 0, REFRESH_COOLDOWN_MS), MAX_COOLDOWN_MS);
      this.pauses.set(session.id, {
        failure,
        sinceMs,
        untilMs: sinceMs + pauseMs,
        isRequested: failure.kind === 'throttled' && failure.retryAfterMs !== undefined,
      });
      return renewalFailed(failure);
    }
    // The client remains valid when only the refresh token is revoked.
    const client = failure.kind === 'refreshTokenRevoked' ? session.refresh?.client : undefined;
    await this.save(account, stored, undefined, client);
    return denied({ kind: 'signedOut', account, signIn: failure, ...detailOf(failure) });
  }

  /** Stores the result of a refresh. Until it is stored, or if it cannot be, it applies to this window only. */
  private async save(account: string, stored: Session, renewed: Session | undefined, client?: Client): Promise<void> {
    this.unsaved.set(account, { stored, renewed });
    try {
      await this.options.store.renew(account, stored, renewed, client);
      this.unsaved.delete(account);
    } catch (error) {
      if (!(error instanceof SecretStorageError)) throw error;
    }
  }

  private ask(account: string): Promise<string | undefined> {
    const pendingPrompt = this.pendingPrompts.get(account);
    if (pendingPrompt) return pendingPrompt;
    const prompt = this.options.promptForToken(account).finally(() => this.pendingPrompts.delete(account));
    this.pendingPrompts.set(account, prompt);
    return prompt;
  }
}

/** Whether a user waits who began after the refresh failed, and may have fixed the cause. */
function isPromptedAgain({ sinceMs, isRequested }: Pause, request: TokenRequest | undefined): boolean {
  return request?.interactive === true && request.askedAtMs > sinceMs && !isRequested;
}

function questionOf({ id }: Session, url: string): string {
  return `${id} ${secretsGoTo(url)}`;
}

function unconfirmed(account: string, url: string): Denied {
  return denied({ kind: 'endpointUnconfirmed', account, detail: new URL(url).host });
}

function denied(why: Denied['failure']): Denied {
  return { type: 'denied', failure: why };
}

/** The failure of an earlier refresh, with the rest of the requested back-off. */
function leftOf({ failure, sinceMs }: Pause): SignInFailure {
  const { retryAfterMs, ...rest } = failure;
  if (retryAfterMs === undefined) return failure;
  const leftMs = Math.ceil(retryAfterMs - (performance.now() - sinceMs));
  return leftMs > 0 ? { ...rest, retryAfterMs: leftMs } : rest;
}

function renewalFailed(signIn: SignInFailure): TokenResult {
  return denied({ kind: 'renewalFailed', signIn, ...detailOf(signIn) });
}

/** Returns details for the error details panel, which shows only the request that was not sent. */
function detailOf({ detail, lwaMessage, requestId }: SignInFailure): { readonly detail?: string } {
  const details = [detail, lwaMessage, requestId && l10n.t('request ID {0}', requestId)].filter(Boolean);
  return details.length > 0 ? { detail: details.join(', ') } : {};
}
