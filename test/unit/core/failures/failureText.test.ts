import { describe, expect, it } from 'vitest';
import {
  detailText,
  splitUrl,
  effectText,
  requestDescription,
  attemptOutcome,
  statusText,
} from '../../../../src/core/failures/failureText';
import { DETAIL_KINDS } from '../../../../src/core/failures/apiFailure';
import { OPERATIONS } from '../../../../src/core/model/networkMapping';
import { aFailure } from '../../../support/builders';

const texts = (text: typeof requestDescription, effect: 'none' | 'unknown') =>
  OPERATIONS.map((operation) => text(aFailure('timeout', { operation, effect })));

describe('the text of a failed request', () => {
  it('shows the requested mapping', () => {
    expect(texts(requestDescription, 'none')).toEqual([
      'Read the mapping',
      'Map to a skill',
      'Remap to another skill',
      'Delete the mapping',
    ]);
  });

  it('shows whether the service has another mapping now', () => {
    const read = 'None. The request only reads the mapping.';
    const none = 'None. The service did not make the change.';
    const unknown = 'Unknown. The change may have taken effect.';
    expect(texts(effectText, 'none')).toEqual([read, none, none, none]);
    expect(texts(effectText, 'unknown')).toEqual([read, unknown, unknown, unknown]);
  });

  it('shows the standard phrase of a status, if there is one', () => {
    expect(statusText(404)).toBe('404 Not Found');
    expect(statusText(599)).toBe('599');
  });

  it('shows the outcome of each attempt, which may differ from the final one', () => {
    const attempt = { startedAtMs: 0, durationMs: 1 };
    expect(attemptOutcome(aFailure('network'), { ...attempt, outcome: 503 })).toBe('503 Service Unavailable');
    expect(attemptOutcome(aFailure('network'), { ...attempt, outcome: 'timeout' })).toBe('no response in time');
  });

  it('says what was wrong with a response in a sentence, and shows a code as it is', () => {
    expect(DETAIL_KINDS.map((detailKind) => detailText(aFailure('unexpectedResponse', { detailKind })))).toEqual([
      "The access token could not be read from VS Code's secret storage.",
      'The response body is too long.',
      'The response body is empty.',
      'The response body is a web page.',
      'The response body has an unexpected format.',
      'The mapping has an unknown network type and no skill.',
    ]);
    expect(detailText(aFailure('network', { detail: 'ECONNRESET' }))).toBe('ECONNRESET');
    expect(detailText(aFailure('timeout'))).toBeUndefined();
  });

  it('shows where the request was sent, without an origin when the endpoint was refused', () => {
    expect(splitUrl(aFailure('timeout', { url: 'https://host:1/v1/a%20b' }))).toEqual({
      origin: 'https://host:1',
      path: '/v1/a%20b',
    });
    expect(splitUrl(aFailure('invalidEndpoint', { url: '/v1/a' }))).toEqual({ path: '/v1/a' });
  });
});
