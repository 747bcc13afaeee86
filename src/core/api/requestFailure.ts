import type { ApiFailure, Attempt, DetailKind, FailureKind } from '../failures/apiFailure';
import { failureKindOfStatus } from '../failures/httpStatus';
import { isReadOperation, type RequestOperation } from '../model/serviceProvider';
import {
  isErrorOfService,
  requestIdOf,
  retryAfterMs,
  serviceError,
  describeUnexpectedBody,
  type HttpResponse,
} from './httpResponse';

/** The result of one attempt: a response, or the kind of failure that prevented one. */
export type AttemptOutcome =
  { readonly response: HttpResponse } | { readonly kind: FailureKind; readonly detail?: string };

/** The data of a failed request that its failure contains. */
export interface FailedRequest {
  readonly operation: RequestOperation;
  readonly serviceProviderId: string;
  readonly skillId?: string;
  readonly logicalId?: string;
  readonly displayName?: string;
  /** The account that sends it, if no entry of the list decides that. */
  readonly account?: string;
  readonly method: string;
  readonly url: string;
  readonly attempts: readonly Attempt[];
  /** Says what the API at hand knows of an unexpected response; undefined for a general description. */
  readonly unexpectedDetail?: (response: HttpResponse) => DetailKind | undefined;
}

/** Returns the failure of a request, including whether it may have taken effect. */
export function failureOf(request: FailedRequest, what: Pick<ApiFailure, 'kind'> & Partial<ApiFailure>): ApiFailure {
  const { operation, serviceProviderId, skillId, logicalId, displayName, account, method, url, attempts } = request;
  return {
    operation,
    serviceProviderId,
    ...(skillId !== undefined && { skillId }),
    ...(logicalId !== undefined && { logicalId }),
    ...(displayName !== undefined && { displayName }),
    ...(account !== undefined && { account }),
    method,
    url,
    attempts: [...attempts],
    effect: mayHaveTakenEffect(request, what.kind) ? 'unknown' : 'none',
    ...what,
  };
}

/**
 * Returns the failure of an attempt without a documented success.
 *
 * @param token the access token that was sent, to be redacted
 * @param missingScopes scopes not granted to its session, which explain a 401 or 403
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
    // A request that a gateway rejected may have reached the service first.
    ...(isOfOthers && isFinalRejection(kind, request) && !isReadOperation(request.operation) && { effect: 'unknown' }),
    ...serviceError(response, token),
    ...(requestId && { requestId }),
    ...(wait !== undefined && { retryAfterMs: wait }),
    ...(isRejected && missingScopes.length > 0 && { missingScopes }),
    ...(isMisplaced && { detailKind: request.unexpectedDetail?.(response) ?? describeUnexpectedBody(response) }),
    ...(isOfOthers && !isMisplaced && { detailKind: describeUnexpectedBody(response) }),
  });
}

/**
 * Returns the failure of a request that an outage ended before it was sent or got a response.
 *
 * @param lastFailure its own failure, which is more specific
 * @param common the failure that caused the outage
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
    // A change that was sent is never ended this way, and a rejected one had no effect.
    effect: 'none',
  });
}

/**
 * Whether a rejection is final. After a 401 or 429, the same request may be sent again, whether the service or a
 * gateway responded.
 */
function isFinalRejection(kind: FailureKind, request: FailedRequest): boolean {
  return kind === 'badRequest' || kind === 'forbidden' || isTakenLogicalId(kind, request);
}

/** Whether a create was rejected because of its logical ID, which is in use. */
function isTakenLogicalId(kind: FailureKind, { operation }: Pick<FailedRequest, 'operation'>): boolean {
  return kind === 'conflict' && operation === 'createProvider';
}

/** The kinds that guarantee no effect: the service rejected the request, or never received it. */
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
  'invalidEndpoint',
  'endpointUnconfirmed',
  'contextChanged',
]);

function mayHaveTakenEffect({ operation, attempts }: FailedRequest, kind: FailureKind): boolean {
  if (isReadOperation(operation) || WITHOUT_EFFECT.has(kind) || isTakenLogicalId(kind, { operation })) return false;
  // Canceled before the first attempt, or after attempts that were all rejected: no effect.
  return kind !== 'canceled' || attempts.at(-1)?.outcome === 'canceled';
}
