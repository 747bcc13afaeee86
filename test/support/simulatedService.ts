import { NetworkMappingClient } from '../../src/core/api/networkMappingClient';
import { OnboardingClient } from '../../src/core/api/onboardingClient';
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

/** Sends requests to a service on this machine. */
export function serviceClientOf(
  url: string,
  tokens: TokenProvider,
  policy: Partial<RetryPolicy> = {},
  onAttempt?: (attempt: AttemptRecord) => void,
): ServiceClient {
  return new ServiceClient({
    accountOf: () => undefined,
    endpoint: () => checkEndpoint(url),
    tokens,
    policy: { ...QUICK, ...policy },
    ...(onAttempt && { onAttempt }),
  });
}

/** The real client, connected to a service on this machine. */
export function clientOf(...args: Parameters<typeof serviceClientOf>): NetworkMappingClient {
  return new NetworkMappingClient(serviceClientOf(...args));
}

/** The real client of service providers themselves, as {@link clientOf} of their mappings. */
export function onboardingClientOf(...args: Parameters<typeof serviceClientOf>): OnboardingClient {
  return new OnboardingClient(serviceClientOf(...args));
}
