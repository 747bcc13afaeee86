import { describe, expect, it } from 'vitest';
import { readErrorDetailsState } from '../../../../src/editor/webview/errorDetailsState';
import { FAILURE_KINDS } from '../../../../src/core/failures/apiFailure';
import { aFailure, OTHER_SKILL } from '../../../support/builders';

describe('the saved state of the error details panel', () => {
  it.each(FAILURE_KINDS)('is read as written, for the kind %s', (kind) => {
    const state = {
      providerName: 'Grand Meridian',
      failure: aFailure(kind, {
        operation: 'create',
        skillId: OTHER_SKILL,
        status: 500,
        serviceType: 'TYPE',
        serviceMessage: 'message',
        requestId: 'request-1',
        retryAfterMs: 1000,
        detail: 'detail',
        detailKind: 'webPage',
        effect: 'unknown',
        attempts: [
          { startedAtMs: 1, durationMs: 2, outcome: kind },
          { startedAtMs: 1, durationMs: 2, outcome: 500, requestId: 'request-1' },
        ],
      }),
    };
    expect(readErrorDetailsState(JSON.parse(JSON.stringify(state)))).toEqual(state);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['text', 'failure'],
    ['no failure', { providerName: 'A' }],
    ['no name', { failure: aFailure('timeout') }],
    ['an unknown kind', { providerName: 'A', failure: { ...aFailure('timeout'), kind: 'toString' } }],
    ['an attempt without a time', withAttempt({ startedAtMs: 1e300, durationMs: 1, outcome: 500 })],
    ['an attempt with another outcome', withAttempt({ startedAtMs: 1, durationMs: 1, outcome: 'fine' })],
  ])('is discarded if invalid: %s', (_case, kept) => {
    expect(readErrorDetailsState(kept)).toBeUndefined();
  });
});

function withAttempt(attempt: unknown): unknown {
  return { providerName: 'A', failure: { ...aFailure('timeout'), attempts: [attempt] } };
}
