import type { FailureKind } from '../../../src/core/failures/apiFailure';
import { faultCatalogue, faultNames, type CatalogueEntry, type FaultName } from '../../simulator/faultCatalog';
import type { Failure } from '../../simulator/failure';
import { isApplied, usualFailure, usualStatus, type RequestCase } from '../requestCases';

type Catalogue = typeof faultCatalogue;

/** The faults of the catalogue that the mapping API can have. */
export type MappingFault = {
  [Name in FaultName]: Catalogue[Name] extends { readonly operation: 'token' } ? never : Name;
}[FaultName];

/** A fault with its times shortened. */
export interface Fault {
  readonly name: MappingFault;
  readonly failure: Failure;
}

/**
 * How often a fault strikes: the wished request alone, so that the mapping can be read afterwards; or every request of
 * the provider until the fault is removed, so that it cannot.
 */
export const REACHES = ['the request', 'everything'] as const;
export type Reach = (typeof REACHES)[number];

/** A change that comes late comes this long after the connection is gone; the row is read again much later than that. */
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
  const { operation }: CatalogueEntry = faultCatalogue[name];
  return operation === undefined;
}

export const FAULTS: readonly Fault[] = FAULT_NAMES.filter(isMappingFault).map((name) => {
  const { failure }: CatalogueEntry = faultCatalogue[name];
  return { name, failure: { ...failure, ...(failure.laterMs && { laterMs: LATER_MS }) } };
});

/** Whether there will never be an answer: then the limit of an attempt decides when it has failed. */
export function isEndless({ kind }: Failure): boolean {
  return kind === 'hang' || kind === 'hangAfterHeaders' || kind === 'drip';
}

/**
 * Why no client can tell the truth: the fault gives exactly the answer that the reference documents for another state.
 * The row must then show what that answer says. Undefined everywhere else.
 */
export function lie(
  requestCase: RequestCase,
  fault: MappingFault,
  reach: Reach,
): 'nothing is mapped' | 'it is done' | undefined {
  // 404 with the Error object is how the service says that nothing is mapped.
  const isReadAfter = requestCase.operation === 'get' || reach === 'everything';
  if (fault === 'notFound' && isReadAfter) return 'nothing is mapped';
  // The confirmation of the reference, sent although nothing was changed. A 2xx that is as documented is not doubted:
  // to read after each of them would double the requests, and the service may answer a read from before the change.
  if (fault === 'successUnapplied' && isApplied(requestCase)) return 'it is done';
  return undefined;
}

/** What the fault may do to requests that it does not strike, because they share their client with those. */
export function sideEffect({ failure, name }: Fault): FailureKind | undefined {
  // The pace is one for all: while nothing passes, those that wait are not sent.
  if (MEANINGS[name] === 'throttled') return 'throttled';
  // The limit of an attempt is short then, and the computer may be busy.
  return isEndless(failure) ? 'timeout' : undefined;
}

/** What becomes of a request that a fault strikes: a kind of failure, or what depends on how the service decides. */
type Meaning = FailureKind | ((requestCase: RequestCase) => FailureKind | undefined);

/** The body is not what is documented, but a refusal is told by its status alone. */
const noSuccess = (requestCase: RequestCase) =>
  usualStatus(requestCase) < 300 ? 'unexpectedResponse' : usualFailure(requestCase);

/** Somebody else seems to speak: then 404 does not mean that nothing is mapped. */
const notTheService = (requestCase: RequestCase) =>
  usualStatus(requestCase) === 404 ? 'unexpectedResponse' : noSuccess(requestCase);

const MEANINGS: Record<MappingFault, Meaning> = {
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
  // A delete is documented to be answered without a body.
  successEmpty: (requestCase) =>
    requestCase.operation === 'delete' ? usualFailure(requestCase) : noSuccess(requestCase),
  successHtml: notTheService,
  successTruncated: notTheService,
  successWrongType: notTheService,
  successWrongFields: notTheService,
  // A network type that is not known yet still names its skill; another status confirms nothing.
  successUnknownValues: (requestCase) =>
    requestCase.operation === 'get' ? usualFailure(requestCase) : noSuccess(requestCase),
  successOversized: notTheService,
  successWrongContentType: usualFailure,
  successHostile: noSuccess,
  // A byte order mark is no fault; of a delete, it is all that the body holds.
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

/** The kind of failure that a wish ends with when the fault strikes it; undefined where it is none. */
export function expectedKind(requestCase: RequestCase, fault: MappingFault): FailureKind | undefined {
  const meaning = MEANINGS[fault];
  return typeof meaning === 'function' ? meaning(requestCase) : meaning;
}
