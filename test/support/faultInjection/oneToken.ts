import type { Access, AccessTokens } from '../../../src/core/api/tokenProvider';
import { granted } from '../accessTokens';

/** Whoever is signed in has one token and no other; a test signs in and out by setting it. */
export class OneToken implements AccessTokens {
  constructor(public token: string | undefined) {}

  current(): Promise<Access> {
    const { token } = this;
    return Promise.resolve(token === undefined ? { type: 'denied', why: { kind: 'signedOut' } } : granted(token));
  }

  accepted(): void {
    // It is as good as before.
  }

  async replace(_serviceProviderId: string, refused: string): Promise<Access | undefined> {
    return this.token === refused ? undefined : this.current();
  }
}
