import type { FailureKind } from '../failures/apiFailure';
import type { RateLimiterOptions } from '../rateLimit/rateLimiter';

/** How requests are retried. Times in milliseconds. What the rate limiter is not told, it decides itself. */
export interface RetryPolicy extends Pick<RateLimiterOptions, 'backoffMs' | 'maxInFlight' | 'outageMs'> {
  /** Time limit of one attempt, body included. */
  readonly attemptTimeoutMs: number;
  /** Maximum attempts, not counting rejected ones (429). */
  readonly maxAttempts: number;
  /** How long a user waits for a throttled request while none is accepted, before it fails. */
  readonly queueTimeoutMs: number;
  /** How long a user waits for a read in all, before it fails. */
  readonly urgentLimitMs: number;
  /** The queue timeout of bulk requests. */
  readonly bulkQueueTimeoutMs: number;
}

export const RETRY_POLICY: RetryPolicy = {
  attemptTimeoutMs: 15_000,
  maxAttempts: 6,
  queueTimeoutMs: 18_000,
  urgentLimitMs: 19_000,
  bulkQueueTimeoutMs: 120_000,
};

/** Transient faults. The reference names 500 and 503; gateways add 502 and 504. */
const TRANSIENT: ReadonlySet<FailureKind> = new Set<FailureKind>([
  'serverError',
  'unavailable',
  'network',
  'nameResolution',
  'timeout',
]);

/**
 * Whether the same request may be sent again. A rejected request (429) had no effect and may always be. A read may be
 * retried after any transient fault; a write may have taken effect, which only a read can show.
 */
export function isRetryable(kind: FailureKind, isRead: boolean): boolean {
  return kind === 'throttled' || (isRead && TRANSIENT.has(kind));
}
