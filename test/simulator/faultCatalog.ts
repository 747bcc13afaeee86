import type { Failure } from './failure';
import { Refusal } from './refusal';

export interface CatalogEntry {
  title: string;
  group: FaultGroup;
  description: string;
  failure: Failure;
  /** Set if the fault applies to one operation only. */
  operation?: 'token';
}

type FaultGroup =
  | 'Refusals'
  | 'Server trouble'
  | 'Error bodies'
  | 'Answers that say success'
  | 'Connection'
  | 'Headers'
  | 'Token endpoint';

const answer = (fields: Omit<Extract<Failure, { kind: 'answer' }>, 'kind'>): Failure => ({ kind: 'answer', ...fields });
const tokenError = (status: number, error: string): Failure => answer({ status, body: 'oauthError', message: error });

/** All named faults, which the page offers and the tests cover. */
export const faultCatalog = {
  badRequest: {
    title: '400 Bad Request',
    group: 'Refusals',
    description: 'The documented Error object.',
    failure: answer({ status: 400, message: 'The request is malformed or is missing any required parameters.' }),
  },
  unauthorized: {
    title: '401 Unauthorized',
    group: 'Refusals',
    description: 'Although the token is valid.',
    failure: answer({ status: 401 }),
  },
  forbidden: {
    title: '403 Forbidden',
    group: 'Refusals',
    description: 'The token is valid, the operation is not allowed.',
    failure: answer({ status: 403 }),
  },
  notFound: {
    title: '404 Not Found',
    group: 'Refusals',
    description: 'As if the service provider were not mapped, or unknown.',
    failure: answer({ status: 404 }),
  },
  notFoundText: {
    title: '404 of an ingress',
    group: 'Refusals',
    description: 'Plain text, no request id: not the words of the service.',
    failure: answer({ status: 404, body: 'gatewayText', requestId: 'missing' }),
  },
  notFoundJson: {
    title: '404 of a gateway',
    group: 'Refusals',
    description: 'JSON that is no Error object, no request id.',
    failure: answer({ status: 404, body: 'gatewayJson', requestId: 'missing' }),
  },
  notFoundEmpty: {
    title: '404 with nothing',
    group: 'Refusals',
    description: 'No body and no request id.',
    failure: answer({ status: 404, body: 'empty', requestId: 'missing' }),
  },
  conflict: {
    title: '409 Conflict',
    group: 'Refusals',
    description: 'Not documented, and usual elsewhere.',
    failure: answer({ status: 409 }),
  },
  tooManyRequests: {
    title: '429 Too Many Requests',
    group: 'Refusals',
    description: 'Without Retry-After.',
    failure: answer({ status: 429 }),
  },
  tooManyRequestsSeconds: {
    title: '429, Retry-After: 2',
    group: 'Refusals',
    description: 'The wait in seconds.',
    failure: answer({ status: 429, retryAfter: { seconds: 2 } }),
  },
  tooManyRequestsDate: {
    title: '429, Retry-After as a date',
    group: 'Refusals',
    description: 'An HTTP date two seconds from now.',
    failure: answer({ status: 429, retryAfter: { dateAfterSeconds: 2 } }),
  },
  tooManyRequestsGarbage: {
    title: '429, Retry-After garbage',
    group: 'Refusals',
    description: 'Neither seconds nor a date.',
    failure: answer({ status: 429, retryAfter: { raw: 'in a while' } }),
  },

  serverError: {
    title: '500 before the change',
    group: 'Server trouble',
    description: 'Nothing was changed.',
    failure: answer({ status: 500 }),
  },
  serverErrorAfterWrite: {
    title: '500 after the change',
    group: 'Server trouble',
    description: 'The change took effect, the answer denies it.',
    failure: answer({ status: 500, effect: 'done' }),
  },
  serverErrorThenWrite: {
    title: '500, the change comes late',
    group: 'Server trouble',
    description: 'It takes effect a second after the answer.',
    failure: answer({ status: 500, effect: 'later', laterMs: 1000 }),
  },
  unavailable: {
    title: '503 before the change',
    group: 'Server trouble',
    description: 'Nothing was changed.',
    failure: answer({ status: 503 }),
  },
  unavailableAfterWrite: {
    title: '503 after the change',
    group: 'Server trouble',
    description: 'The change took effect, the answer denies it.',
    failure: answer({ status: 503, effect: 'done' }),
  },
  unavailableSeconds: {
    title: '503, Retry-After: 2',
    group: 'Server trouble',
    description: 'The wait in seconds.',
    failure: answer({ status: 503, retryAfter: { seconds: 2 } }),
  },
  badGateway: {
    title: '502 from a proxy',
    group: 'Server trouble',
    description: 'An HTML page, no request id.',
    failure: answer({ status: 502, body: 'html', requestId: 'missing' }),
  },

  errorMessage: {
    title: '{message}',
    group: 'Error bodies',
    description: '400 in the shape of older operations.',
    failure: answer({ status: 400, body: 'message' }),
  },
  errorCodeMessage: {
    title: '{code, message}',
    group: 'Error bodies',
    description: '400 in the shape of a sibling API.',
    failure: answer({ status: 400, body: 'codeMessage' }),
  },
  errorEmpty: {
    title: 'Empty error',
    group: 'Error bodies',
    description: '500 without a body.',
    failure: answer({ status: 500, body: 'empty' }),
  },
  errorHtml: {
    title: 'HTML error',
    group: 'Error bodies',
    description: '500 with a page.',
    failure: answer({ status: 500, body: 'html' }),
  },
  errorTruncated: {
    title: 'Truncated error',
    group: 'Error bodies',
    description: '400 with half an Error object.',
    failure: answer({ status: 400, body: 'truncated' }),
  },
  errorWrongType: {
    title: 'Error of a wrong type',
    group: 'Error bodies',
    description: '400 with a JSON array.',
    failure: answer({ status: 400, body: 'wrongType' }),
  },
  errorWrongFields: {
    title: 'Error with wrong fields',
    group: 'Error bodies',
    description: '400, type is a number and message an object.',
    failure: answer({ status: 400, body: 'wrongFields' }),
  },
  errorOversized: {
    title: 'Oversized error',
    group: 'Error bodies',
    description: '500 with eight megabytes.',
    failure: answer({ status: 500, body: 'oversized' }),
  },
  errorWrongContentType: {
    title: 'Error as plain text',
    group: 'Error bodies',
    description: '400, Error object, Content-Type text/plain.',
    failure: answer({ status: 400, contentType: 'text/plain' }),
  },
  errorHostile: {
    title: 'Hostile message',
    group: 'Error bodies',
    description: '400 with markup, terminal codes and bidi.',
    failure: answer({ status: 400, body: 'hostile' }),
  },

  successEmpty: {
    title: 'Empty success',
    group: 'Answers that say success',
    description: 'The change is done, the body is missing.',
    failure: answer({ body: 'empty' }),
  },
  successHtml: {
    title: 'HTML success',
    group: 'Answers that say success',
    description: 'The change is done, the body is a page.',
    failure: answer({ body: 'html' }),
  },
  successTruncated: {
    title: 'Truncated success',
    group: 'Answers that say success',
    description: 'The change is done, half the JSON arrives.',
    failure: answer({ body: 'truncated' }),
  },
  successWrongType: {
    title: 'Success of a wrong type',
    group: 'Answers that say success',
    description: 'The change is done, the body is an array.',
    failure: answer({ body: 'wrongType' }),
  },
  successWrongFields: {
    title: 'Success with wrong fields',
    group: 'Answers that say success',
    description: 'The change is done, every field has a wrong type.',
    failure: answer({ body: 'wrongFields' }),
  },
  successUnknownValues: {
    title: 'Success with unknown values',
    group: 'Answers that say success',
    description: 'Another provider, another status, another network type.',
    failure: answer({ body: 'unknownValues' }),
  },
  successOversized: {
    title: 'Oversized success',
    group: 'Answers that say success',
    description: 'The change is done, eight megabytes say so.',
    failure: answer({ body: 'oversized' }),
  },
  successWrongContentType: {
    title: 'Success as plain text',
    group: 'Answers that say success',
    description: 'The right body, Content-Type text/plain.',
    failure: answer({ contentType: 'text/plain' }),
  },
  successHostile: {
    title: 'Hostile success',
    group: 'Answers that say success',
    description: 'A skill id of markup, terminal codes and bidi.',
    failure: answer({ body: 'hostile' }),
  },
  successWithMark: {
    title: 'Success after a byte order mark',
    group: 'Answers that say success',
    description: 'The right body, U+FEFF before it.',
    failure: answer({ body: 'withMark' }),
  },
  successUnapplied: {
    title: 'Success that is none',
    group: 'Answers that say success',
    description: 'The usual answer, and nothing was changed.',
    failure: { kind: 'slow', effect: 'never' },
  },

  hang: {
    title: 'Hang before the change',
    group: 'Connection',
    description: 'Never answers; nothing was changed.',
    failure: { kind: 'hang' },
  },
  hangAfterWrite: {
    title: 'Hang after the change',
    group: 'Connection',
    description: 'Never answers; the change took effect.',
    failure: { kind: 'hang', effect: 'done' },
  },
  hangThenWrite: {
    title: 'Hang, the change comes late',
    group: 'Connection',
    description: 'It takes effect a second after you gave up.',
    failure: { kind: 'hang', effect: 'later', laterMs: 1000 },
  },
  hangAfterHeaders: {
    title: 'Hang after the headers',
    group: 'Connection',
    description: 'The status arrives, the body never does.',
    failure: { kind: 'hangAfterHeaders' },
  },
  drip: {
    title: 'Drip',
    group: 'Connection',
    description: 'One byte every five seconds.',
    failure: { kind: 'drip', everyMs: 5000 },
  },
  resetBeforeWrite: {
    title: 'Reset before the change',
    group: 'Connection',
    description: 'No answer; nothing was changed.',
    failure: { kind: 'reset' },
  },
  resetAfterWrite: {
    title: 'Reset after the change',
    group: 'Connection',
    description: 'No answer; the change took effect.',
    failure: { kind: 'reset', effect: 'done' },
  },
  resetThenWrite: {
    title: 'Reset, the change comes late',
    group: 'Connection',
    description: 'It takes effect a second after the reset.',
    failure: { kind: 'reset', effect: 'later', laterMs: 1000 },
  },
  resetMidBody: {
    title: 'Reset in the body',
    group: 'Connection',
    description: 'Half the body, then a reset; the change took effect.',
    failure: { kind: 'resetMidBody' },
  },
  slow: {
    title: 'Slow',
    group: 'Connection',
    description: 'The true answer. Set a delay above.',
    failure: { kind: 'slow' },
  },

  requestIdLowerCase: {
    title: 'x-amzn-requestid',
    group: 'Headers',
    description: 'The request id header in lower case, on a 500.',
    failure: answer({ status: 500, requestId: 'lowerCase' }),
  },
  requestIdUpperCase: {
    title: 'X-AMZN-REQUESTID',
    group: 'Headers',
    description: 'The request id header in upper case, on a 500.',
    failure: answer({ status: 500, requestId: 'upperCase' }),
  },
  requestIdMissing: {
    title: 'No request id',
    group: 'Headers',
    description: 'The header is missing, on a 500.',
    failure: answer({ status: 500, requestId: 'missing' }),
  },

  invalidGrant: {
    title: 'invalid_grant',
    group: 'Token endpoint',
    description: 'The refresh token or the code is dead.',
    operation: 'token',
    failure: tokenError(400, 'invalid_grant'),
  },
  invalidClient: {
    title: 'invalid_client',
    group: 'Token endpoint',
    description: 'Wrong client id or secret.',
    operation: 'token',
    failure: tokenError(401, 'invalid_client'),
  },
  unauthorizedClient: {
    title: 'unauthorized_client',
    group: 'Token endpoint',
    description: 'The refresh token of another client.',
    operation: 'token',
    failure: tokenError(400, 'unauthorized_client'),
  },
  invalidScope: {
    title: 'invalid_scope',
    group: 'Token endpoint',
    description: 'A scope the client may not use.',
    operation: 'token',
    failure: tokenError(400, 'invalid_scope'),
  },
  invalidRequest: {
    title: 'invalid_request',
    group: 'Token endpoint',
    description: 'A parameter is missing.',
    operation: 'token',
    failure: tokenError(400, 'invalid_request'),
  },
  oauthServerError: {
    title: 'server_error',
    group: 'Token endpoint',
    description: '500 with an OAuth error: a passing fault.',
    operation: 'token',
    failure: tokenError(500, 'server_error'),
  },
  oauthUnavailable: {
    title: 'temporarily_unavailable',
    group: 'Token endpoint',
    description: '503 with an OAuth error: a passing fault.',
    operation: 'token',
    failure: tokenError(503, 'temporarily_unavailable'),
  },
  badRequestHtml: {
    title: '400 with a page',
    group: 'Token endpoint',
    description: 'HTML in the place of an OAuth error.',
    operation: 'token',
    failure: answer({ status: 400, body: 'html' }),
  },
  unauthorizedHtml: {
    title: '401 with a page',
    group: 'Token endpoint',
    description: 'A proxy that wants a password: says nothing about the client.',
    operation: 'token',
    failure: answer({ status: 401, body: 'html', requestId: 'missing' }),
  },
} as const satisfies Record<string, CatalogEntry>;

export type FaultName = keyof typeof faultCatalog;
export const faultNames = Object.keys(faultCatalog) as FaultName[];

/** The fault with this name; throws a {@link Refusal} if it is not in the catalog. */
export function catalogEntry(name: string): CatalogEntry {
  if (!Object.hasOwn(faultCatalog, name)) {
    throw new Refusal(`name: expected one of ${faultNames.join(', ')} but received "${name}"`);
  }
  return faultCatalog[name as FaultName];
}
