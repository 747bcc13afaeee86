/**
 * Why a sign-in to Login with Amazon, or a refresh, failed. One kind for each different thing a user can do about it;
 * `signInReason.ts`, `signInTitle.ts` and `signInMessages.ts` have the texts.
 */
export const SIGN_IN_FAILURE_KINDS = [
  /** The redirect URI in the settings cannot be listened on. */
  'invalidRedirectUri',
  /** A configured Login with Amazon endpoint must not receive secrets. */
  'invalidEndpoint',
  'invalidScopesSetting',
  'portTaken',
  /** The user declined on the consent page. */
  'consentDenied',
  /** The browser was not redirected within the time limit. */
  'redirectTimeout',
  /** The redirect does not belong to this sign-in, or was already used. */
  'unexpectedRedirect',
  /** `invalid_grant` for a code: expired after five minutes, already used, or of another sign-in. */
  'invalidCode',
  /** `invalid_grant` for a refresh token: revoked, or never valid. Ends a session. */
  'refreshTokenRevoked',
  /** `invalid_client`: wrong client ID or secret. Ends a session. */
  'invalidClient',
  /** `unauthorized_client`: the refresh token belongs to another client, or the client lacks the permission. */
  'clientNotAuthorized',
  'invalidScope',
  /** Any other OAuth error, such as `invalid_request`. */
  'invalidRequest',
  'throttled',
  'serverError',
  'unavailable',
  'timeout',
  'network',
  'nameResolution',
  'certificate',
  'proxy',
  'unexpectedResponse',
  'canceled',
] as const;

export type SignInFailureKind = (typeof SIGN_IN_FAILURE_KINDS)[number];

/** OAuth's error codes (RFC 6749, 4.1.2.1 and 5.2; RFC 6750, 3.1). Any other value is free text. */
export const OAUTH_ERRORS: ReadonlySet<string> = new Set([
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'invalid_scope',
  'invalid_token',
  'insufficient_scope',
  'unauthorized_client',
  'unsupported_grant_type',
  'unsupported_response_type',
  'access_denied',
  'server_error',
  'temporarily_unavailable',
]);

/**
 * A failed sign-in or refresh as a value. Contains no secrets: no code, token, client secret or state, and no URL with
 * a query.
 */
export interface SignInFailure {
  readonly kind: SignInFailureKind;
  /** What this program can add: a network error code, what is wrong with a setting, or an HTTP status. */
  readonly detail?: string;
  /** Login with Amazon's `error_description`, redacted and shortened. For debugging only: no code depends on it. */
  readonly lwaMessage?: string;
  /** From Login with Amazon's response, for its support. */
  readonly requestId?: string;
  readonly redirectUri?: string;
  /** Another window of this extension listens there for its own sign-in. */
  readonly portHeldByOtherWindow?: boolean;
  /** For `invalidScope`: the requested scopes to remove, if known. */
  readonly scopesToDrop?: readonly string[];
  /** The requested back-off (`Retry-After`), in milliseconds. */
  readonly retryAfterMs?: number;
}

export type SignInResult<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: SignInFailure };

/** Whether a stored session is no longer valid after this failure; after any other it may still be. */
export function invalidatesSession(kind: SignInFailureKind): boolean {
  return kind === 'refreshTokenRevoked' || kind === 'invalidClient';
}
