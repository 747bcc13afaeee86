import type { TokenResult, TokenProvider } from '../../../src/core/api/tokenProvider';
import { granted } from '../accessTokens';

/** Whoever is signed in has one token and no other; a test signs in and out by setting it. */
export class OneToken implements TokenProvider {
  constructor(public token: string | undefined) {}

  getToken(): Promise<TokenResult> {
    const { token } = this;
    return Promise.resolve(token === undefined ? { type: 'denied', failure: { kind: 'signedOut' } } : granted(token));
  }

  markAccepted(): void {
    // It is as good as before.
  }

  async refresh(_serviceProviderId: string, refused: string): Promise<TokenResult | undefined> {
    return this.token === refused ? undefined : this.getToken();
  }
}
