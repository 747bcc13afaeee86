import { createHash, randomBytes } from 'node:crypto';
import { Refusal } from './refusal.js';
import { demoAccount, otherAccount } from './seed.js';

/** The scope without which the mapping API refuses (reference, "Authentication"). */
export const mappingScope = 'amazon_communication::service_provider';
export const defaultScopes: readonly string[] = ['alexa::enterprise:management', mappingScope];

/** Credentials that work against a simulator and nowhere else. */
export const demoCredentials = {
  accessToken: 'Atza|SIMULATOR-demo-access-token-works-nowhere-else',
  refreshToken: 'Atzr|SIMULATOR-demo-refresh-token-works-nowhere-else',
  clientId: 'amzn1.application-oa2-client.simulator-demo',
  clientSecret: 'amzn1.oa2-cs.v1.SIMULATOR-demo-secret-works-nowhere-else',
  /** Valid, but its consent lacks the scope of this API. */
  accessTokenWithoutScope: 'Atza|SIMULATOR-demo-token-without-the-communication-scope',
  /** Valid, but of an account that owns none of the demo's providers but one. */
  otherAccountAccessToken: 'Atza|SIMULATOR-token-of-another-account',
  otherAccountClientId: 'amzn1.application-oa2-client.simulator-other',
  otherAccountClientSecret: 'amzn1.oa2-cs.v1.SIMULATOR-other-secret-works-nowhere-else',
} as const;

export interface AccessToken {
  account: string;
  scopes: readonly string[];
  expiresAtMs: number;
}

export interface RefreshToken {
  clientId: string;
  scopes: readonly string[];
  revoked: boolean;
}

export interface AuthorizationCode {
  clientId: string;
  redirectUri: string;
  scopes: readonly string[];
  expiresAtMs: number;
  codeChallenge?: string;
  codeChallengeMethod: 'S256' | 'plain';
  used: boolean;
}

export interface LwaClient {
  clientSecret: string;
  account: string;
}

/** An authorization code lives five minutes (Login with Amazon, authorization code grant). */
const codeLifetimeMs = 5 * 60_000;

/** Names a secret without telling it. */
export function fingerprintOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex').slice(0, 12);
}

const minted = (prefix: string) => prefix + randomBytes(48).toString('base64url');
export const mintAccessToken = () => minted('Atza|');
export const mintRefreshToken = () => minted('Atzr|');

/** Everything Login with Amazon has handed out. */
export class TokenStore {
  readonly #now: () => number;
  readonly #clients = new Map<string, LwaClient>();
  readonly #accessTokens = new Map<string, AccessToken>();
  readonly #refreshTokens = new Map<string, RefreshToken>();
  readonly #codes = new Map<string, AuthorizationCode>();

  constructor(now: () => number) {
    this.#now = now;
    this.reset();
  }

  /** Forgets every minted token and makes the demo's own ones valid again. */
  reset(): void {
    for (const map of [this.#clients, this.#accessTokens, this.#refreshTokens, this.#codes]) map.clear();
    const demo = demoCredentials;
    this.#clients.set(demo.clientId, { clientSecret: demo.clientSecret, account: demoAccount });
    this.#clients.set(demo.otherAccountClientId, {
      clientSecret: demo.otherAccountClientSecret,
      account: otherAccount,
    });
    this.#refreshTokens.set(demo.refreshToken, { clientId: demo.clientId, scopes: defaultScopes, revoked: false });
    const forEver = { account: demoAccount, scopes: defaultScopes, expiresAtMs: Infinity };
    this.#accessTokens.set(demo.accessToken, { ...forEver });
    this.#accessTokens.set(demo.accessTokenWithoutScope, { ...forEver, scopes: ['alexa::enterprise:management'] });
    this.#accessTokens.set(demo.otherAccountAccessToken, { ...forEver, account: otherAccount });
  }

  client(clientId: string): LwaClient | undefined {
    return this.#clients.get(clientId);
  }

  /** The token if it was issued here and is still valid. */
  validAccessToken(token: string): AccessToken | undefined {
    const known = this.#accessTokens.get(token);
    return known && known.expiresAtMs > this.#now() ? known : undefined;
  }

  refreshToken(token: string): RefreshToken | undefined {
    return this.#refreshTokens.get(token);
  }

  addAccessToken(
    token: string,
    { lifetimeS, ...rest }: { account: string; scopes: readonly string[]; lifetimeS: number },
  ): void {
    this.#accessTokens.set(token, { ...rest, expiresAtMs: this.#now() + lifetimeS * 1000 });
  }

  addRefreshToken(token: string, given: { clientId: string; scopes: readonly string[] }): void {
    if (!this.#clients.has(given.clientId)) throw new Refusal(`no such client: ${given.clientId}`);
    this.#refreshTokens.set(token, { ...given, revoked: false });
  }

  /** What the consent page would do: a code that can be exchanged once, for five minutes. */
  issueCode(given: Omit<AuthorizationCode, 'expiresAtMs' | 'used'>): string {
    if (!this.#clients.has(given.clientId)) throw new Refusal(`no such client: ${given.clientId}`);
    const code = randomBytes(10).toString('hex');
    this.#codes.set(code, { ...given, expiresAtMs: this.#now() + codeLifetimeMs, used: false });
    return code;
  }

  /** The code if it can still be exchanged. */
  usableCode(code: string): AuthorizationCode | undefined {
    const known = this.#codes.get(code);
    return known && !known.used && known.expiresAtMs > this.#now() ? known : undefined;
  }

  expire(accessToken: string): void {
    this.#knownAccessToken(accessToken).expiresAtMs = -Infinity;
  }

  expireAll(): void {
    for (const token of this.#accessTokens.values()) token.expiresAtMs = -Infinity;
  }

  restore(accessToken: string): void {
    this.#knownAccessToken(accessToken).expiresAtMs = Infinity;
  }

  revoke(refreshToken: string): void {
    const known = this.#refreshTokens.get(refreshToken);
    if (!known) throw new Refusal('no such refresh token');
    known.revoked = true;
  }

  #knownAccessToken(accessToken: string): AccessToken {
    const known = this.#accessTokens.get(accessToken);
    if (!known) throw new Refusal('no such access token');
    return known;
  }
}
