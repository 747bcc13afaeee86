import { describe, expect, it } from 'vitest';
import { describeFailure } from '../../../../src/core/failures/failureMessages';
import { aFailure } from '../../../support/builders';

describe('the network error message', () => {
  it.each([
    ['proxy', { detail: 'PROXY_ANSWER_407' }, /requires a user name and password\.$/, /^Add them to/],
    ['proxy', { status: 407 }, /requires a user name and password\.$/, /^Add them to/],
    ['proxy', { detail: 'PROXY_ANSWER_403' }, /refuses the connection \(status 403\)\.$/, /^Check the proxy settings/],
    ['proxy', { detail: 'PROXY_ANSWER_502' }, /cannot reach the service \(status 502\)\.$/, /^Try again later/],
    ['proxy', { detail: 'PROXY_ANSWER_500' }, /cannot reach the service \(status 500\)\.$/, /^Try again later/],
    [
      'proxy',
      { detail: 'net::ERR_PROXY_CONNECTION_FAILED' },
      /cannot be reached, refuses/,
      /^Check the proxy settings/,
    ],
    ['proxy', {}, /cannot be reached, refuses/, /^Check the proxy settings/],
    ['certificate', { detail: 'CERT_HAS_EXPIRED' }, /not valid yet/, /^Check the date and time/],
    ['certificate', { detail: 'CERT_NOT_YET_VALID' }, /not valid yet/, /^Check the date and time/],
    ['certificate', { detail: 'net::ERR_CERT_DATE_INVALID' }, /not valid yet/, /^Check the date and time/],
    ['certificate', { detail: 'ERR_TLS_CERT_ALTNAME_INVALID' }, /for a different host name/, /^Check the API endpoint/],
    [
      'certificate',
      { detail: 'net::ERR_CERT_COMMON_NAME_INVALID' },
      /for a different host name/,
      /^Check the API endpoint/,
    ],
    ['certificate', { detail: 'SELF_SIGNED_CERT_IN_CHAIN' }, /company proxy/, /^Add your company/],
    ['certificate', {}, /company proxy/, /^Add your company/],
  ] as const)('for (%s, %j) gives the technical cause', (kind, some, why, firstStep) => {
    const words = describeFailure(aFailure(kind, some));
    expect(words.cause).toMatch(why);
    expect(words.nextSteps[0]).toMatch(firstStep);
    for (const step of words.nextSteps) expect(step).toMatch(/^\p{Lu}.*[.)]$/u);
    if (kind === 'certificate') expect(words.cause).toMatch(/The access token was not sent\.$/);
  });
});
