import * as v from 'valibot';
import type { Answer, Plan } from './answer';
import type { Incoming } from './incoming';
import { malformedBodyless, malformedWrite, parsedJson, problem, readTarget, readToken } from './mappingApi';
import { describeIssues } from './refusal';
import { CreateProviderSchema, type MappingService, type ProviderOperation, UpdateProviderSchema } from './service';
import type { Switches } from './switches';
import type { TokenStore } from './tokens';

/** Self-Service Onboarding REST API Reference, "Operations": create is of the collection, the others of one of its members. */
const operations: Record<string, ProviderOperation> = {
  DELETE: 'deleteProvider',
  GET: 'readProvider',
  PUT: 'updateProvider',
};
const collection = '/v1/communications/serviceProviders';
const resource = /^\/v1\/communications\/serviceProviders\/([^/]+)$/;

export interface ProviderRoute {
  operation: ProviderOperation | 'unknown';
  serviceProviderId?: string;
  /** The error response to a request that is not part of the API. */
  problem?: Answer;
}

/** Whether a request is for a service provider itself, or for all of them. */
export function isProviderRequest({ path }: Incoming): boolean {
  return path === collection || resource.test(path);
}

/** Finds the operation and the service provider of a request. */
export function routeProviderRequest({ method, path, query }: Incoming, switches: Switches): ProviderRoute {
  const segment = resource.exec(path)?.[1];
  const supported = segment === undefined ? { POST: 'createProvider' as const } : operations;
  const operation = Object.entries(supported).find(([name]) => name === method)?.[1];
  if (!operation) {
    const allow = { Allow: Object.keys(supported).join(', ') };
    return { operation: 'unknown', problem: problem(405, `${method} is not an operation.`, switches, allow) };
  }
  if (segment !== undefined) return { operation, ...readTarget(segment, query, switches) };
  return query === undefined
    ? { operation }
    : { operation, problem: problem(400, 'The operation takes no query.', switches) };
}

/** Checks a request in the same order as one for a mapping, by the current state. */
export function planProviderRequest(
  route: ProviderRoute,
  incoming: Incoming,
  { service, tokens, switches }: { service: MappingService; tokens: TokenStore; switches: Switches },
): Plan {
  const refuse = (status: number, message: string): Plan => ({ answer: problem(status, message, switches) });
  const { operation, serviceProviderId = '' } = route;
  if (route.problem) return { answer: route.problem };
  if (operation === 'unknown') throw new Error('a route without a problem has an operation');
  const token = readToken(incoming, tokens, switches);
  if ('status' in token) return { answer: token };
  const subject = { operation, serviceProviderId, account: token.account };
  const schema = schemaOf(operation);
  const malformed = schema ? malformedWrite(incoming) : malformedBodyless(incoming);
  if (malformed !== undefined) return refuse(incoming.tooLarge ? 413 : 400, malformed);
  if (!schema) return service.planForProvider({ ...subject, body: {} }, switches);
  const body = v.safeParse(schema, parsedJson(incoming.bytes));
  if (!body.success) return refuse(400, describeIssues(body.issues));
  return service.planForProvider({ ...subject, body: body.output }, switches);
}

function schemaOf(operation: ProviderOperation) {
  if (operation === 'createProvider') return CreateProviderSchema;
  return operation === 'updateProvider' ? UpdateProviderSchema : undefined;
}
