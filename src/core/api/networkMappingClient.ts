import type { DetailKind, Result } from '../failures/apiFailure';
import { checkServiceProviderId } from '../model/identifiers';
import type { MappingChange, NetworkMapping, Operation } from '../model/networkMapping';
import { redactSentSecrets } from '../text/sentSecrets';
import { isErrorOfService, parseBody, type HttpResponse } from './httpResponse';
import { ChangeBody, NetworkMappingBody, UnknownNetworkBody } from './schemas';
import type { Accept, RequestContext, ServiceClient, ServiceRequest } from './serviceClient';

const METHODS = { get: 'GET', create: 'POST', update: 'PUT', delete: 'DELETE' } as const;

/**
 * The Service Provider Network Mapping REST API: four operations on one resource. Returns failures as values; never
 * throws.
 *
 * @see
 *   https://developer.amazon.com/en-US/docs/alexa/alexa-smart-properties/service-provider-network-mapping-api-for-asp.html
 */
export class NetworkMappingClient {
  /** @param service shared with the clients of other APIs, which have the same rate limits */
  constructor(private readonly service: ServiceClient) {}

  /**
   * Reads the mapping. A 404 from the service means "not mapped"; it does not distinguish that from an unknown service
   * provider. A 404 from a gateway is a failure.
   */
  async get(serviceProviderId: string, context: RequestContext = {}): Promise<Result<NetworkMapping>> {
    return this.send({ operation: 'get', serviceProviderId }, context, (response) => {
      if (response.status === 404 && isErrorOfService(response)) return { type: 'notMapped' };
      const body = response.status === 200 ? parseBody(response, NetworkMappingBody) : undefined;
      return body && { type: 'mapped', skillId: body.skillConfiguration.skillId };
    });
  }

  /**
   * Sends one change. Retries only after a rejection that had no effect (401 with another token, 429). The value is the
   * mapping that the service confirmed; a failure's `effect` says whether the change may have taken effect.
   */
  async change(change: MappingChange, context: RequestContext = {}): Promise<Result<NetworkMapping>> {
    if (change.operation === 'delete') {
      // Documented without a body: a response with one may come from a gateway.
      return this.send(change, context, ({ status, complete, body }) =>
        status === 200 && complete && body.trim() === '' ? { type: 'notMapped' } : undefined,
      );
    }
    const documented = change.operation === 'create' ? 201 : 200;
    return this.send(change, context, (response) => {
      const body = response.status === documented ? parseBody(response, ChangeBody) : undefined;
      return body?.serviceProviderId === change.serviceProviderId
        ? { type: 'mapped', skillId: change.skillId }
        : undefined;
    });
  }

  private async send(
    subject: Pick<ServiceRequest, 'serviceProviderId' | 'skillId'> & { readonly operation: Operation },
    context: RequestContext,
    accept: Accept<NetworkMapping>,
  ): Promise<Result<NetworkMapping>> {
    // IDs from the settings were checked; one from a journal file or a restored panel may consist of dots only.
    const isId = checkServiceProviderId(subject.serviceProviderId).ok;
    const segment = isId ? encodeURIComponent(subject.serviceProviderId) : '-';
    const request: ServiceRequest = {
      ...subject,
      method: METHODS[subject.operation],
      path: `/v1/communications/serviceProviders/${segment}/network`,
      ...(subject.skillId !== undefined && {
        body: { networkType: 'SKILL', skillConfiguration: { skillId: subject.skillId } },
      }),
      ...(!isId && { isUnsendable: true }),
      unexpectedDetail,
    };
    return this.service.send(request, context, (response, token) => {
      const mapping = accept(response, token);
      // The skill ID is service-provided text, too: it must not repeat any part of the token.
      return mapping?.type === 'mapped' && redactSentSecrets(mapping.skillId, [token]) !== mapping.skillId
        ? undefined
        : mapping;
    });
  }
}

/** Recognizes a mapping to something that this version does not know. */
function unexpectedDetail(response: HttpResponse): DetailKind | undefined {
  return response.status === 200 && parseBody(response, UnknownNetworkBody) ? 'unknownNetworkType' : undefined;
}
