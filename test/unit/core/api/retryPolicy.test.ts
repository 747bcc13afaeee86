import { describe, expect, it } from 'vitest';
import { isRetryable } from '../../../../src/core/api/retryPolicy';
import { FAILURE_KINDS } from '../../../../src/core/failures/apiFailure';

describe('a failed request', () => {
  it('is retried when it was a read and the fault is temporary', () => {
    expect(FAILURE_KINDS.filter((kind) => isRetryable(kind, true))).toEqual([
      'throttled',
      'serverError',
      'unavailable',
      'timeout',
      'network',
      'nameResolution',
    ]);
  });

  it('is never retried when it was a write, unless the service rejected it unprocessed', () => {
    expect(FAILURE_KINDS.filter((kind) => isRetryable(kind, false))).toEqual(['throttled']);
  });
});
