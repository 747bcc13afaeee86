import type { ApiFailure, Result } from '../failures/apiFailure';
import { checkServiceProviderId } from '../model/identifiers';
import type { ProviderOperation } from '../model/serviceProvider';
import { redactSentSecrets } from '../text/sentSecrets';
import { parseBody, requestIdOf, serviceText, type HttpResponse } from './httpResponse';
import { CreatedProviderBody, ServiceProviderBody } from './schemas';
import type { Accept, RequestContext, ServiceClient, ServiceRequest } from './serviceClient';

const METHODS = {
  readProvider: 'GET',
  createProvider: 'POST',
  updateProvider: 'PUT',
  deleteProvider: 'DELETE',
} as const;

/** The only locale that the service takes. */
const LOCALE = 'en-US';

/** Whether there is a service provider, and how the service describes it. */
export type ProviderReading =
  | { readonly type: 'exists'; readonly logicalId?: string; readonly displayName?: string }
  /** The service itself knows no such service provider, or not for this account; the failure explains it. */
  | { readonly type: 'unknown'; readonly failure: ApiFailure };

/** A service provider to create. */
export interface NewServiceProvider {
  /** Unique for each service provider: a create with one that is in use fails. */
  readonly logicalId: string;
  readonly displayName?: string;
}

/**
 * The Self-Service Onboarding REST API: the service provider itself. It has no list. Returns failures as values; never
 * throws. The responses to a read, a rename and a delete are not documented beyond their success: what came is shown.
 *
 * @see
 *   https://developer.amazon.com/en-US/docs/alexa/alexa-smart-properties/self-service-onboarding-api-for-asp.html
 */
export class OnboardingClient {
  /** @param service shared with the clients of other APIs, which have the same rate limits */
  constructor(private readonly service: ServiceClient) {}

  /**
   * Reads a service provider. It is made one attempt, because nothing depends on the answer: without one, it is not known
   * whether there is such a service provider.
   */
  async read(serviceProviderId: string, context: RequestContext = {}): Promise<Result<ProviderReading>> {
    const request = { ...requestFor('readProvider', serviceProviderId), isDispensable: true } as const;
    const result = await this.service.send<ProviderReading>(request, context, (response, token) =>
      response.status === 200 ? described(response, serviceProviderId, token) : undefined,
    );
    // The kind says that the 404 is the service's own.
    if (result.ok || result.failure.kind !== 'notFound') return result;
    return { ok: true, value: { type: 'unknown', failure: result.failure } };
  }

  /**
   * Creates a service provider once, for the account of the expected sender; the value is its ID. Retries like
   * {@link NetworkMappingClient.change}.
   */
  async create({ logicalId, displayName }: NewServiceProvider, context: RequestContext = {}): Promise<Result<string>> {
    const body = {
      serviceProviderLogicalId: logicalId,
      ...(displayName !== undefined && { displayName: namesOf(displayName) }),
    };
    const request: ServiceRequest = {
      operation: 'createProvider',
      serviceProviderId: '',
      logicalId,
      ...(displayName !== undefined && { displayName }),
      ...(context.expected?.account !== undefined && { account: context.expected.account }),
      method: METHODS.createProvider,
      path: COLLECTION,
      body,
    };
    return this.service.send(request, context, (response, token) => {
      const created = response.status === 201 ? parseBody(response, CreatedProviderBody) : undefined;
      // The ID is service-provided text: it must not repeat any part of the token.
      const id = created?.serviceProviderId;
      return id !== undefined && redactSentSecrets(id, [token]) === id ? id : undefined;
    });
  }

  /** Replaces the display name. */
  rename(serviceProviderId: string, displayName: string, context: RequestContext = {}): Promise<Result<true>> {
    const body = { displayName: namesOf(displayName) };
    const request = { ...requestFor('updateProvider', serviceProviderId), displayName, body };
    return this.service.send(request, context, acceptDone(serviceProviderId));
  }

  /** Deletes a service provider. A deleted one does not come back under its ID. */
  delete(serviceProviderId: string, context: RequestContext = {}): Promise<Result<true>> {
    return this.service.send(requestFor('deleteProvider', serviceProviderId), context, acceptDone(serviceProviderId));
  }
}

const COLLECTION = '/v1/communications/serviceProviders';

function requestFor(
  operation: Exclude<ProviderOperation, 'createProvider'>,
  serviceProviderId: string,
): ServiceRequest {
  // IDs from the settings were checked; one from a journal file or a restored panel may consist of dots only.
  const isId = checkServiceProviderId(serviceProviderId).ok;
  return {
    operation,
    serviceProviderId,
    method: METHODS[operation],
    path: `${COLLECTION}/${isId ? encodeURIComponent(serviceProviderId) : '-'}`,
    ...(!isId && { isUnsendable: true }),
  };
}

function namesOf(value: string) {
  return [{ locale: LOCALE, value }];
}

/** Accepts a success without a body, or with a description that does not contradict the request. */
function acceptDone(serviceProviderId: string): Accept<true> {
  return (response, token) => {
    if (response.status !== 200 && response.status !== 204) return undefined;
    if (response.complete && response.body.trim() === '') return true;
    return described(response, serviceProviderId, token) && true;
  };
}

/** Returns what a response says of the service provider; undefined if it is not about that one. */
function described(
  response: HttpResponse,
  serviceProviderId: string,
  token: string,
): (ProviderReading & { readonly type: 'exists' }) | undefined {
  const body = parseBody(response, ServiceProviderBody);
  // Without the ID, it is the service's own only by its request ID; any JSON of a gateway would do otherwise.
  const isOwn = body?.serviceProviderId
    ? body.serviceProviderId === serviceProviderId
    : requestIdOf(response.headers, []) !== undefined && !response.body.trim().startsWith('[');
  if (!body || !isOwn) return undefined;
  const name = body.displayName?.find(({ locale }) => locale === LOCALE) ?? body.displayName?.[0];
  const logicalId = body.serviceProviderLogicalId && serviceText(body.serviceProviderLogicalId, [token]);
  const displayName = name && serviceText(name.value, [token]);
  return { type: 'exists', ...(logicalId && { logicalId }), ...(displayName && { displayName }) };
}
