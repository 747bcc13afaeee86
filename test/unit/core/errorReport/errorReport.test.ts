import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorReport } from '../../../../src/core/errorReport/errorReport';
import { anyText, aSecret } from '../../../support/arbitraries';
import { FAILURE_KINDS } from '../../../../src/core/failures/apiFailure';
import { aFailure, OTHER_SKILL, SERVICE_PROVIDER } from '../../../support/builders';

const VERSIONS = { extension: '1.2.3', editor: 'Visual Studio Code 1.100.3' };

describe('the report of a failure', () => {
  it('contains everything that support asks for', () => {
    const failure = aFailure('unavailable', {
      operation: 'update',
      skillId: OTHER_SKILL,
      status: 503,
      serviceType: 'SERVICE_UNAVAILABLE',
      serviceMessage: 'Try later.',
      requestId: 'request-2',
      attempts: [
        { startedAtMs: Date.UTC(2025, 10, 22, 13, 5, 33, 123), durationMs: 1042, outcome: 429, requestId: 'request-1' },
        { startedAtMs: Date.UTC(2025, 10, 22, 13, 5, 36, 7), durationMs: 40, outcome: 503, requestId: 'request-2' },
      ],
      effect: 'unknown',
    });
    expect(errorReport(failure, 'Grand Meridian', VERSIONS)).toBe(`# The service is not available

It is down for maintenance, overloaded, or unreachable behind a gateway. The change may have taken effect, so it was not sent again. The mapping is read to find out.

## Request

- Service provider: \`Grand Meridian\`
- Service provider ID: \`${SERVICE_PROVIDER}\`
- Requested: Remap to another skill
- Skill ID: \`${OTHER_SKILL}\`
- Method and path: \`PUT /v1/communications/serviceProviders/${SERVICE_PROVIDER}/network\`
- Endpoint: \`https://api.amazonalexa.com\`
- Effect: Unknown. The change may have taken effect.

## Response

- HTTP status: 503 Service Unavailable
- Request ID: \`request-2\`
- Error type from the service: \`SERVICE_UNAVAILABLE\`
- Error message from the service: \`Try later.\`
- The service's message is for debugging only. Don't share it with customers.

## Attempts

1. 2025-11-22T13:05:33.123Z, 1042 ms: 429 Too Many Requests, request ID \`request-1\`
2. 2025-11-22T13:05:36.007Z, 40 ms: 503 Service Unavailable, request ID \`request-2\`

## Next steps

1. Try again in a few minutes.

- Network mapping reference: https://developer.amazon.com/en-US/docs/alexa/alexa-smart-properties/service-provider-network-mapping-api-for-asp.html

## Versions

- Extension: \`Alexa Network Mapping 1.2.3\`
- Editor: \`Visual Studio Code 1.100.3\`
`);
  });

  it('has the name of the skill, if it has one', () => {
    const failure = aFailure('badRequest', { operation: 'update', skillId: OTHER_SKILL, status: 400 });
    expect(errorReport(failure, 'A', VERSIONS, { skillName: 'Concierge `1`' })).toContain(
      `- Skill: \`\` Concierge \`1\` \`\`\n- Skill ID: \`${OTHER_SKILL}\`\n`,
    );
  });

  it('shows no more than is known of a request that was never sent', () => {
    const failure = aFailure('invalidEndpoint', { url: '/v1/network', attempts: [], detail: 'Only https is allowed.' });
    expect(errorReport(failure, 'Grand Meridian', VERSIONS)).toBe(`# The API endpoint in the settings cannot be used

Only https is allowed. Nothing was sent.

## Request

- Service provider: \`Grand Meridian\`
- Service provider ID: \`${SERVICE_PROVIDER}\`
- Requested: Read the mapping
- Method and path: \`GET /v1/network\`
- Effect: None. The request only reads the mapping.

## Response

- Nothing was sent.
- Detail: \`Only https is allowed.\`

## Attempts

Nothing was sent.

## Next steps

1. Correct the setting alexaNetworkMapping.apiEndpoint.

## Versions

- Extension: \`Alexa Network Mapping 1.2.3\`
- Editor: \`Visual Studio Code 1.100.3\`
`);
  });

  it('has no next steps once the failure is resolved', () => {
    const failure = aFailure('timeout', { operation: 'update', skillId: OTHER_SKILL, effect: 'unknown' });
    const report = errorReport(failure, 'A', VERSIONS, {
      checked: 'Checked at 10:29: mapped to X',
      isEffectKnown: true,
      resolved: 'Resolved at 10:29.',
    });
    expect(report).toMatch(/^# Resolved: The service did not respond in time\n\nResolved at 10:29\.\n/);
    expect(report).toContain('- Effect: Checked at 10:29: mapped to X\n');
    expect(report).not.toMatch(/Next steps|may have taken effect/);
  });

  it('has each attempt and each step on its own line', () => {
    const attempts = [
      { startedAtMs: Date.UTC(2025, 10, 22), durationMs: 7, outcome: 'network' as const },
      { startedAtMs: Date.UTC(2025, 10, 23), durationMs: 40, outcome: 503 },
    ];
    const report = errorReport(aFailure('timeout', { attempts }), 'A', VERSIONS);
    expect(report).toContain(
      '\n1. 2025-11-22T00:00:00.000Z, 7 ms: no connection\n2. 2025-11-23T00:00:00.000Z, 40 ms: 503 Service Unavailable\n',
    );
    expect(report).toContain('\n1. Try again.\n2. Check whether a VPN or proxy slows down the connection.\n');
  });

  it('says that the service returned no request ID, and that no response arrived', () => {
    expect(errorReport(aFailure('serverError', { status: 500 }), 'A', VERSIONS)).toContain(
      'not provided by the service',
    );
    expect(errorReport(aFailure('timeout'), 'A', VERSIONS)).toContain('No response was received.');
    const unsent = errorReport(aFailure('canceled', { attempts: [] }), 'A', VERSIONS);
    expect(unsent).toContain('- Nothing was sent.');
    expect(unsent).not.toContain('No response was received.');
  });

  it.each(FAILURE_KINDS)('can be created for a failure of kind %s', (kind) => {
    const report = errorReport(aFailure(kind, { detail: 'of its own' }), 'Grand Meridian', VERSIONS);
    expect(report).toMatch(/^# \S/);
    expect(report).not.toContain('undefined');
  });

  it('puts external text in code spans, where Markdown has no effect', () => {
    fc.assert(
      fc.property(anyText(), (words) => {
        const make = (text: string) =>
          errorReport(aFailure('badRequest', { status: 400, serviceMessage: text, detail: text }), text, VERSIONS);
        expect(outsideCode(make(words))).toBe(outsideCode(make('x')));
      }),
      { examples: [['` @team ``![](https://example.org/x.png)'], ['<img src=x>\n# Title\n`'], ['`'], ['``'], ['']] },
    );
  });

  it('contains no markup from the settings', () => {
    const failure = aFailure('invalidEndpoint', { url: '/v1', attempts: [], detail: '<img src=x> [here](command:x)' });
    expect(errorReport(failure, 'A', VERSIONS)).toContain(
      String.raw`\<img src=x> \[here](command:x) Nothing was sent.`,
    );
  });

  it('contains no secret, even if a failure has one', () => {
    fc.assert(
      fc.property(aSecret, (secret) => {
        const failure = aFailure('badRequest', {
          status: 400,
          operation: 'create',
          serviceProviderId: secret,
          skillId: secret,
          serviceType: `type ${secret}`,
          serviceMessage: `Authorization: Bearer ${secret}`,
          requestId: secret,
          detail: `client_secret=${secret}`,
          attempts: [{ startedAtMs: 0, durationMs: 1, outcome: 400, requestId: secret }],
        });
        const report = errorReport(failure, `Name ${secret}`, VERSIONS);
        expect(report).not.toContain(secret);
        expect(report).toContain('`Name [redacted]`');
        expect(report).not.toContain(encodeURIComponent(secret));
      }),
    );
  });
});

/** Removes the code spans as CommonMark reads them: from a run of backticks to the next run of the same length. */
function outsideCode(markdown: string): string {
  return markdown.replace(/(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/g, 'CODE');
}
