import type { TokenProvider } from '../api/tokenProvider';
import { NetworkMappingClient } from '../api/networkMappingClient';
import type { AttemptRecord } from '../api/serviceClient';
import type { EndpointCheck } from '../model/endpoint';
import type { ApiFailure } from '../failures/apiFailure';

/** What one read says of an access token. */
export type Verification =
  | { readonly type: 'accepted' }
  /** The service refused it: 401, which also stands for “no access to this service provider”, or 403. */
  | { readonly type: 'refused'; readonly failure: ApiFailure }
  /** No answer of the service tells. */
  | { readonly type: 'unverified'; readonly failure: ApiFailure };

interface Options {
  /** Where the access token goes. */
  readonly endpoint: () => EndpointCheck;
  readonly onAttempt?: (attempt: AttemptRecord) => void;
}

/**
 * Tries an access token that is not stored yet with one read, which is not repeated. Any answer of the service to the request
 * itself, such as that nothing is mapped, shows that it took the token.
 */
export async function verifyAccessToken(
  accessToken: string,
  serviceProviderId: string,
  options: Options,
  signal?: AbortSignal,
): Promise<Verification> {
  const takenFor: string[] = [];
  // The client compares these with each other only.
  const access = { type: 'granted', token: accessToken, account: '', session: '', missingScopes: [] } as const;
  const tokens: TokenProvider = {
    getToken: () => Promise.resolve(access),
    markAccepted: (id) => {
      takenFor.push(id);
    },
    refresh: () => Promise.resolve(undefined),
  };
  // Without patience for a pause that the service asks for: a person waits, and the pause tells nothing of the token.
  const policy = { maxAttempts: 1, queueTimeoutMs: 0 };
  const client = new NetworkMappingClient({ ...options, tokens, policy });
  const result = await client.get(serviceProviderId, { urgent: true, ...(signal && { abortSignal: signal }) });
  if (result.ok) return { type: 'accepted' };
  const { failure } = result;
  if (failure.kind === 'unauthorized' || failure.kind === 'forbidden') return { type: 'refused', failure };
  const isTaken = takenFor.length > 0 && failure.kind === 'badRequest';
  return isTaken ? { type: 'accepted' } : { type: 'unverified', failure };
}
