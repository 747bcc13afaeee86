import fc from 'fast-check';
import { afterEach, expect, it, vi } from 'vitest';
import { NetworkMappingClient, type AttemptRecord } from '../../../src/api/networkMappingClient';
import { renew } from '../../../src/auth/loginWithAmazon';
import { displayText } from '../../../src/core/displayText';
import { explain } from '../../../src/core/explanation';
import { explainSignIn } from '../../../src/core/signInExplanation';
import { logAttempt } from '../../../src/log/requestLog';
import { PreparedTokens } from '../../support/accessTokens';
import { ACCESS_TOKEN, SERVICE_PROVIDER, SKILL } from '../../support/builders';
import { hostileJson, hostileText } from '../../support/hostileText';

afterEach(() => {
  vi.unstubAllGlobals();
});

const REFRESH_TOKEN = 'Atzr|hostile-refresh-token-0123456789';
const CLIENT = { id: 'amzn1.application-oa2-client.hostile', secret: 'amzn1.oa2-cs.v1.hostile-0123456789' };
const SECRETS = [ACCESS_TOKEN, REFRESH_TOKEN, CLIENT.secret];

/** A value of a header: whatever HTTP lets through. */
const headerValue = hostileText.map((text) => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, ''));

const said = fc.oneof(
  hostileText,
  fc.constantFrom(...SECRETS),
  hostileText.map((text) => text.repeat(2_000)),
);

/** Bodies that are nearly what is documented, and any other. */
const body = fc.oneof(
  fc.record({ type: said, code: said, message: said, error: said, error_description: said }, { requiredKeys: [] }),
  fc.record(
    {
      networkType: fc.constantFrom('SKILL', 'X'),
      skillConfiguration: fc.record({ skillId: said }),
      serviceProviderId: said,
    },
    { requiredKeys: [] },
  ),
  fc.record(
    {
      access_token: said,
      token_type: fc.constantFrom('bearer', 'x'),
      expires_in: fc.oneof(fc.integer(), fc.double(), said),
      refresh_token: said,
    },
    { requiredKeys: [] },
  ),
  hostileJson,
);

/** As each API refuses. */
const refusal = fc.record({
  status: fc.constantFrom(400, 401, 403),
  headers: fc.constant({ 'content-type': 'application/json' }),
  body: fc
    .record({
      error: fc.constantFrom('invalid_grant', 'invalid_request', 'server_error'),
      error_description: said,
      message: said,
    })
    .map((json) => JSON.stringify(json)),
});

const anyAnswer = fc.record({
  status: fc.oneof(
    fc.constantFrom(200, 201, 400, 401, 403, 404, 407, 409, 429, 500, 503),
    fc.integer({ min: 200, max: 599 }),
  ),
  headers: fc.dictionary(
    fc.constantFrom('content-type', 'retry-after', 'x-amzn-requestid', 'x-amz-rid', 'location', 'date'),
    fc.oneof(headerValue, fc.constantFrom('application/json', 'text/html', '1', '-1', '1e9', ...SECRETS)),
  ),
  body: fc.oneof(
    body.map((json) => JSON.stringify(json)),
    hostileText,
    fc.uint8Array({ maxLength: 64 }),
  ),
});

const answer = fc.oneof({ weight: 3, arbitrary: anyAnswer }, refusal);

function answerWith({
  status,
  headers,
  body: bytes,
}: {
  status: number;
  headers: Record<string, string>;
  body: string | Uint8Array;
}) {
  const hasBody = ![204, 205, 304].includes(status);
  vi.stubGlobal('fetch', () =>
    Promise.resolve(new Response(hasBody ? Buffer.from(bytes) : null, { status, headers: { ...headers } })),
  );
}

/** All texts in a value. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function expectInert(words: unknown): void {
  for (const text of textsIn(words)) {
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    expect(text.length).toBeLessThan(3_000);
    for (const secret of SECRETS) expect(text).not.toContain(secret);
  }
}

it('of the service, whatever they are, come to a mapping or to inert words, and to one line of the log', async () => {
  const lines: string[] = [];
  const log = { info: (line: string) => void lines.push(line), debug: (line: string) => void lines.push(line) };
  const client = () =>
    new NetworkMappingClient({
      endpoint: () => ({ ok: true, url: 'https://api.example.com' }),
      tokens: new PreparedTokens(ACCESS_TOKEN).thenReplaceWith(undefined).thenReplaceWith(undefined),
      policy: { maxAttempts: 1, backoffMs: 1, patienceMs: 0, longPatienceMs: 0 },
      onAttempt: (attempt: AttemptRecord) => {
        logAttempt(log, attempt);
      },
    });
  await fc.assert(
    fc.asyncProperty(answer, async (given) => {
      answerWith(given);
      lines.length = 0;
      const asked = [
        client().get(SERVICE_PROVIDER),
        client().change({ operation: 'update', serviceProviderId: SERVICE_PROVIDER, skillId: SKILL }),
      ];
      for (const result of await Promise.all(asked)) {
        if (result.ok) continue;
        expectInert(result.failure);
        expectInert(explain(result.failure));
      }
      expectInert(lines);
    }),
    { numRuns: 300 },
  );
});

it('of Login with Amazon, whatever they are, come to tokens or to inert words', async () => {
  await fc.assert(
    fc.asyncProperty(answer, async (given) => {
      answerWith(given);
      const result = await renew(REFRESH_TOKEN, CLIENT, 'https://api.example.com/auth/o2/token');
      if (result.ok) {
        expect(result.value.accessToken).not.toBe('');
        expect(Number.isFinite(result.value.lifetimeMs)).toBe(true);
        return;
      }
      expectInert(result.failure);
      expectInert(explainSignIn(result.failure));
      for (const text of textsIn(result.failure)) expect(displayText(text)).toBe(text);
    }),
    { numRuns: 300 },
  );
});
