import type { TokenResult, TokenProvider } from '../../../src/core/api/tokenProvider';
import { granted } from '../accessTokens';

/** A single token that cannot be refreshed. Set it to sign in, or to undefined to sign out. */
export class OneToken implements TokenProvider {
  constructor(public token: string | undefined) {}

  getToken(): Promise<TokenResult> {
    const { token } = this;
    return Promise.resolve(token === undefined ? { type: 'denied', failure: { kind: 'signedOut' } } : granted(token));
  }

  markAccepted(): void {
    // Has no effect: the token does not change.
  }

  async refresh(_serviceProviderId: string, refused: string): Promise<TokenResult | undefined> {
    return this.token === refused ? undefined : this.getToken();
  }
}
