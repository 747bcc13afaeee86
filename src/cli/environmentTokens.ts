import { setTimeout as delay } from 'node:timers/promises';
import type { TokenProvider, TokenResult } from '../core/api/tokenProvider';
import { refreshTokens } from '../core/auth/loginWithAmazon';
import { MAPPING_SCOPE } from '../core/model/scopes';
import type { Connection } from './environment';

/** All tokens of a run are of one session. */
export const SESSION = 'environment';

/** How often an access token is requested before the run ends without one. */
const ATTEMPTS = 3;
/** The delay before the second attempt; doubles after it. Milliseconds. */
const PAUSE_MS = 1_000;
/** The longest back-off that Login with Amazon may request, in milliseconds. */
const MAX_PAUSE_MS = 30_000;
/**
 * A token refreshed within this time is not refreshed again: a 401 also means “no access to this service provider”.
 * Milliseconds.
 */
const RECENT_REFRESH_MS = 60_000;

/** Failures that may pass. */
const PASSING: ReadonlySet<string> = new Set([
  'throttled',
  'serverError',
  'unavailable',
  'timeout',
  'network',
  'nameResolution',
]);

/** Provides the access token of the environment, and others for its refresh token. Stores nothing. */
export class EnvironmentTokens implements TokenProvider {
  /** Whether the service refuses the token and there is no other: nothing is sent any more. */
  isRefused = false;
  private token: string | undefined;
  /** Whether the service has accepted the token since it last refused it. */
  private isAccepted = false;
  private refreshedAtMs = -Infinity;
  private missingScopes: readonly string[] = [];
  /** The refresh in progress, or the one that has failed: all later requests fail like it. */
  private refreshing: Promise<TokenResult> | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly account: string,
    private readonly signal: AbortSignal,
  ) {
    this.token = connection.accessToken;
  }

  getToken(): Promise<TokenResult> {
    if (this.isRefused) return Promise.resolve({ type: 'denied', failure: { kind: 'unauthorized' } });
    return this.token === undefined || this.refreshing ? this.refreshed() : Promise.resolve(this.granted(this.token));
  }

  markAccepted(_serviceProviderId: string, token: string): void {
    if (token === this.token) this.isAccepted = true;
  }

  refresh(_serviceProviderId: string, refused: string): Promise<TokenResult | undefined> {
    // Another request may have got a new one.
    if (this.token !== undefined && this.token !== refused) return Promise.resolve(this.granted(this.token));
    if (this.connection.refresh && performance.now() - this.refreshedAtMs >= RECENT_REFRESH_MS) return this.refreshed();
    // An accepted token that is refused once may lack access to that service provider only.
    this.isRefused ||= !this.isAccepted;
    this.isAccepted = false;
    return Promise.resolve(undefined);
  }

  private refreshed(): Promise<TokenResult> {
    this.refreshing ??= this.request().then((result) => {
      if (result.type === 'granted') this.refreshing = undefined;
      return result;
    });
    return this.refreshing;
  }

  private async request(): Promise<TokenResult> {
    const { refresh, tokenEndpoint } = this.connection;
    if (!refresh) return { type: 'denied', failure: { kind: 'signedOut' } };
    for (let attempt = 1; ; attempt++) {
      const result = await refreshTokens(refresh.token, refresh.client, tokenEndpoint, this.signal);
      if (result.ok) {
        const { accessToken, scopes } = result.value;
        this.token = accessToken;
        this.isAccepted = false;
        this.refreshedAtMs = performance.now();
        this.missingScopes = scopes && !scopes.includes(MAPPING_SCOPE) ? [MAPPING_SCOPE] : [];
        return this.granted(accessToken);
      }
      const { failure } = result;
      const pauseMs = failure.retryAfterMs ?? PAUSE_MS * 2 ** (attempt - 1);
      if (!PASSING.has(failure.kind) || attempt === ATTEMPTS || pauseMs > MAX_PAUSE_MS) {
        return { type: 'denied', failure: { kind: 'renewalFailed', signIn: failure } };
      }
      await delay(pauseMs, undefined, { signal: this.signal }).catch(() => undefined);
    }
  }

  private granted(token: string): TokenResult {
    const { account, missingScopes } = this;
    return { type: 'granted', token, account, session: SESSION, missingScopes };
  }
}
