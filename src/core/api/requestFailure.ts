import type { ApiFailure, Attempt, DetailKind, FailureKind } from '../failures/apiFailure';
import { failureKindOfStatus } from '../failures/httpStatus';
import type { Operation } from '../model/networkMapping';
import {
  isErrorOfService,
  parseBody,
  requestIdOf,
  retryAfterMs,
  serviceError,
  whatCame,
  type HttpResponse,
} from './httpResponse';
import { UnknownNetworkBody } from './schemas';

/** How one attempt ended: with a response, or with the kind of failure that kept it from one. */
export type AttemptOutcome =
  { readonly response: HttpResponse } | { readonly kind: FailureKind; readonly detail?: string };

/** What a failure says of the request that failed. */
export interface FailedRequest {
  readonly operation: Operation;
  readonly serviceProviderId: string;
  readonly skillId?: string;
  readonly method: string;
  readonly url: string;
  readonly attempts: readonly Attempt[];
}

/** The failure of a request, with whether it may have had an effect. */
export function failureOf(request: FailedRequest, what: Pick<ApiFailure, 'kind'> & Partial<ApiFailure>): ApiFailure {
  const { operation, serviceProviderId, skillId, method, url, attempts } = request;
  return {
    operation,
    serviceProviderId,
    ...(skillId !== undefined && { skillId }),
    method,
    url,
    attempts: [...attempts],
    effect: mayHaveTakenEffect(request, what.kind) ? 'unknown' : 'none',
    ...what,
  };
}

/**
 * The failure of an attempt that did not end in a documented success.
 *
 * @param token the access token that was sent, for nothing of it to be repeated
 * @param missingScopes those that its session was not granted, which explain a 401 or 403
 */
export function responseFailure(
  request: FailedRequest,
  outcome: AttemptOutcome,
  { token, missingScopes }: { readonly token: string; readonly missingScopes: readonly string[] },
): ApiFailure {
  if ('kind' in outcome) return failureOf(request, outcome);
  const { response } = outcome;
  const requestId = requestIdOf(response.headers, [token]);
  const wait = retryAfterMs(response.headers, Date.now());
  const succeeded = response.status < 300;
  const isRejected = response.status === 401 || response.status === 403;
  const isOfOthers = !succeeded && response.status < 500 && !isErrorOfService(response);
  const isMisplaced = succeeded || (response.status === 404 && isOfOthers);
  const kind = isMisplaced ? 'unexpectedResponse' : failureKindOfStatus(response.status);
  return failureOf(request, {
    kind,
    status: response.status,
    // A request that a gateway rejected may have reached the service before.
    ...(isOfOthers && isFinalRejection(kind) && request.operation !== 'get' && { effect: 'unknown' }),
    ...serviceError(response, token),
    ...(requestId && { requestId }),
    ...(wait !== undefined && { retryAfterMs: wait }),
    ...(isRejected && missingScopes.length > 0 && { missingScopes }),
    ...(isMisplaced && { detailKind: unexpectedBodyKind(response) }),
    ...(isOfOthers && !isMisplaced && { detailKind: whatCame(response) }),
  });
}

/**
 * The failure of a request that was ended, not yet sent or without a response, because all requests fail alike.
 *
 * @param lastFailure its own, which says more
 * @param common the failure that ended it
 */
export function outageFailure(
  request: FailedRequest,
  lastFailure: ApiFailure | undefined,
  common: ApiFailure | undefined,
): ApiFailure {
  if (lastFailure && lastFailure.kind !== 'throttled') return lastFailure;
  const { kind = 'unavailable', status, detail, detailKind, retryAfterMs: waitMs } = common ?? {};
  return failureOf(request, {
    kind,
    ...(status !== undefined && { status }),
    ...(detail !== undefined && { detail }),
    ...(detailKind !== undefined && { detailKind }),
    ...(waitMs !== undefined && { retryAfterMs: waitMs }),
    // A change that was sent is not ended this way, and one that was rejected had no effect.
    effect: 'none',
  });
}

/** After 401 and 429 the same request is sent again, whether the service or a gateway said so. */
function isFinalRejection(kind: FailureKind): boolean {
  return kind === 'badRequest' || kind === 'forbidden';
}

function unexpectedBodyKind(response: HttpResponse): DetailKind {
  return response.status === 200 && parseBody(response, UnknownNetworkBody) ? 'unknownNetworkType' : whatCame(response);
}

/** The kinds that say for certain that nothing happened: the service rejected the request, or never received it. */
const WITHOUT_EFFECT: ReadonlySet<FailureKind> = new Set<FailureKind>([
  'signedOut',
  'accountMissing',
  'renewalFailed',
  'unauthorized',
  'forbidden',
  'notFound',
  'badRequest',
  'throttled',
  'nameResolution',
  'certificate',
  'endpointRefused',
  'endpointUnconfirmed',
  'contextChanged',
]);

function mayHaveTakenEffect({ operation, attempts }: FailedRequest, kind: FailureKind): boolean {
  if (operation === 'get' || WITHOUT_EFFECT.has(kind)) return false;
  // Canceled before its first attempt, or after attempts that were all rejected, it had no effect.
  return kind !== 'cancelled' || attempts.at(-1)?.outcome === 'cancelled';
}
