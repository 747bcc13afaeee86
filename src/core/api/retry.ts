import type { FailureKind } from '../failures/apiFailure';

/** How a request is repeated. Times in milliseconds. */
export interface RetryPolicy {
  /** One attempt, its body included, may last this long. */
  readonly attemptTimeoutMs: number;
  /** Attempts that the service has not refused: a refusal (429) does not count. */
  readonly maxAttempts: number;
  /** How long a person waits for a request that is refused, and no other passes, until they are told. */
  readonly queueTimeoutMs: number;
  /** How long a person waits for a read in all, whatever it waits for, until they are told. */
  readonly urgentLimitMs: number;
  /** The same for what nobody waits for just now, one of many for example. */
  readonly bulkQueueTimeoutMs: number;
  /** The longest wait before a fault is repeated for the first time; doubles each time. */
  readonly backoffMs: number;
  /** How long requests fail and none passes until everybody who waits is told of an outage. */
  readonly outageMs: number;
  /** Requests under way at the same time, at most. */
  readonly maxInFlight: number;
}

export const RETRY_POLICY: RetryPolicy = {
  attemptTimeoutMs: 15_000,
  maxAttempts: 6,
  queueTimeoutMs: 18_000,
  urgentLimitMs: 19_000,
  bulkQueueTimeoutMs: 120_000,
  backoffMs: 200,
  outageMs: 7_000,
  maxInFlight: 16,
};

/** Passing faults. The reference names 500 and 503; gateways before the service answer with 502 and 504. */
const TRANSIENT: ReadonlySet<FailureKind> = new Set<FailureKind>([
  'serverError',
  'unavailable',
  'network',
  'nameResolution',
  'timeout',
]);

/**
 * Whether the same request may be sent again. What was refused before it did anything (429) may in any case. A read may after
 * any passing fault; a write may have taken effect then, and only reading can tell.
 */
export function isRetryable(kind: FailureKind, isRead: boolean): boolean {
  return kind === 'throttled' || (isRead && TRANSIENT.has(kind));
}
