import type { NetworkMapping } from '../model/networkMapping';
import type { RequestOperation } from '../model/serviceProvider';
import type { SignInFailure } from './signInFailure';

/**
 * Why a request failed. One kind for each different thing a user can do about it; `failureReason.ts`,
 * `failureTitle.ts` and `failureMessages.ts` have the texts.
 */
export const FAILURE_KINDS = [
  'signedOut',
  /** The provider's account is not signed in, while another one is. */
  'accountMissing',
  /** The access token has expired and could not be refreshed. */
  'renewalFailed',
  'unauthorized',
  'forbidden',
  'notFound',
  'badRequest',
  'conflict',
  'throttled',
  'serverError',
  'unavailable',
  'timeout',
  'network',
  'nameResolution',
  'certificate',
  'proxy',
  'unexpectedResponse',
  'invalidEndpoint',
  'canceled',
  /** The session was made for other endpoints, and the user has not permitted this one. */
  'endpointUnconfirmed',
  /** Another session or endpoint replaced the one that the request was for, so it was not sent again. */
  'contextChanged',
] as const;

export type FailureKind = (typeof FAILURE_KINDS)[number];

/** Prefix of a `proxy` failure's detail when the proxy responded; followed by the status. */
export const PROXY_ANSWER = 'PROXY_ANSWER_';

/** What was wrong with a response or an access token, where no code says it; `failureText.ts` has the sentences. */
export const DETAIL_KINDS = [
  'tokenUnreadable',
  'bodyTooLong',
  'emptyBody',
  'webPage',
  'unexpectedBody',
  'unknownNetworkType',
] as const;

export type DetailKind = (typeof DETAIL_KINDS)[number];

/** One attempt at a request: when, how long, and its outcome (an HTTP status, or the kind of failure without one). */
export interface Attempt {
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly outcome: number | FailureKind;
  readonly requestId?: string;
}

/**
 * A failed request as a value. Contains no secrets: service-provided text is redacted and shortened on creation, and
 * request headers are never included.
 */
export interface ApiFailure {
  readonly kind: FailureKind;
  readonly operation: RequestOperation;
  /** Empty for a create of a service provider, whose ID the service assigns. */
  readonly serviceProviderId: string;
  /** For a write: the requested skill. */
  readonly skillId?: string;
  /** For a create of a service provider: what identifies it. */
  readonly logicalId?: string;
  /** For a create or a rename of a service provider: the requested display name. */
  readonly displayName?: string;
  /** For a write: the mapping before it, if known. */
  readonly replaced?: NetworkMapping;
  readonly method: string;
  /** Scheme, host and path as sent (with the ID percent-encoded), without a query. */
  readonly url: string;
  /** Of the last response, if any. */
  readonly status?: number;
  /** The service's `type` and `message`. For debugging only: no code depends on them. */
  readonly serviceType?: string;
  readonly serviceMessage?: string;
  readonly requestId?: string;
  /**
   * The requested back-off (`Retry-After`) in milliseconds from the response; if nothing was sent because of an earlier
   * response, the rest of that back-off.
   */
  readonly retryAfterMs?: number;
  readonly attempts: readonly Attempt[];
  /**
   * The account that should serve the provider but cannot, or that a service provider was to be created for. Without it,
   * no account is signed in (`signedOut`), or none of several was specified (`accountMissing`).
   */
  readonly account?: string;
  /** Why the session could not be refreshed, or has ended. */
  readonly signIn?: SignInFailure;
  /** Scopes that a rejected access token is known to lack. */
  readonly missingScopes?: readonly string[];
  /** What this program can add: a network error code, or what was wrong with the response. */
  readonly detail?: string;
  readonly detailKind?: DetailKind;
  /** Whether the service may have applied the request despite the failure. */
  readonly effect: 'none' | 'unknown';
}

/** The requested value, with its response's request ID if any, or the failure. */
export type Result<T> =
  | { readonly ok: true; readonly value: T; readonly requestId?: string }
  | { readonly ok: false; readonly failure: ApiFailure };

/** The kinds that concern no single provider or account: the service cannot be reached at the moment. */
const UNREACHABLE: ReadonlySet<string> = new Set<FailureKind>([
  'unavailable',
  'timeout',
  'network',
  'nameResolution',
  'certificate',
  'proxy',
]);

const PASSING: ReadonlySet<string> = new Set<FailureKind>(['serverError', 'throttled']);

export function isUnreachable(failure: Pick<ApiFailure, 'kind' | 'signIn'>): boolean {
  return UNREACHABLE.has(cause(failure));
}

/** Whether the failure may go away without any action by the user. */
export function mayPass(failure: Pick<ApiFailure, 'kind' | 'signIn'>): boolean {
  return isUnreachable(failure) || PASSING.has(cause(failure));
}

/** Returns the back-off that the service or Login with Amazon requested, in milliseconds. */
export function askedToWaitMs({ retryAfterMs, signIn }: Pick<ApiFailure, 'retryAfterMs' | 'signIn'>): number {
  return retryAfterMs ?? signIn?.retryAfterMs ?? 0;
}

function cause({ kind, signIn }: Pick<ApiFailure, 'kind' | 'signIn'>): string {
  return kind === 'renewalFailed' && signIn ? signIn.kind : kind;
}

/** Statuses with which the service itself completes a request; other 5xx come from gateways. */
const FINAL_SERVER_ERRORS: ReadonlySet<number> = new Set([500, 501, 503, 505]);

/**
 * Whether a change may still take effect after its failure: it got no response from the service itself, because of a
 * timeout (also a gateway's: 408, 502, 504), a broken connection or a cancellation, and may still be in progress there.
 */
export function mayTakeEffectLater({ effect, kind, status }: Pick<ApiFailure, 'effect' | 'kind' | 'status'>): boolean {
  if (effect === 'none' || kind === 'conflict') return false;
  return status === undefined || status === 408 || (status >= 500 && !FINAL_SERVER_ERRORS.has(status));
}
