import { createFetch } from 'ofetch';
import pRetry from 'p-retry';
import { NetworkMappingClient } from '../../../src/core/api/networkMappingClient';
import { checkEndpoint } from '../../../src/core/model/endpoint';
import type { ReadsJob, WritesJob } from './messages';

/** Reads one mapping. Rejects when it could not be read, however often it was tried. */
export type Read = (serviceProviderId: string, urgent?: boolean) => Promise<void>;

/** As often as it takes: with fewer retries it is quicker and fails calls. */
const RETRIES = 12;

/** Our client as the extension makes it, for somebody who is signed in. */
export function ourClient(
  { url, accessToken }: Pick<ReadsJob | WritesJob, 'url' | 'accessToken'>,
  inFlight?: number,
): NetworkMappingClient {
  return new NetworkMappingClient({
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
      refresh: () => Promise.reject(new Error('the token is not to be refused')),
    },
    ...(inFlight !== undefined && { policy: { maxInFlight: inFlight } }),
  });
}

/** How each caller reads; the pool in front of it is not a part of that. */
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
      // Whatever it was, it is tried again; p-retry would give up on a TypeError that it does not know.
      const attempt = (id: string) =>
        bare(id).catch((error: unknown) => {
          throw new Error('not read', { cause: error });
        });
      return (id) => pRetry(() => attempt(id), { retries: RETRIES, ...waits });
    }
  }
}
