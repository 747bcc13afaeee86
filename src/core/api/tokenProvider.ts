import type { ApiFailure } from '../failures/apiFailure';

/** An access token, or why there is none. */
export type TokenResult =
  | {
      readonly type: 'granted';
      readonly token: string;
      readonly account: string;
      /** The ID of the token's session. A refreshed session keeps it. */
      readonly session: string;
      /** Sessions that this one replaced because the user was prompted for a token during a request. */
      readonly continues?: readonly string[];
      /** Requested scopes that Login with Amazon reported as not granted. */
      readonly missingScopes: readonly string[];
    }
  | {
      readonly type: 'denied';
      readonly failure: Pick<ApiFailure, 'kind' | 'account' | 'signIn' | 'detail' | 'detailKind'>;
    };

/** On whose behalf an access token is requested. */
export interface TokenRequest {
  /** Whether a user waits: then a failure from before the wait began is not reused. */
  readonly interactive: boolean;
  /** Start of the wait, by `performance.now()`. */
  readonly askedAtMs: number;
  /** The account, if no entry of the list decides it: that of a service provider to create. */
  readonly account?: string;
}

/** Provides the client's access tokens, and replacements for rejected ones. */
export interface TokenProvider {
  /**
   * Returns the access token of the provider's account. Reads secret storage each time, because another window may have
   * signed in. Denied as `contextChanged` when another session replaced the one being refreshed.
   */
  getToken(serviceProviderId: string, request: TokenRequest): Promise<TokenResult>;
  /** Records that the service accepted this token for this provider. */
  markAccepted(serviceProviderId: string, token: string): void;
  /**
   * Returns an access token other than the rejected one, or why there is none; undefined if there is nothing to add to
   * the rejection.
   *
   * @param interactive whether a user waits for the request and may be prompted for a token
   * @param account as in {@link TokenRequest}
   */
  refresh(
    serviceProviderId: string,
    refused: string,
    interactive: boolean,
    askedAtMs: number,
    account?: string,
  ): Promise<TokenResult | undefined>;
}
