import fc from 'fast-check';
import { afterEach, expect, it, vi } from 'vitest';
import { NetworkMappingClient } from '../../../src/core/api/networkMappingClient';
import { ServiceClient, type AttemptRecord } from '../../../src/core/api/serviceClient';
import { exchangeCode, refreshTokens } from '../../../src/core/auth/loginWithAmazon';
import { sanitizeText } from '../../../src/core/text/sanitizeText';
import { describeFailure } from '../../../src/core/failures/failureMessages';
import { checkSkillId } from '../../../src/core/model/identifiers';
import { describeSignInFailure } from '../../../src/core/failures/signInMessages';
import { logRequest } from '../../../src/core/log/requestLog';
import { PreparedTokens } from '../../support/accessTokens';
import { ACCESS_TOKEN, SERVICE_PROVIDER, SKILL } from '../../support/builders';
import { hostileJson, hostileText } from '../../support/hostileText';

afterEach(() => {
  vi.unstubAllGlobals();
});

const REFRESH_TOKEN = 'Atzr|hostile-refresh-token-0123456789';
const CLIENT = { id: 'amzn1.application-oa2-client.hostile', secret: 'amzn1.oa2-cs.v1.hostile-0123456789' };
const SECRETS = [ACCESS_TOKEN, REFRESH_TOKEN, CLIENT.secret];

/** A sign-in that waits for the browser. */
const REQUEST = {
  clientId: CLIENT.id,
  redirectUri: 'http://127.0.0.1:9090/cb',
  scopes: ['profile'],
  state: 'hostile-state-0123456789',
  codeVerifier: 'hostile-code-verifier-0123456789-0123456789',
  url: 'https://www.example.com/ap/oa',
};

/** A header value: anything that HTTP allows. */
const headerValue = hostileText.map((text) => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, ''));

const said = fc.oneof(
  hostileText,
  fc.constantFrom(...SECRETS),
  hostileText.map((text) => text.repeat(2_000)),
);

/** Bodies that are almost as documented, and any others. */
const body = fc.oneof(
  fc.record({ type: said, code: said, message: said, error: said, error_description: said }, { requiredKeys: [] }),
  fc.record({
    networkType: fc.constantFrom('SKILL', 'SKILL', 'X'),
    skillConfiguration: fc.record({ skillId: fc.oneof(fc.constantFrom(SKILL, SKILL, 7), said) }),
  }),
  fc.record(
    {
      serviceProviderId: fc.oneof(fc.constantFrom(SERVICE_PROVIDER, SERVICE_PROVIDER, null), said),
      status: fc.constantFrom('ACTIVE', 'ACTIVE', 'ACTIVE', 'PENDING', 7),
    },
    { requiredKeys: ['serviceProviderId'] },
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

/** An error response of each API. */
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

const MAPPED = JSON.stringify({ networkType: 'SKILL', skillConfiguration: { skillId: SKILL } });
const ACTIVE = JSON.stringify({ serviceProviderId: SERVICE_PROVIDER, status: 'ACTIVE' });

/** A success response of the mapping service, or almost one. */
const success = fc.record({
  status: fc.constantFrom(200, 200, 201, 201, 202, 204, 404),
  headers: fc.constantFrom<Record<string, string>>(
    { 'content-type': 'application/json' },
    {},
    { 'content-type': 'text/html' },
  ),
  body: fc.oneof(
    body.map((json) => JSON.stringify(json)),
    fc.constantFrom(MAPPED, ACTIVE),
    fc.constantFrom('', ' \n', '{}', '<html></html>', 'null', ACTIVE.slice(0, -1)),
  ),
});

const answer = fc.oneof({ weight: 3, arbitrary: anyAnswer }, refusal);

interface Given {
  status: number;
  headers: Record<string, string>;
  body: string | Uint8Array;
}

/** The documented responses to a successful request, and what a read may interpret as "not mapped". */
function isDocumented(operation: string, { status, headers, body: given }: Given): boolean {
  const text = [204, 205, 304].includes(status) ? '' : Buffer.from(given).toString();
  let json: Record<string, unknown> = {};
  try {
    json = (JSON.parse(text) as Record<string, unknown> | null) ?? {};
  } catch {
    // Not JSON.
  }
  const { networkType, skillConfiguration, serviceProviderId, status: state } = json;
  switch (operation) {
    case 'get': {
      const isPage = text.trimStart().startsWith('<') || /html/i.test(headers['content-type'] ?? '');
      const hasId = Boolean(headers['x-amzn-requestid']?.trim());
      const { type, code, message } = json;
      const isError =
        typeof message === 'string' &&
        [type, code].every((word) => word === undefined || typeof word === 'string') &&
        (type !== undefined || code !== undefined || (hasId && Object.keys(json).length === 1));
      if (status === 404)
        return !isPage && Buffer.byteLength(text) <= 256 * 1024 && (text.trim() === '' ? hasId : isError);
      const { skillId } = (skillConfiguration ?? {}) as { skillId?: unknown };
      return (
        status === 200 && typeof networkType === 'string' && typeof skillId === 'string' && checkSkillId(skillId).ok
      );
    }
    case 'delete':
      return status === 200 && text.trim() === '';
    default:
      return (
        status === (operation === 'create' ? 201 : 200) && serviceProviderId === SERVICE_PROVIDER && state === 'ACTIVE'
      );
  }
}

function answerWith({ status, headers, body: bytes }: Given) {
  const hasBody = ![204, 205, 304].includes(status);
  vi.stubGlobal('fetch', () =>
    Promise.resolve(new Response(hasBody ? Buffer.from(bytes) : null, { status, headers: { ...headers } })),
  );
}

/** All strings in a value. */
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

it('responses of the service give documented values or sanitized text, and one log line, for any input', async () => {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  const log = { logLevel: 1, info: write, debug: write };
  const client = () =>
    new NetworkMappingClient(
      new ServiceClient({
        accountOf: () => undefined,
        endpoint: () => ({ ok: true, url: 'https://api.example.com' }),
        tokens: new PreparedTokens(ACCESS_TOKEN).thenReplaceWith(undefined).thenReplaceWith(undefined),
        policy: { maxAttempts: 1, backoffMs: 1, queueTimeoutMs: 0, bulkQueueTimeoutMs: 0 },
        onAttempt: (attempt: AttemptRecord) => {
          logRequest(log, attempt);
        },
      }),
    );
  const about = { serviceProviderId: SERVICE_PROVIDER };
  const taken = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.oneof(answer, success), async (given) => {
      answerWith(given);
      lines.length = 0;
      const asked = {
        get: client().get(SERVICE_PROVIDER),
        create: client().change({ operation: 'create', ...about, skillId: SKILL }),
        update: client().change({ operation: 'update', ...about, skillId: SKILL }),
        delete: client().change({ operation: 'delete', ...about }),
      };
      for (const [operation, asking] of Object.entries(asked)) {
        const result = await asking;
        expect(result.ok, operation).toBe(isDocumented(operation, given));
        if (result.ok) {
          taken.add(operation);
          expectInert(result);
          continue;
        }
        expectInert(result.failure);
        expectInert(describeFailure(result.failure));
      }
      expectInert(lines);
    }),
    { numRuns: 400 },
  );
  expect([...taken].sort()).toEqual(['create', 'delete', 'get', 'update']);
});

