import type { ApiFailure } from '../failures/apiFailure';

/** What lets a request through, or why nothing does. */
export type TokenResult =
  | {
      readonly type: 'granted';
      readonly token: string;
      readonly account: string;
      /** The ID of the session that the token belongs to. A renewed session keeps it. */
      readonly session: string;
      /** Sessions that this one replaced because the person was asked for another token while a request was under way. */
      readonly continues?: readonly string[];
      /** Scopes that were wished for and that Login with Amazon said it did not grant. */
      readonly missingScopes: readonly string[];
    }
  | {
      readonly type: 'denied';
      readonly failure: Pick<ApiFailure, 'kind' | 'account' | 'signIn' | 'detail' | 'detailKind'>;
    };

/** For whom an access token is wanted. */
export interface TokenRequest {
  /** Whether a person waits for it: then a failure is no answer that was known before they began to. */
  readonly interactive: boolean;
  /** Since when it is waited for, by `performance.now()`. */
  readonly askedAtMs: number;
}

/** Where the client gets its access tokens from, and another one when the service refuses it. */
export interface TokenProvider {
  /**
   * The access token of the account that serves this provider. Reads it anew each time: another window may have signed in.
   * Denied as `contextChanged` when another session took the place of the one that was being renewed.
   */
  getToken(serviceProviderId: string, request: TokenRequest): Promise<TokenResult>;
  /** Takes note that the service took this token for this provider. */
  markAccepted(serviceProviderId: string, token: string): void;
  /**
   * An access token other than the refused one, or why there is none; undefined when there is nothing to add to the refusal.
   *
   * @param interactive whether a person waits for this request and may be asked for a token
   */
  refresh(
    serviceProviderId: string,
    refused: string,
    interactive: boolean,
    askedAtMs: number,
  ): Promise<TokenResult | undefined>;
}
