import { performance } from 'node:perf_hooks';
import { errorBody, jsonAnswer, type Answer } from './answer';
import type { RateLimit, Switches } from './switches';

/** A token bucket: `burst` calls immediately, and a sustained rate of `perSecond`. */
export class RateLimiter {
  #tokens = Infinity;
  #filledAtMs = 0;

  /** Takes a token, or returns a 429 response (reference, "HTTP status codes": permitted rate limit exceeded). */
  check({ rateLimit, errorBody: shape }: Switches): Answer | undefined {
    if (!rateLimit) {
      this.#tokens = Infinity;
      return undefined;
    }
    const nowMs = performance.now();
    const refill = this.#tokens === Infinity ? 0 : ((nowMs - this.#filledAtMs) / 1000) * rateLimit.perSecond;
    this.#tokens = Math.min(rateLimit.burst, this.#tokens + refill);
    this.#filledAtMs = nowMs;
    if (this.#tokens < 1) return jsonAnswer(429, errorBody(429, 'Rate exceeded.', shape), retryAfterHeader(rateLimit));
    this.#tokens--;
    return undefined;
  }
}

function retryAfterHeader({ retryAfter, retryAfterSeconds }: RateLimit): Record<string, string> {
  switch (retryAfter) {
    case 'none':
      return {};
    case 'seconds':
      return { 'Retry-After': String(retryAfterSeconds) };
    case 'date':
      return { 'Retry-After': new Date(Date.now() + retryAfterSeconds * 1000).toUTCString() };
    case 'garbage':
      return { 'Retry-After': 'in a while' };
  }
}
