import type { Operation } from '../model/networkMapping';
import type { SignInFailure } from './signInFailure';

/**
 * Why a request did not do what it was sent for. One kind for each different thing a person can do about it;
 * `explanation.ts` says it in words.
 */
export const FAILURE_KINDS = [
  'signedOut',
  /** The account that is to serve the provider is not signed in, while another one is. */
  'accountMissing',
  /** The access token has expired, and Login with Amazon could not be asked for another one now. */
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
  'endpointRefused',
  'cancelled',
  /** The session was made for other endpoints, and nobody has permitted that its secrets go to this one. */
  'endpointUnconfirmed',
  /** Another session or another endpoint took the place of the one that the request was for. Never sent since. */
  'contextChanged',
] as const;

export type FailureKind = (typeof FAILURE_KINDS)[number];

/** Begins the detail of a failure of the kind `proxy` whose proxy has answered; its status follows. */
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

/** One try at a request: when, how long, and how it ended (an HTTP status, or the kind of fault without one). */
export interface Attempt {
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly outcome: number | FailureKind;
  readonly requestId?: string;
}

/**
 * A failed request as a value. It holds nothing secret: words of the service are redacted and shortened when it is
 * made, and request headers are never part of it.
 */
export interface ApiFailure {
  readonly kind: FailureKind;
  readonly operation: Operation;
  readonly serviceProviderId: string;
  /** For a write: the skill that was wished for. */
  readonly skillId?: string;
  readonly method: string;
  /** Scheme, host and path as sent (the id percent-encoded); no query. */
  readonly url: string;
  /** Of the last answer, if there was one. */
  readonly status?: number;
  /** The service's `type` and `message`. For debugging only: nothing branches on them. */
  readonly serviceType?: string;
  readonly serviceMessage?: string;
  readonly requestId?: string;
  /**
   * How long the service asked to wait (`Retry-After`), counted from its answer, in milliseconds. Where nothing was sent because
   * of an earlier answer, what was left of that wait.
   */
  readonly retryAfterMs?: number;
  readonly attempts: readonly Attempt[];
  /**
   * The account that is to serve the provider, where it cannot. Without it, nobody is signed in at all (`signedOut`), or
   * none of several was chosen (`accountMissing`).
   */
  readonly account?: string;
  /** Why the session could not be renewed, or has ended. */
  readonly signIn?: SignInFailure;
  /** Scopes that the access token is known to lack, where the service refused it. */
  readonly missingScopes?: readonly string[];
  /** What this program itself can add: an error code of the network stack, or what was wrong with the answer. */
  readonly detail?: string;
  readonly detailKind?: DetailKind;
  /** Whether the service may have carried out the request all the same. */
  readonly effect: 'none' | 'unknown';
}

/** Either the value that was asked for, with the request id of its answer where there was one, or the failure. */
export type Result<T> =
  | { readonly ok: true; readonly value: T; readonly requestId?: string }
  | { readonly ok: false; readonly failure: ApiFailure };

/** The kinds that say nothing of a provider or an account: nobody can be asked anything at the moment. */
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

/** Whether the failure may be over the next time without anybody doing anything about it. */
export function mayPass(failure: Pick<ApiFailure, 'kind' | 'signIn'>): boolean {
  return isUnreachable(failure) || PASSING.has(cause(failure));
}

/** How long the service, or Login with Amazon, asked to wait, in milliseconds. */
export function askedToWaitMs({ retryAfterMs, signIn }: Pick<ApiFailure, 'retryAfterMs' | 'signIn'>): number {
  return retryAfterMs ?? signIn?.retryAfterMs ?? 0;
}

function cause({ kind, signIn }: Pick<ApiFailure, 'kind' | 'signIn'>): string {
  return kind === 'renewalFailed' && signIn ? signIn.kind : kind;
}

/** What the service itself answers when it is through with a request; other statuses of 5xx come from gateways before it. */
const FINAL_SERVER_ERRORS: ReadonlySet<number> = new Set([500, 501, 503, 505]);

/**
 * Whether a change may still take effect after its failure: the request was left without an answer of the service, as by a
 * time-out (also a gateway's: 408, 502, 504), a broken connection or a cancellation, and may still be in progress there.
 */
export function mayTakeEffectLater({ effect, kind, status }: Pick<ApiFailure, 'effect' | 'kind' | 'status'>): boolean {
  if (effect === 'none' || kind === 'conflict') return false;
  return status === undefined || status === 408 || (status >= 500 && !FINAL_SERVER_ERRORS.has(status));
}
