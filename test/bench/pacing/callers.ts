import { createFetch } from 'ofetch';
import pRetry from 'p-retry';
import { NetworkMappingClient } from '../../../src/core/api/networkMappingClient';
import { ServiceClient } from '../../../src/core/api/serviceClient';
import { checkEndpoint } from '../../../src/core/model/endpoint';
import type { ReadsJob, WritesJob } from './messages';

/** Reads one mapping. Rejects if it could not be read after all retries. */
export type Read = (serviceProviderId: string, urgent?: boolean) => Promise<void>;

/** Effectively unlimited: with fewer retries it is faster, but calls fail. */
const RETRIES = 12;

/** Our client, created as in the extension, with a signed-in session. */
export function ourClient(
  { url, accessToken }: Pick<ReadsJob | WritesJob, 'url' | 'accessToken'>,
  inFlight?: number,
): NetworkMappingClient {
  return new NetworkMappingClient(
    new ServiceClient({
      accountOf: () => undefined,
      endpoint: () => checkEndpoint(url),
      tokens: {
        getToken: () =>
          Promise.resolve({
            type: 'granted',
            token: accessToken,
            account: 'default',
            session: 'bench',
            missingScopes: [],
          }),
        markAccepted: () => undefined,
        refresh: () => Promise.reject(new Error('the token must not be rejected')),
      },
      ...(inFlight !== undefined && { policy: { maxInFlight: inFlight } }),
    }),
  );
}

/** How each caller reads, without the pool in front of it. */
export function readOf(job: ReadsJob): Read {
  const url = (id: string) => `${job.url}/v1/communications/serviceProviders/${encodeURIComponent(id)}/network`;
  const headers = {
    authorization: `Bearer ${job.accessToken}`,
    accept: 'application/json',
    'content-type': 'application/json',
  };
  const bare: Read = async (id) => {
    const response = await fetch(url(id), { headers });
    await response.json();
    if (!response.ok) throw new Error(String(response.status));
  };
  switch (job.caller) {
    case 'ours': {
      const client = ourClient(job, job.inFlight);
      return async (id, urgent = false) => {
        const result = await client.get(id, { urgent });
        if (!result.ok) throw new Error(result.failure.kind);
      };
    }
    case 'bare fetch':
      return bare;
    case 'ofetch': {
      const ofetch = createFetch();
      return async (id) => {
        await ofetch(url(id), { headers, retry: 3 });
      };
    }
    case 'p-retry + p-limit': {
      const waits = { minTimeout: 100, maxTimeout: 3_000, randomize: true };
      // Retry after any error; p-retry would not retry an unknown TypeError.
      const attempt = (id: string) =>
        bare(id).catch((error: unknown) => {
          throw new Error('not read', { cause: error });
        });
      return (id) => pRetry(() => attempt(id), { retries: RETRIES, ...waits });
    }
  }
}
