import type { TokenResult, TokenProvider } from '../../src/core/api/tokenProvider';
import { unexpected } from './unexpected';

/** A token, none, one that takes as long as the promise, an error that getting it ends in, or access in full. */
type Prepared = string | undefined | Promise<string | undefined> | Error | TokenResult;

/** Access tokens as a test prepares them. A replacement that was not prepared is unexpected. */
export class PreparedTokens implements TokenProvider {
  /** What `replace` was asked, in order. */
  readonly asked: { refused: string; interactive: boolean }[] = [];
  /** The providers that tokens were wanted for, in order. */
  readonly wantedFor: string[] = [];
  /** What the service took, in order. */
  readonly acceptedFor: { serviceProviderId: string; token: string }[] = [];
  private readonly replacements: Prepared[] = [];

  constructor(public token: Prepared) {}

  /** Prepares the answer to one more call of `replace`. */
  thenReplaceWith(replacement: Prepared): this {
    this.replacements.push(replacement);
    return this;
  }

  async getToken(serviceProviderId: string): Promise<TokenResult> {
    this.wantedFor.push(serviceProviderId);
    return (await settled(this.token)) ?? { type: 'denied', failure: { kind: 'signedOut' } };
  }

  markAccepted(serviceProviderId: string, token: string): void {
    this.acceptedFor.push({ serviceProviderId, token });
  }

  async refresh(serviceProviderId: string, refused: string, interactive: boolean): Promise<TokenResult | undefined> {
    this.wantedFor.push(serviceProviderId);
    this.asked.push({ refused, interactive });
    if (this.replacements.length === 0) unexpected('replace() of an access token');
    return settled(this.replacements.shift());
  }
}

async function settled(prepared: Prepared): Promise<TokenResult | undefined> {
  if (prepared instanceof Error) throw prepared;
  const access = await prepared;
  return typeof access === 'string' ? granted(access) : access;
}

/** The grant of a token; all tokens are of one session, that of `signedInTo()`, unless a test says otherwise. */
export function granted(
  token: string,
  some: Partial<TokenResult & { type: 'granted' }> = {},
): TokenResult & { type: 'granted' } {
  return { type: 'granted', token, account: 'default', session: 'session of default', missingScopes: [], ...some };
}
