import type { TokenResult, TokenProvider } from '../../src/core/api/tokenProvider';
import { unexpected } from './unexpected';

/** A token, none, a promise of one, an error to throw, or the full token result. */
type Prepared = string | undefined | Promise<string | undefined> | Error | TokenResult;

/** Access tokens that a test prepares. Fails the test on a call of `refresh` that was not prepared. */
export class PreparedTokens implements TokenProvider {
  /** The calls of `refresh`, in order. */
  readonly asked: { refused: string; interactive: boolean }[] = [];
  /** The service providers that tokens were requested for, in order. */
  readonly requestedFor: string[] = [];
  /** The tokens that the service accepted, in order. */
  readonly acceptedFor: { serviceProviderId: string; token: string }[] = [];
  private readonly replacements: Prepared[] = [];

  constructor(public token: Prepared) {}

  /** Prepares the result of one more call of `refresh`. */
  thenReplaceWith(replacement: Prepared): this {
    this.replacements.push(replacement);
    return this;
  }

  async getToken(serviceProviderId: string): Promise<TokenResult> {
    this.requestedFor.push(serviceProviderId);
    return (await settled(this.token)) ?? { type: 'denied', failure: { kind: 'signedOut' } };
  }

  markAccepted(serviceProviderId: string, token: string): void {
    this.acceptedFor.push({ serviceProviderId, token });
  }

  async refresh(serviceProviderId: string, refused: string, interactive: boolean): Promise<TokenResult | undefined> {
    this.requestedFor.push(serviceProviderId);
    this.asked.push({ refused, interactive });
    if (this.replacements.length === 0) unexpected('refresh() of an access token');
    return settled(this.replacements.shift());
  }
}

async function settled(prepared: Prepared): Promise<TokenResult | undefined> {
  if (prepared instanceof Error) throw prepared;
  const access = await prepared;
  return typeof access === 'string' ? granted(access) : access;
}

/** A granted token. Belongs to the session of `signedInTo()` unless `some` overrides it. */
export function granted(
  token: string,
  some: Partial<TokenResult & { type: 'granted' }> = {},
): TokenResult & { type: 'granted' } {
  return { type: 'granted', token, account: 'default', session: 'session of default', missingScopes: [], ...some };
}
