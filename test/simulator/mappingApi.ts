import * as v from 'valibot';
import { type Answer, errorBody, jsonAnswer, type Plan } from './answer';
import type { Incoming } from './incoming';
import { describeIssues } from './refusal';
import { mappingScope } from './scopes';
import { type MappingOperation, type MappingService, NetworkMappingSchema } from './service';
import type { Switches } from './switches';
import type { AccessToken, TokenStore } from './tokens';

/** Service Provider Network Mapping REST API Reference, "Operations". */
const operations: Record<string, MappingOperation> = { POST: 'create', DELETE: 'delete', GET: 'get', PUT: 'update' };
const resource = /^\/v1\/communications\/serviceProviders\/([^/]*)\/network$/;

/** A valid path segment (RFC 3986, 3.3): any other character must be percent-encoded. */
const pathSegment = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})+$/;

export interface MappingRoute {
  operation: MappingOperation | 'unknown';
  serviceProviderId?: string;
  /** The error response to a request that is not part of the API. */
  problem?: Answer;
}

export const problem = (
  status: number,
  message: string,
  switches: Switches,
  headers?: Record<string, string>,
): Answer => jsonAnswer(status, errorBody(status, message, switches.errorBody), headers);

/** Finds the operation and the service provider of a request. */
export function routeMappingRequest({ method, path, query }: Incoming, switches: Switches): MappingRoute {
  const segment = resource.exec(path)?.[1];
  if (segment === undefined || segment === '') {
    return { operation: 'unknown', problem: problem(404, 'No such resource.', switches) };
  }
  const operation = Object.hasOwn(operations, method) ? operations[method] : undefined;
  if (!operation) {
    const allow = { Allow: Object.keys(operations).join(', ') };
    return { operation: 'unknown', problem: problem(405, `${method} is not an operation.`, switches, allow) };
  }
  return { operation, ...readTarget(segment, query, switches) };
}

/** The service provider that a path names, and what is wrong with the URL of the request, if anything. */
export function readTarget(
  segment: string,
  query: string | undefined,
  switches: Switches,
): { serviceProviderId?: string; problem?: Answer } {
  if (!pathSegment.test(segment)) {
    return { problem: problem(400, 'serviceProviderId is not percent-encoded.', switches) };
  }
  const serviceProviderId = decoded(segment);
  if (serviceProviderId === undefined) {
    return { problem: problem(400, 'serviceProviderId is not percent-encoded UTF-8.', switches) };
  }
  if (query !== undefined) {
    return { serviceProviderId, problem: problem(400, 'The operation takes no query.', switches) };
  }
  return { serviceProviderId };
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

/**
 * Checks a request in the order in which the service does: route, authorization, syntax, and the rules of the mapping. Uses the
 * current state, so that a later call may have another result.
 */
export function planMappingRequest(
  route: MappingRoute,
  incoming: Incoming,
  { service, tokens, switches }: { service: MappingService; tokens: TokenStore; switches: Switches },
): Plan {
  const refuse = (status: number, message: string): Plan => ({ answer: problem(status, message, switches) });
  const { operation, serviceProviderId } = route;
  if (route.problem) return { answer: route.problem };
  if (operation === 'unknown' || serviceProviderId === undefined)
    throw new Error('a route without a problem has an operation and a service provider');

  const token = readToken(incoming, tokens, switches);
  if ('status' in token) return { answer: token };

  const writes = operation === 'create' || operation === 'update';
  const malformed = writes ? malformedWrite(incoming) : malformedBodyless(incoming);
  if (malformed !== undefined) return refuse(incoming.tooLarge ? 413 : 400, malformed);
  const body = writes ? v.safeParse(NetworkMappingSchema, parsedJson(incoming.bytes)) : undefined;
  if (body && !body.success) return refuse(400, describeIssues(body.issues));
  const skillId = body?.output.skillConfiguration.skillId ?? '';
  return service.plan({ operation, serviceProviderId, account: token.account, skillId }, switches);
}

/** The access token of a request, or the error response if it is not valid for these APIs. */
export function readToken(incoming: Incoming, tokens: TokenStore, switches: Switches): AccessToken | Answer {
  const refuse = (status: number, message: string) => problem(status, message, switches);
  const authorization = incoming.header('authorization');
  if (authorization.length === 0) return refuse(401, 'The Authorization header is missing.');
  const bearer = authorization.length === 1 ? bearerOf(authorization[0] ?? '') : undefined;
  if (bearer === undefined) return refuse(401, 'The Authorization header must be "Bearer {access token}".');
  const token = tokens.validAccessToken(bearer);
  if (!token) return refuse(401, 'The access token is not valid or has expired.');
  return token.scopes.includes(mappingScope) ? token : refuse(switches.noAccess, `The token lacks ${mappingScope}.`);
}

/** The access token of an Authorization header, if it has the documented format. */
export function bearerOf(authorization: string): string | undefined {
  return /^Bearer ([\x21-\x7e]+)$/.exec(authorization)?.[1];
}

/** POST and PUT: reference, "Request path and header example" of both, taken together. */
export function malformedWrite(incoming: Incoming): string | undefined {
  if (incoming.tooLarge) return 'The request body is too large.';
  if (incoming.mediaType !== 'application/json') return 'Content-Type must be application/json.';
  const accepted = incoming
    .header('accept')
    .flatMap((value) => value.split(','))
    .map((range) => range.split(';', 1).join('').trim().toLowerCase());
  if (!accepted.includes('application/json')) return 'Accept must name application/json.';
  if (parsedJson(incoming.bytes) === undefined) return 'The request body is not JSON.';
  return undefined;
}

/** GET and DELETE: "The request has no body." */
export function malformedBodyless(incoming: Incoming): string | undefined {
  if (incoming.bytes.length > 0) return 'The request must not have a body.';
  if (incoming.mediaType !== '' && incoming.mediaType !== 'application/json') {
    return 'Content-Type must be application/json.';
  }
  return undefined;
}

export function parsedJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