it('responses of Login with Amazon to a code give tokens or sanitized text, for any input', async () => {
  const own = [CLIENT.secret, REQUEST.state, REQUEST.codeVerifier, 'hostile-code-0123456789'];
  const address = new URL(`${REQUEST.redirectUri}?code=${own[3]}&state=${REQUEST.state}`);
  const { signal } = new AbortController();
  await fc.assert(
    fc.asyncProperty(answer, fc.constantFrom(...own), async (given, secret) => {
      // It repeats what it was sent.
      const text = Buffer.from(given.body).toString().replaceAll(REFRESH_TOKEN, secret);
      answerWith({ ...given, body: text });
      const result = await exchangeCode(REQUEST, address, CLIENT, 'https://api.example.com/auth/o2/token', signal);
      if (result.ok) return;
      expectInert(result.failure);
      expectInert(describeSignInFailure(result.failure));
      for (const words of textsIn(result.failure)) for (const each of own) expect(words).not.toContain(each);
    }),
    { numRuns: 300 },
  );
});

it('redirects of the browser give one request or sanitized text, for any input', async () => {
  const code = 'hostile-code-0123456789';
  const own = [REQUEST.state, REQUEST.codeVerifier, code];
  const value = fc.oneof(hostileText, fc.constantFrom('access_denied', 'invalid_scope', ...own, own.join(' ')));
  const name = fc.constantFrom('code', 'state', 'scope', 'error', 'error_description', 'iss', 'response');
  const state: [string, string] = ['state', REQUEST.state];
  const right = fc.constantFrom<[string, string][]>([], [state], [state, ['code', code], ['error', 'invalid_request']]);
  const { signal } = new AbortController();
  await fc.assert(
    fc.asyncProperty(right, fc.array(fc.tuple(name, value), { maxLength: 4 }), async (begin, parameters) => {
      const query = new URLSearchParams([...begin, ...parameters]);
      answerWith({
        status: 400,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ error: 'invalid_grant', error_description: query.getAll('code').join() }),
      });
      const address = new URL(`${REQUEST.redirectUri}?${query.toString()}`);
      const result = await exchangeCode(REQUEST, address, CLIENT, 'https://api.example.com/auth/o2/token', signal);
      if (result.ok) throw new Error('nothing was issued');
      expectInert(result.failure);
      expectInert(describeSignInFailure(result.failure));
      const codes = query.getAll('code').filter((each) => own.includes(each));
      for (const words of textsIn(result.failure)) {
        for (const secret of [REQUEST.state, REQUEST.codeVerifier, ...codes]) expect(words).not.toContain(secret);
      }
    }),
    { numRuns: 500 },
  );
});

it('responses of Login with Amazon to a renewal give tokens or sanitized text, for any input', async () => {
  await fc.assert(
    fc.asyncProperty(answer, async (given) => {
      answerWith(given);
      const result = await refreshTokens(REFRESH_TOKEN, CLIENT, 'https://api.example.com/auth/o2/token');
      if (result.ok) {
        expect(result.value.accessToken).not.toBe('');
        expect(Number.isFinite(result.value.lifetimeMs)).toBe(true);
        return;
      }
      expectInert(result.failure);
      expectInert(describeSignInFailure(result.failure));
      for (const text of textsIn(result.failure)) expect(sanitizeText(text)).toBe(text);
    }),
    { numRuns: 300 },
  );
});
