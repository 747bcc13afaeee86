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
  private token: string | undefined;
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
    return this.token === undefined ? this.refreshed() : Promise.resolve(this.granted(this.token));
  }

  markAccepted(): void {
    // There is no other session to distinguish.
  }

  refresh(_serviceProviderId: string, refused: string): Promise<TokenResult | undefined> {
    // Another request may have got a new one.
    if (this.token !== undefined && this.token !== refused) return Promise.resolve(this.granted(this.token));
    return this.connection.refresh ? this.refreshed() : Promise.resolve(undefined);
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
