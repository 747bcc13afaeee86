import { NetworkMappingClient } from '../../src/core/api/networkMappingClient';
import { ServiceClient, type AttemptRecord } from '../../src/core/api/serviceClient';
import type { RetryPolicy } from '../../src/core/api/retryPolicy';
import { checkEndpoint } from '../../src/core/model/endpoint';
import type { TokenProvider } from '../../src/core/api/tokenProvider';

/** Delays of milliseconds. The attempt timeout is long, so that a busy computer does not reach it by chance. */
const QUICK: RetryPolicy = {
  attemptTimeoutMs: 20_000,
  maxAttempts: 3,
  queueTimeoutMs: 1_000,
  urgentLimitMs: 20_000,
  bulkQueueTimeoutMs: 1_000,
  backoffMs: 1,
  outageMs: 7_000,
  maxInFlight: 16,
};

/** The real client, connected to a service on this machine. */
export function clientOf(
  url: string,
  tokens: TokenProvider,
  policy: Partial<RetryPolicy> = {},
  onAttempt?: (attempt: AttemptRecord) => void,
): NetworkMappingClient {
  return new NetworkMappingClient(
    new ServiceClient({
      accountOf: () => undefined,
      endpoint: () => checkEndpoint(url),
      tokens,
      policy: { ...QUICK, ...policy },
      ...(onAttempt && { onAttempt }),
    }),
  );
}
