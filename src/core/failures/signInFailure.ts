/**
 * Why signing in to Login with Amazon, or renewing a sign-in, did not work. One kind for each different thing a person
 * can do about it; `signInExplanation.ts` says it in words.
 */
export const SIGN_IN_FAILURE_KINDS = [
  /** The redirect URI in the settings cannot be listened on. */
  'redirectUriRefused',
  /** One of Login with Amazon's endpoints in the settings must not get a secret. */
  'endpointRefused',
  'scopesRefused',
  'portTaken',
  /** The person said no on the consent page. */
  'consentDenied',
  /** The browser never came back within the time limit. */
  'noAnswer',
  /** The address that came back is not the answer to this sign-in, or has been used. */
  'foreignAnswer',
  /** `invalid_grant` for a code: expired after five minutes, used before, or of another sign-in. */
  'codeRefused',
  /** `invalid_grant` for a refresh token: revoked, or never one. Ends a session. */
  'grantEnded',
  /** `invalid_client`: wrong client id or secret. Ends a session. */
  'clientRefused',
  /** `unauthorized_client`: the refresh token is of another client, or the client may not do this. */
  'clientMismatch',
  'invalidScope',
  /** Any other refusal in OAuth's own terms, such as `invalid_request`. */
  'requestRefused',
  'throttled',
  'serverError',
  'unavailable',
  'timeout',
  'network',
  'nameResolution',
  'certificate',
  'proxy',
  'unexpectedResponse',
  'cancelled',
] as const;

export type SignInFailureKind = (typeof SIGN_IN_FAILURE_KINDS)[number];

/** OAuth's error codes (RFC 6749, 4.1.2.1 and 5.2; RFC 6750, 3.1). Whatever else stands in their place is somebody's words. */
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

/** A failure as a value. It holds nothing secret: no code, token, secret or state, and no address with a query. */
export interface SignInFailure {
  readonly kind: SignInFailureKind;
  /** What this program can add: an error code of the network stack, what is wrong with a setting, an HTTP status. */
  readonly detail?: string;
  /** Login with Amazon's own `error_description`, redacted and shortened. For debugging only: nothing branches on it. */
  readonly lwaMessage?: string;
  /** Of Login with Amazon's answer, for its support. */
  readonly requestId?: string;
  readonly redirectUri?: string;
  /** The program that listens on the port already, when it could be found out. */
  readonly portOwner?: string;
  /** What listens there is this extension itself: another window waits for a sign-in. */
  readonly portHeldByOtherWindow?: boolean;
  /** For `invalidScope`: which of the scopes asked for to leave out, as far as that can be told. */
  readonly scopesToDrop?: readonly string[];
  /** How long the service asked to wait (`Retry-After`). */
  readonly retryAfterMs?: number;
}

export type SignInResult<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: SignInFailure };

/** The only kinds that say that a stored session is of no use any more; after all others it may still be good. */
export function invalidatesSession(kind: SignInFailureKind): boolean {
  return kind === 'grantEnded' || kind === 'clientRefused';
}
