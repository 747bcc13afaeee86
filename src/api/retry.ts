import type { FailureKind } from '../core/failure';

/** How a request is repeated. Times in milliseconds. */
export interface RetryPolicy {
  /** One attempt, its body included, may last this long. */
  readonly attemptLimitMs: number;
  readonly maxAttempts: number;
  /** No wait begins that would end later than this after the first attempt began. */
  readonly patienceMs: number;
  /** The longest wait before the second attempt; doubles for each further one, up to `maxBackoffMs`. */
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
}

export const RETRY_POLICY: RetryPolicy = {
  attemptLimitMs: 15_000,
  maxAttempts: 5,
  patienceMs: 30_000,
  backoffMs: 500,
  maxBackoffMs: 8_000,
};

/** Passing faults. The reference names 429, 500 and 503; gateways before the service answer with 502 and 504. */
const PASSING: ReadonlySet<FailureKind> = new Set<FailureKind>([
  'throttled',
  'serverError',
  'unavailable',
  'network',
  'nameResolution',
  'timeout',
]);

/**
 * Whether the same request may be sent again. A read may after any passing fault. A write only when it was refused
 * before it could do anything (429): after any other fault it may have taken effect, and only reading can tell.
 */
export function mayRepeat(kind: FailureKind, isRead: boolean): boolean {
  return isRead ? PASSING.has(kind) : kind === 'throttled';
}

/**
 * The wait before the next attempt: exponential back-off with full jitter, on top of what the service asked for.
 *
 * @param attempt how many attempts were made, from 1
 * @param random a number in [0, 1)
 */
export function waitBefore(policy: RetryPolicy, attempt: number, random: number, retryAfter = 0): number {
  const longest = Math.min(policy.maxBackoffMs, policy.backoffMs * 2 ** (attempt - 1));
  return retryAfter + random * longest;
}
