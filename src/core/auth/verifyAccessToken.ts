import type { TokenProvider } from '../api/tokenProvider';
import { NetworkMappingClient } from '../api/networkMappingClient';
import { ServiceClient, type AttemptRecord } from '../api/serviceClient';
import type { EndpointCheck } from '../model/endpoint';
import type { ApiFailure } from '../failures/apiFailure';

/** What one read shows about an access token. */
export type Verification =
  | { readonly type: 'accepted' }
  /** The service rejected it: 401, which also means “no access to this service provider”, or 403. */
  | { readonly type: 'rejected'; readonly failure: ApiFailure }
  /** The response, if any, does not show whether it is valid. */
  | { readonly type: 'unverified'; readonly failure: ApiFailure };

interface Options {
  /** Where the access token is sent. */
  readonly endpoint: () => EndpointCheck;
  readonly onAttempt?: (attempt: AttemptRecord) => void;
}

/**
 * Tries an access token that is not stored yet with a single read. Any response of the service to the request itself,
 * such as "not mapped", shows that the token was accepted.
 */
export async function verifyAccessToken(
  accessToken: string,
  serviceProviderId: string,
  options: Options,
  signal?: AbortSignal,
): Promise<Verification> {
  const takenFor: string[] = [];
  // Placeholders: the client only compares these with each other.
  const access = { type: 'granted', token: accessToken, account: '', session: '', missingScopes: [] } as const;
  const tokens: TokenProvider = {
    getToken: () => Promise.resolve(access),
    markAccepted: (id) => {
      takenFor.push(id);
    },
    refresh: () => Promise.resolve(undefined),
  };
  // Do not wait for a requested back-off: a user waits, and the back-off says nothing about the token.
  const policy = { maxAttempts: 1, queueTimeoutMs: 0 };
  const client = new NetworkMappingClient(
    new ServiceClient({ ...options, accountOf: () => undefined, tokens, policy }),
  );
  const result = await client.get(serviceProviderId, { urgent: true, ...(signal && { abortSignal: signal }) });
  if (result.ok) return { type: 'accepted' };
  const { failure } = result;
  if (failure.kind === 'unauthorized' || failure.kind === 'forbidden') return { type: 'rejected', failure };
  const isTaken = takenFor.length > 0 && failure.kind === 'badRequest';
  return isTaken ? { type: 'accepted' } : { type: 'unverified', failure };
}
