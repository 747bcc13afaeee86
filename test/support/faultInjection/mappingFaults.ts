import type { FailureKind } from '../../../src/core/failures/apiFailure';
import { faultCatalog, faultNames, type CatalogEntry, type FaultName } from '../../simulator/faultCatalog';
import type { Failure } from '../../simulator/failure';
import { isApplied, usualFailure, usualStatus, type RequestCase } from '../requestCases';

type Catalog = typeof faultCatalog;

/** The faults of the catalog that apply to the mapping API. */
export type MappingFault = {
  [Name in FaultName]: Catalog[Name] extends { readonly operation: 'token' } ? never : Name;
}[FaultName];

/** A fault with its delays shortened. */
export interface Fault {
  readonly name: MappingFault;
  readonly failure: Failure;
}

/**
 * Which requests a fault applies to: the operation under test alone, so that the mapping can be read afterwards; or every
 * request of the service provider until the fault is removed, so that it cannot.
 */
export const FAULT_SCOPES = ['the request', 'everything'] as const;
export type FaultScope = (typeof FAULT_SCOPES)[number];

/** How long after the connection is closed a late change takes effect. The mapping is re-read much later than that. */
const LATER_MS = 5;
export const SETTLE_MS = 200;

/** The faults of a run with `FAULT_MATRIX=sample`: one of each kind that the client treats in its own way. */
const SAMPLE: ReadonlySet<FaultName> = new Set<FaultName>([
  'unauthorized', // repeated with another token
  'notFound', // of a read: nothing is mapped
  'tooManyRequestsSeconds', // repeated after a pause
  'serverErrorAfterWrite', // a failure that took effect
  'unavailable', // a read is repeated
  'successWrongFields', // not as documented
  'successUnapplied', // as documented, without effect
  'hangAfterWrite', // never ends
  'resetThenWrite', // takes effect late
  'slow', // no failure
  'invalidGrant', // ends a session
]);

/** The names of all faults, or of those in the sample. */
export const FAULT_NAMES: readonly FaultName[] =
  process.env['FAULT_MATRIX'] === 'sample' ? faultNames.filter((name) => SAMPLE.has(name)) : faultNames;

function isMappingFault(name: FaultName): name is MappingFault {
  const { operation }: CatalogEntry = faultCatalog[name];
  return operation === undefined;
}

export const FAULTS: readonly Fault[] = FAULT_NAMES.filter(isMappingFault).map((name) => {
  const { failure }: CatalogEntry = faultCatalog[name];
  return { name, failure: { ...failure, ...(failure.laterMs && { laterMs: LATER_MS }) } };
});

/** Whether no response ever completes, so that an attempt fails by its timeout. */
export function isEndless({ kind }: Failure): boolean {
  return kind === 'hang' || kind === 'hangAfterHeaders' || kind === 'drip';
}

/**
 * The state that the fault makes indistinguishable from the actual one: its response is exactly the one documented for that
 * state, so the row must show it. Undefined if the client can find out the actual state.
 */
export function indistinguishableOutcome(
  requestCase: RequestCase,
  fault: MappingFault,
  scope: FaultScope,
): 'nothing is mapped' | 'it is done' | undefined {
  // 404 with the Error object is how the service says that nothing is mapped.
  const isReadAfter = requestCase.operation === 'get' || scope === 'everything';
  if (fault === 'notFound' && isReadAfter) return 'nothing is mapped';
  // The documented confirmation, sent although nothing was changed. A 2xx as documented is not verified: a read after
  // each would double the requests, and may return the mapping from before the change.
  if (fault === 'successUnapplied' && isApplied(requestCase)) return 'it is done';
  return undefined;
}

/** The failure that the fault may cause in requests that it does not apply to, since all share a client. */
export function sideEffect({ failure, name }: Fault): FailureKind | undefined {
  // The rate limit is shared: while all requests are throttled, queued ones are not sent.
  if (EXPECTED_KINDS[name] === 'throttled') return 'throttled';
  // The timeout of an attempt is short then, and the computer may be busy.
  return isEndless(failure) ? 'timeout' : undefined;
}

/** The kind of failure that a fault causes, possibly depending on the request; undefined if it causes none. */
type ExpectedKind = FailureKind | ((requestCase: RequestCase) => FailureKind | undefined);

/** The body is not as documented. An error status is recognized without it. */
const noSuccess = (requestCase: RequestCase) =>
  usualStatus(requestCase) < 300 ? 'unexpectedResponse' : usualFailure(requestCase);

/** The response does not look like the service's: then a 404 does not mean that nothing is mapped. */
const notTheService = (requestCase: RequestCase) =>
  usualStatus(requestCase) === 404 ? 'unexpectedResponse' : noSuccess(requestCase);

const EXPECTED_KINDS: Record<MappingFault, ExpectedKind> = {
  badRequest: 'badRequest',
  unauthorized: 'unauthorized',
  forbidden: 'forbidden',
  notFound: ({ operation }) => (operation === 'get' ? undefined : 'notFound'),
  notFoundText: 'unexpectedResponse',
  notFoundJson: 'unexpectedResponse',
  notFoundEmpty: 'unexpectedResponse',
  conflict: 'conflict',
  tooManyRequests: 'throttled',
  tooManyRequestsSeconds: 'throttled',
  tooManyRequestsDate: 'throttled',
  tooManyRequestsGarbage: 'throttled',
  serverError: 'serverError',
  serverErrorAfterWrite: 'serverError',
  serverErrorThenWrite: 'serverError',
  unavailable: 'unavailable',
  unavailableAfterWrite: 'unavailable',
  unavailableSeconds: 'unavailable',
  badGateway: 'unavailable',
  errorMessage: 'badRequest',
  errorCodeMessage: 'badRequest',
  errorEmpty: 'serverError',
  errorHtml: 'serverError',
  errorTruncated: 'badRequest',
  errorWrongType: 'badRequest',
  errorWrongFields: 'badRequest',
  errorOversized: 'serverError',
  errorWrongContentType: 'badRequest',
  errorHostile: 'badRequest',
  // The documented response to a delete has no body.
  successEmpty: (requestCase) =>
    requestCase.operation === 'delete' ? usualFailure(requestCase) : noSuccess(requestCase),
  successHtml: notTheService,
  successTruncated: notTheService,
  successWrongType: notTheService,
  successWrongFields: notTheService,
  // An unknown network type still has its skill; an unknown status confirms nothing.
  successUnknownValues: (requestCase) =>
    requestCase.operation === 'get' ? usualFailure(requestCase) : noSuccess(requestCase),
  successOversized: notTheService,
  successWrongContentType: usualFailure,
  successHostile: noSuccess,
  // A byte order mark is no error; in the response to a delete it is the whole body.
  successWithMark: usualFailure,
  successUnapplied: usualFailure,
  hang: 'timeout',
  hangAfterWrite: 'timeout',
  hangThenWrite: 'timeout',
  hangAfterHeaders: 'timeout',
  drip: 'timeout',
  resetBeforeWrite: 'network',
  resetAfterWrite: 'network',
  resetThenWrite: 'network',
  resetMidBody: 'network',
  slow: usualFailure,
  requestIdLowerCase: 'serverError',
  requestIdUpperCase: 'serverError',
  requestIdMissing: 'serverError',
};

/** The kind of failure that the fault causes in this request; undefined if it causes none. */
export function expectedKind(requestCase: RequestCase, fault: MappingFault): FailureKind | undefined {
  const kind = EXPECTED_KINDS[fault];
  return typeof kind === 'function' ? kind(requestCase) : kind;
}
