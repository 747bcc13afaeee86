import { createHash, randomBytes } from 'node:crypto';
import type { ConsentRequest } from './consents';
import { Refusal } from './refusal';
import { defaultScopes } from './scopes';
import { demoAccount, otherAccount } from './seed';

/** Credentials that work only with a simulator. */
export const demoCredentials = {
  accessToken: 'Atza|SIMULATOR-demo-access-token-works-nowhere-else',
  refreshToken: 'Atzr|SIMULATOR-demo-refresh-token-works-nowhere-else',
  clientId: 'amzn1.application-oa2-client.simulator-demo',
  clientSecret: 'amzn1.oa2-cs.v1.SIMULATOR-demo-secret-works-nowhere-else',
  /** Valid, but its consent lacks the scope of this API. */
  accessTokenWithoutScope: 'Atza|SIMULATOR-demo-token-without-the-communication-scope',
  /** Valid, but of an account that owns only one of the demo's service providers. */
  otherAccountAccessToken: 'Atza|SIMULATOR-token-of-another-account',
  otherAccountClientId: 'amzn1.application-oa2-client.simulator-other',
  otherAccountClientSecret: 'amzn1.oa2-cs.v1.SIMULATOR-other-secret-works-nowhere-else',
} as const;

export interface AccessToken {
  account: string;
  scopes: readonly string[];
  expiresAtMs: number;
  /** The code that it originates from, even after refreshes. */
  code?: string;
}

export interface RefreshToken {
  clientId: string;
  scopes: readonly string[];
  revoked: boolean;
  /** The code that it originates from. */
  code?: string;
}

export interface AuthorizationCode extends Omit<ConsentRequest, 'state'> {
  expiresAtMs: number;
  used: boolean;
}

/** An authorization code is valid for five minutes (Login with Amazon, authorization code grant). */
const codeLifetimeMs = 5 * 60_000;

/** Identifies a secret without revealing it. */
export function fingerprintOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex').slice(0, 12);
}

const minted = (prefix: string) => prefix + randomBytes(48).toString('base64url');
export const mintAccessToken = () => minted('Atza|');
export const mintRefreshToken = () => minted('Atzr|');
export const mintCode = () => randomBytes(10).toString('hex');

/** Everything that Login with Amazon has issued. */
export class TokenStore {
  readonly #now: () => number;
  readonly #accessTokens = new Map<string, AccessToken>();
  readonly #refreshTokens = new Map<string, RefreshToken>();
  readonly #codes = new Map<string, AuthorizationCode>();

  constructor(now: () => number) {
    this.#now = now;
    this.reset();
  }

  /** Removes every issued token and makes the demo's tokens valid again. */
  reset(): void {
    for (const map of [this.#accessTokens, this.#refreshTokens, this.#codes]) map.clear();
    const demo = demoCredentials;
    this.#refreshTokens.set(demo.refreshToken, { clientId: demo.clientId, scopes: defaultScopes, revoked: false });
    const permanent = { account: demoAccount, scopes: defaultScopes, expiresAtMs: Infinity };
    this.#accessTokens.set(demo.accessToken, { ...permanent });
    this.#accessTokens.set(demo.accessTokenWithoutScope, { ...permanent, scopes: ['alexa::enterprise:management'] });
    this.#accessTokens.set(demo.otherAccountAccessToken, { ...permanent, account: otherAccount });
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
    { lifetimeS, ...rest }: Omit<AccessToken, 'expiresAtMs'> & { lifetimeS: number },
  ): void {
    this.#accessTokens.set(token, { ...rest, expiresAtMs: this.#now() + lifetimeS * 1000 });
  }

  addRefreshToken(token: string, given: Omit<RefreshToken, 'revoked'>): void {
    this.#refreshTokens.set(token, { ...given, revoked: false });
  }

  /** Adds a code that can be exchanged once, within five minutes. */
  addCode(code: string, given: Omit<AuthorizationCode, 'expiresAtMs' | 'used'>): void {
    this.#codes.set(code, { ...given, expiresAtMs: this.#now() + codeLifetimeMs, used: false });
  }

  /** The issued code, even if it can no longer be exchanged. */
  code(code: string): AuthorizationCode | undefined {
    return this.#codes.get(code);
  }

  isExpired(code: AuthorizationCode): boolean {
    return code.expiresAtMs <= this.#now();
  }

  /** Revokes every token that originates from the code (RFC 6749, 4.1.2). */
  revokeIssuedFrom(code: string): void {
    for (const token of this.#accessTokens.values()) if (token.code === code) token.expiresAtMs = -Infinity;
    for (const token of this.#refreshTokens.values()) if (token.code === code) token.revoked = true;
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

  revokeAll(): void {
    for (const token of this.#refreshTokens.values()) token.revoked = true;
  }

  #knownAccessToken(accessToken: string): AccessToken {
    const known = this.#accessTokens.get(accessToken);
    if (!known) throw new Refusal('no such access token');
    return known;
  }
}
