import { describe, expect, it } from 'vitest';
import { isRetryable } from '../../../../src/core/api/retry';
import { FAILURE_KINDS } from '../../../../src/core/failures/apiFailure';

describe('a failed request', () => {
  it('is sent again when it was a read and the fault may pass', () => {
    expect(FAILURE_KINDS.filter((kind) => isRetryable(kind, true))).toEqual([
      'throttled',
      'serverError',
      'unavailable',
      'timeout',
      'network',
      'nameResolution',
    ]);
  });

  it('is never sent again when it was a write, unless the service refused to look at it', () => {
    expect(FAILURE_KINDS.filter((kind) => isRetryable(kind, false))).toEqual(['throttled']);
  });
});
