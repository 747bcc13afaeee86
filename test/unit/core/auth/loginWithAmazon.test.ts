import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  exchangeCode,
  matchesRequest,
  prepareAuthorization,
  refreshTokens,
  type AuthorizationRequest,
  type Tokens,
} from '../../../../src/core/auth/loginWithAmazon';
import type { Client } from '../../../../src/core/auth/session';
import type { SignInFailure, SignInResult } from '../../../../src/core/failures/signInFailure';
import { startSimulator, type Simulator } from '../../../simulator/simulator';
import { expectImmediate } from '../../../support/expectImmediate';
import { anUnmarkedSecret, aSecret } from '../../../support/arbitraries';
import { CLIENT } from '../../../support/sessions';
import { startWebServer, type WebServer } from '../../../support/webServer';

const REDIRECT_URI = 'http://127.0.0.1:9090/cb';
const MANAGEMENT = 'alexa::enterprise:management';
const MAPPING = 'amazon_communication::service_provider';
const SCOPES = [MANAGEMENT, MAPPING];
const ENDPOINT = 'https://www.amazon.com/ap/oa';
const REQUEST = { clientId: CLIENT.id, redirectUri: REDIRECT_URI, scopes: SCOPES };

const prepared = (requestCase = REQUEST) => prepareAuthorization(requestCase, ENDPOINT);
const parametersOf = ({ url }: AuthorizationRequest) => Object.fromEntries(new URL(url).searchParams);
const never = () => new AbortController().signal;

/** The redirect that the browser is sent to in response to the request. */
function answerTo(request: AuthorizationRequest, parameters: Record<string, string> = { code: 'a-code' }): URL {
  const url = new URL(request.redirectUri);
  url.search = new URLSearchParams({ ...parameters, state: request.state }).toString();
  return url;
}

function valueOf<T>(result: SignInResult<T>): T {
  if (!result.ok) throw new Error(`expected a value, but got ${JSON.stringify(result.failure)}`);
  return result.value;
}

function failureOf(result: SignInResult<unknown>): SignInFailure {
  if (result.ok) throw new Error('expected a failure, but it worked');
  return result.failure;
}

/** Everything visible of a value, including what JSON.stringify omits. */
const allOf = (value: unknown) =>
  JSON.stringify(value) + inspect(value, { depth: null, showHidden: true, getters: true });

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the URL of the consent page', () => {
  it('requests a code with PKCE, and nothing else', async () => {
    const request = await prepared();
    expect(new URL(request.url).origin + new URL(request.url).pathname).toBe(ENDPOINT);
    expect(parametersOf(request)).toEqual({
      client_id: CLIENT.id,
      scope: SCOPES.join(' '),
      response_type: 'code',
      redirect_uri: REDIRECT_URI,
      state: request.state,
      code_challenge: createHash('sha256').update(request.codeVerifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
    expect(request).toMatchObject(REQUEST);
  });

  it('never contains the verifier', async () => {
    const request = await prepared();
    expect(decodeURIComponent(request.url)).not.toContain(request.codeVerifier);
  });

  it('has its own state and verifier each time, of at least 256 bits', async () => {
    const requests = await Promise.all(Array.from({ length: 50 }, () => prepared()));
    for (const secrets of [requests.map(({ state }) => state), requests.map(({ codeVerifier }) => codeVerifier)]) {
      expect(new Set(secrets).size).toBe(50);
      // 43 characters of base64url, as RFC 7636, section 4.1 requires.
      for (const secret of secrets) expect(secret).toMatch(/^[\w-]{43,128}$/);
    }
    expect(requests.every(({ state, codeVerifier }) => state !== codeVerifier)).toBe(true);
  });

  it('preserves client ID, redirect URI and scopes, whatever they contain', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string(),
        fc.array(fc.string({ unit: fc.constantFrom('a', ':', '&', '=', '#', '+', '%', '_') }), { minLength: 1 }),
        async (clientId, scopes) => {
          const redirectUri = 'http://localhost:9090/a%20b/c+d';
          const request = await prepared({ clientId, scopes, redirectUri });
          expect(parametersOf(request)).toMatchObject({
            client_id: clientId,
            scope: scopes.join(' '),
            redirect_uri: redirectUri,
            code_challenge_method: 'S256',
          });
          expect(new URL(request.url).hash).toBe('');
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('a redirect from the consent page', () => {
  let request: AuthorizationRequest;
  beforeAll(async () => {
    request = await prepared();
  });

  /** STATE and BASE are replaced by those of the request. */
  const address = (text: string) =>
    new URL(text.replace('BASE', REDIRECT_URI).replaceAll('STATE', encodeURIComponent(request.state)));

  it.each([
    ['a code', 'BASE?code=a-code&state=STATE'],
    ['a code and the scopes', 'BASE?code=a-code&scope=a+b&state=STATE'],
    ['a code, in another order', 'BASE?state=STATE&code=a-code'],
    ['an error', 'BASE?error=access_denied&error_description=no&state=STATE'],
    ['an error without a description', 'BASE?error=access_denied&state=STATE'],
    ['a code and a fragment, which no browser sends', 'BASE?code=a-code&state=STATE#x'],
  ])('is accepted with %s', (_what, text) => {
    expect(matchesRequest(request, address(text))).toBe(true);
  });

  it.each([
    ['without a query', 'BASE'],
    ['without a state', 'BASE?code=a-code'],
    ['with an empty state', 'BASE?code=a-code&state='],
    ['with a different state', 'BASE?code=a-code&state=another'],
    ['with a longer state', 'BASE?code=a-code&state=STATEx'],
    ['with two states, one of them correct', 'BASE?code=a-code&state=STATE&state=another'],
    ['with the state in its fragment', 'BASE?code=a-code#state=STATE'],
    ['without a code', 'BASE?state=STATE'],
    ['with an empty code', 'BASE?code=&state=STATE'],
    ['with two codes', 'BASE?code=a-code&code=another&state=STATE'],
    ['with a code and an empty code', 'BASE?code=a-code&code=&state=STATE'],
    ['with CODE as its code', 'BASE?CODE=a-code&state=STATE'],
    ['with an empty error', 'BASE?error=&state=STATE'],
    ['with two errors', 'BASE?error=access_denied&error=server_error&state=STATE'],
    ['with an error and a different state', 'BASE?error=access_denied&state=another'],
    ['with an error and no state', 'BASE?error=access_denied'],
    ['with a token instead of a code', 'BASE?access_token=Atza%7Cx&state=STATE'],
    ['from another issuer', 'BASE?code=a-code&state=STATE&iss=https%3A%2F%2Fexample.com'],
    ['to another path', 'BASE/?code=a-code&state=STATE'],
    ['to a longer path', 'http://127.0.0.1:9090/cb/more?code=a-code&state=STATE'],
    ['to an uppercase path', 'http://127.0.0.1:9090/CB?code=a-code&state=STATE'],
    ['to another port', 'http://127.0.0.1:9091/cb?code=a-code&state=STATE'],
    ['to another host', 'http://localhost:9090/cb?code=a-code&state=STATE'],
    ['to a host with the same prefix', 'http://127.0.0.1.example.com:9090/cb?code=a-code&state=STATE'],
    ['with another scheme', 'https://127.0.0.1:9090/cb?code=a-code&state=STATE'],
  ])('is rejected %s', (_what, text) => {
    expect(matchesRequest(request, address(text))).toBe(false);
  });

  it('is accepted for its own request only', async () => {
    const other = await prepared();
    expect(matchesRequest(other, answerTo(request))).toBe(false);
    expect(matchesRequest(other, answerTo(other))).toBe(true);
  });

  it.each([
    ['another state', 'BASE?code=a-code&state=another'],
    ['two states', 'BASE?code=a-code&state=STATE&state=STATE'],
    ['no code', 'BASE?state=STATE'],
    ['an empty code', 'BASE?code=&state=STATE'],
    ['two codes', 'BASE?code=a-code&code=another&state=STATE'],
  ])('with %s is not exchanged for tokens: nothing is sent', async (_what, text) => {
    const sent = vi.spyOn(globalThis, 'fetch');
    const result = await exchangeCode(request, address(text), CLIENT, 'http://127.0.0.1:9/token', never());
    expect(result).toEqual({ ok: false, failure: { kind: 'unexpectedRedirect' } });
    expect(sent).not.toHaveBeenCalled();
  });

  it.each<[string, Record<string, string>, SignInFailure]>([
    ['no', { error: 'access_denied', error_description: 'I do not' }, { kind: 'consentDenied' }],
    [
      'a scope named in the description',
      { error: 'invalid_scope', error_description: `An unknown scope was requested: ${MANAGEMENT}` },
      {
        kind: 'invalidScope',
        scopesToDrop: [MANAGEMENT],
        lwaMessage: `An unknown scope was requested: ${MANAGEMENT}`,
      },
    ],
    [
      'a scope that is not named, so any but the required one',
      { error: 'invalid_scope' },
      { kind: 'invalidScope', scopesToDrop: [MANAGEMENT] },
    ],
    ['the client', { error: 'unauthorized_client' }, { kind: 'clientNotAuthorized' }],
    ['the request', { error: 'invalid_request' }, { kind: 'invalidRequest', detail: 'invalid_request' }],
    ['an error', { error: 'server_error' }, { kind: 'serverError' }],
    ['a rate limit', { error: 'temporarily_unavailable' }, { kind: 'unavailable' }],
    ['an unknown error', { error: 'i_am_a_teapot' }, { kind: 'invalidRequest', detail: 'i_am_a_teapot' }],
  ])('with an error about %s is reported as such, and nothing is sent', async (_what, parameters, failure) => {
    const sent = vi.spyOn(globalThis, 'fetch');
    const result = await exchangeCode(
      request,
      answerTo(request, parameters),
      CLIENT,
      'http://127.0.0.1:9/token',
      never(),
    );
    expect(failureOf(result)).toEqual(failure);
    expect(sent).not.toHaveBeenCalled();
  });

  it('leaves no secret in the failure, whatever its description repeats', async () => {
    for (const error of ['access_denied', 'invalid_scope', 'invalid_request', request.state]) {
      const words = `${request.state} ${request.codeVerifier} a-code-beside-it`;
      const parameters = { error, error_description: words, code: 'a-code-beside-it' };
      const result = await exchangeCode(
        request,
        answerTo(request, parameters),
        CLIENT,
        'http://127.0.0.1:9/token',
        never(),
      );
      for (const secret of [request.state, request.codeVerifier, 'a-code-beside-it'])
        expect(allOf(result)).not.toContain(secret);
    }
  });

  it('has its description cleaned of invisible characters and truncated', async () => {
    const result = await exchangeCode(
      request,
      answerTo(request, { error: `\u202E${'x'.repeat(9999)}`, error_description: `\n\u001b[31m${'y'.repeat(9999)}` }),
      CLIENT,
      'http://127.0.0.1:9/token',
      never(),
    );
    expect(JSON.stringify(result)).not.toMatch(/\u202E|\\u001b|\\n/);
    expect(JSON.stringify(result).length).toBeLessThan(1_000);
  });
});

describe('the exchange of a code', () => {
  let simulator: Simulator;
  let nowMs: number;
  let client: Client;
  let request: AuthorizationRequest;

  const tokenRequests = () => simulator.control.requests().filter(({ operation }) => operation === 'token');

  /** Allows access, as the user does on the consent page. */
  function consented(of = request, more: Record<string, string> = {}): URL {
    const { code_challenge: codeChallenge = '' } = parametersOf(of);
    const code = simulator.control.issueAuthorizationCode({
      clientId: of.clientId,
      redirectUri: of.redirectUri,
      scopes: of.scopes,
      codeChallenge,
      codeChallengeMethod: 'S256',
    });
    return answerTo(of, { code, ...more });
  }

  function exchanged(address = consented(), some: { request?: AuthorizationRequest; client?: Client } = {}) {
    return exchangeCode(some.request ?? request, address, some.client ?? client, simulator.tokenEndpoint, never());
  }

  beforeAll(async () => {
    simulator = await startSimulator({ now: () => nowMs });
  });
  afterAll(() => simulator.stop());
  beforeEach(async () => {
    nowMs = Date.now();
    simulator.control.reset();
    client = { id: simulator.control.demo.clientId, secret: simulator.control.demo.clientSecret };
    request = await prepared({ ...REQUEST, clientId: client.id });
  });

  it('returns a working access token, its lifetime, a working refresh token, and the scopes', async () => {
    const tokens = valueOf(await exchanged());
    expect(tokens).toMatchObject({ lifetimeMs: 3_600_000, scopes: SCOPES });
    expect(tokens.accessToken).toMatch(/^Atza\|/);
    expect(tokens.refreshToken).toMatch(/^Atzr\|/);
    const [provider] = simulator.control.providers();
    const read = await fetch(
      `${simulator.url}/v1/communications/serviceProviders/${provider?.serviceProviderId ?? ''}/network`,
      { headers: { authorization: `Bearer ${tokens.accessToken}` } },
    );
    expect(read.status).toBe(200);
    const renewed = valueOf(await refreshTokens(tokens.refreshToken ?? '', client, simulator.tokenEndpoint));
    expect(renewed.accessToken).not.toBe(tokens.accessToken);
  });

  it('sends the required values in the form body and nowhere else', async () => {
    const sent = vi.spyOn(globalThis, 'fetch');
    const address = consented();
    valueOf(await exchanged(address));
    expect(sent).toHaveBeenCalledOnce();
    const [url, init] = sent.mock.calls[0] ?? [];
    expect(url).toBe(simulator.tokenEndpoint);
    expect(Object.fromEntries(init?.body as URLSearchParams)).toEqual({
      grant_type: 'authorization_code',
      code: address.searchParams.get('code'),
      redirect_uri: REDIRECT_URI,
      code_verifier: request.codeVerifier,
      client_id: client.id,
      client_secret: client.secret,
    });
    expect(tokenRequests()[0]?.headerNames.map((name) => name.toLowerCase())).not.toContain('authorization');
  });

  it.each(['string', 'number'] as const)('accepts a token lifetime given as a %s', async (expiresIn) => {
    simulator.control.setSwitches({ expiresIn, accessTokenLifetimeS: 1234 });
    expect(valueOf(await exchanged()).lifetimeMs).toBe(1_234_000);
  });

  it('takes the granted scopes from the response, else from the redirect, else from the request', async () => {
    simulator.control.setSwitches({ namesScopes: false });
    expect(valueOf(await exchanged(consented(request, { scope: MANAGEMENT }))).scopes).toEqual([MANAGEMENT]);
    expect(valueOf(await exchanged(consented())).scopes).toEqual(SCOPES);
    simulator.control.setSwitches({ namesScopes: true });
    expect(valueOf(await exchanged(consented(request, { scope: 'profile' }))).scopes).toEqual(SCOPES);
  });

  it('is rejected for a code that was used before', async () => {
    const address = consented();
    valueOf(await exchanged(address));
    expect(failureOf(await exchanged(address))).toMatchObject({
      kind: 'invalidCode',
      requestId: tokenRequests()[1]?.requestId,
    });
  });

  it('is rejected for a code that is five minutes old, but not for a younger one', async () => {
    const young = consented();
    nowMs += 5 * 60_000 - 1;
    valueOf(await exchanged(young));
    const old = consented();
    nowMs += 5 * 60_000;
    expect(failureOf(await exchanged(old)).kind).toBe('invalidCode');
  });

  it('is rejected for a code from another sign-in, because its verifier differs', async () => {
    const other = await prepared({ ...REQUEST, clientId: client.id });
    const code = consented(other).searchParams.get('code') ?? '';
    expect(failureOf(await exchanged(answerTo(request, { code }))).kind).toBe('invalidCode');
  });

  it('is rejected for a code of another redirect URI', async () => {
    const elsewhere = { ...request, redirectUri: 'http://localhost:9090/cb' };
    const code = consented(elsewhere).searchParams.get('code') ?? '';
    expect(failureOf(await exchanged(answerTo(request, { code }))).kind).toBe('invalidCode');
  });

  it.each(['plain401', 'challenge401', 'plain400'] as const)(
    'reports that the client was rejected: %s',
    async (invalidClient) => {
      simulator.control.setSwitches({ invalidClient });
      for (const wrong of [
        { ...client, secret: 'amzn1.oa2-cs.v1.wrong' },
        { ...client, id: 'unknown' },
      ]) {
        expect(failureOf(await exchanged(consented(), { client: wrong }))).toEqual({
          kind: 'invalidClient',
          lwaMessage: 'The client id or the client secret is wrong.',
          requestId: tokenRequests().at(-1)?.requestId,
        });
      }
    },
  );

  it.each([
    ['unauthorizedClient', { kind: 'clientNotAuthorized' }],
    ['invalidScope', { kind: 'invalidScope', scopesToDrop: [MANAGEMENT] }],
    ['invalidRequest', { kind: 'invalidRequest', detail: 'invalid_request' }],
    ['invalidGrant', { kind: 'invalidCode' }],
    ['invalidClient', { kind: 'invalidClient' }],
    ['oauthServerError', { kind: 'serverError', detail: 'HTTP 500' }],
    ['oauthUnavailable', { kind: 'unavailable', detail: 'HTTP 503' }],
    ['badRequestHtml', { kind: 'unexpectedResponse', detail: 'HTTP 400, web page' }],
    ['unauthorizedHtml', { kind: 'unexpectedResponse', detail: 'HTTP 401, web page' }],
    ['badGateway', { kind: 'unavailable', detail: 'HTTP 502, web page' }],
    ['tooManyRequestsSeconds', { kind: 'throttled', retryAfterMs: 2000 }],
    ['unavailableSeconds', { kind: 'unavailable', retryAfterMs: 2000 }],
    ['successOversized', { kind: 'unexpectedResponse', detail: 'HTTP 200' }],
    ['errorOversized', { kind: 'serverError', detail: 'HTTP 500' }],
    ['resetBeforeWrite', { kind: 'network' }],
    ['resetMidBody', { kind: 'network' }],
  ] as const)('reports %s as such', async (name, failure) => {
    simulator.control.addFault({ name, operation: 'token' });
    expect(failureOf(await exchanged())).toMatchObject(failure);
  });

  it.each(['hang', 'hangAfterHeaders', 'drip'] as const)(
    'is aborted immediately when the user cancels, in %s',
    async (name) => {
      simulator.control.addFault({ name, operation: 'token' });
      const stop = new AbortController();
      const exchange = exchangeCode(request, consented(), client, simulator.tokenEndpoint, stop.signal);
      await simulator.control.waitForRequest(({ operation }) => operation === 'token');
      stop.abort();
      expect(await expectImmediate(exchange)).toEqual({ ok: false, failure: { kind: 'canceled' } });
      await simulator.control.waitForRequest(({ ended }) => ended === 'clientGone');
    },
  );

  it('sends nothing when it is canceled beforehand', async () => {
    const result = await exchangeCode(request, consented(), client, simulator.tokenEndpoint, AbortSignal.abort());
    expect(result).toEqual({ ok: false, failure: { kind: 'canceled' } });
    expect(tokenRequests()).toEqual([]);
  });

  it.each(['hang', 'hangAfterHeaders', 'drip'] as const)('has a timeout that covers %s', async (name) => {
    simulator.control.addFault({ name, operation: 'token' });
    const limit = new AbortController();
    const limited = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(limit.signal);
    const exchange = exchanged();
    await simulator.control.waitForRequest(({ operation }) => operation === 'token');
    limit.abort(new DOMException('The limit has passed.', 'TimeoutError'));
    expect(await exchange).toEqual({ ok: false, failure: { kind: 'timeout' } });
    expect(limited.mock.calls).toEqual([[15_000]]);
  });
});

describe('a response of the token endpoint', () => {
  let server: WebServer;
  let answer: (response: ServerResponse, sent: URLSearchParams, request: IncomingMessage) => void;
  let authorization: AuthorizationRequest;

  beforeAll(async () => {
    authorization = await prepared();
    server = await startWebServer((request, response) => {
      void text(request).then((body) => {
        answer(response, new URLSearchParams(body), request);
      });
    });
  });
  afterAll(() => server.stop());

  const renewing = (token = 'Atzr|sent', client = CLIENT) => refreshTokens(token, client, `${server.url}/token`);
  const exchanging = (code = 'a-code', client = CLIENT) =>
    exchangeCode(authorization, answerTo(authorization, { code }), client, `${server.url}/token`, never());

  function answerWith(body: string, status = 200, headers: Record<string, string> = {}): void {
    answer = (response) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
    };
  }

  const issued = { access_token: 'Atza|issued', token_type: 'bearer', expires_in: 3600 };
  /** As JSON text, to include what JSON can express and JavaScript cannot. */
  const issuedWith = (some: Record<string, string>) =>
    `{${Object.entries({
      access_token: '"Atza|issued"',
      token_type: '"bearer"',
      expires_in: '3600',
      ...some,
    })
      .filter(([, json]) => json !== '')
      .map(([name, json]) => `"${name}":${json}`)
      .join()}}`;

  it('yields the issued values and nothing else', async () => {
    answerWith(JSON.stringify({ ...issued, refresh_token: 'Atzr|new', scope: ` ${MAPPING}  profile `, more: 1 }));
    expect(await renewing()).toEqual({
      ok: true,
      value: {
        accessToken: 'Atza|issued',
        lifetimeMs: 3_600_000,
        refreshToken: 'Atzr|new',
        scopes: [MAPPING, 'profile'],
      },
    });
  });

  it('to a renewal may lack a refresh token or scopes', async () => {
    answerWith(JSON.stringify(issued));
    expect(await renewing()).toEqual({ ok: true, value: { accessToken: 'Atza|issued', lifetimeMs: 3_600_000 } });
  });

  it.each([
    ['a number', '3600', 3_600_000],
    ['a string', '"3600"', 3_600_000],
    ['a fraction', '90.5', 90_500],
    ['absent, which means an hour', '', 3_600_000],
    ['unreasonably long, which means a day', '1e15', 86_400_000],
    ['very short, which means a minute', '1', 60_000],
    ['zero, which means a minute', '0', 60_000],
  ])('may give the token lifetime as %s', async (_how, json, lifetimeMs) => {
    answerWith(issuedWith({ expires_in: json }));
    expect(valueOf(await renewing()).lifetimeMs).toBe(lifetimeMs);
  });

  it.each(
    ['null', '""', '"  "'].flatMap((json) =>
      ['refresh_token', 'scope', 'expires_in', 'id_token'].map((name) => [name, json] as const),
    ),
  )('with %s being %s is read as if that were absent', async (name, json) => {
    answerWith(issuedWith({ [name]: json }));
    const value = { accessToken: 'Atza|issued', lifetimeMs: 3_600_000 };
    expect(await renewing()).toEqual({ ok: true, value });
    expect(await exchanging()).toEqual({ ok: true, value: { ...value, scopes: SCOPES } });
  });

  it('may have all of these at once, unusual case in the token type, and a byte order mark', async () => {
    const nothing = { refresh_token: 'null', scope: 'null', expires_in: '""', id_token: '""' };
    answerWith(`\ufeff${issuedWith({ token_type: '"BeArEr"', ...nothing })}`);
    expect(await renewing()).toEqual({ ok: true, value: { accessToken: 'Atza|issued', lifetimeMs: 3_600_000 } });
  });

  it.each([
    ['a negative lifetime', issuedWith({ expires_in: '-1' })],
    ['an infinite lifetime', issuedWith({ expires_in: '1e999' })],
    ['a word as a lifetime', issuedWith({ expires_in: '"abc"' })],
    ['an object as a lifetime', issuedWith({ expires_in: '{}' })],
    ['no access token', issuedWith({ access_token: '' })],
    ['an empty access token', issuedWith({ access_token: '""' })],
    ['a number as an access token', issuedWith({ access_token: '1' })],
    ['an access token that no header can carry', issuedWith({ access_token: '"Atza|a\\r\\nb"' })],
    ['an access token with a space', issuedWith({ access_token: '"Atza|a b"' })],
    ['an access token outside ASCII', issuedWith({ access_token: '"Atza|ä"' })],
    ['an unknown token type', issuedWith({ token_type: '"mac"' })],
    ['no token type', issuedWith({ token_type: '' })],
    ['null as the token type', issuedWith({ token_type: 'null' })],
    ['null as an access token', issuedWith({ access_token: 'null' })],
    ['a blank access token', issuedWith({ access_token: '" "' })],
    ['a number as a refresh token', issuedWith({ refresh_token: '1' })],
    ['a list of scopes', issuedWith({ scope: '["a"]' })],
    ['a list', '[]'],
    ['null', 'null'],
    ['a string', '"Atza|issued"'],
    ['nothing', ''],
    ['truncated JSON', issuedWith({}).slice(0, 30)],
  ])('with %s is an unexpected response, and none of its text is stored', async (_what, body) => {
    answerWith(body);
    for (const result of [await renewing(), await exchanging()]) {
      expect(failureOf(result)).toMatchObject({ kind: 'unexpectedResponse' });
      expect(allOf(result)).not.toContain('Atza');
    }
  });

  it.each([301, 302, 303, 307, 308])(
    'that redirects (%i) is not followed, so that the secret is not sent elsewhere',
    async (status) => {
      answerWith('', status, { location: `${server.url}/elsewhere` });
      const before = server.requests.length;
      for (const result of [await renewing(), await exchanging()])
        expect(failureOf(result)).toEqual({ kind: 'unexpectedResponse', detail: `HTTP ${status}` });
      expect(server.requests.slice(before).map(({ url }) => url)).toEqual(['/token', '/token']);
    },
  );

  it.each([201, 204, 205, 206])('with status %i is an unexpected response', async (status) => {
    answerWith([204, 205].includes(status) ? '' : JSON.stringify(issued), status);
    expect(failureOf(await renewing())).toEqual({ kind: 'unexpectedResponse', detail: `HTTP ${status}` });
  });

  it.each([
    [400, 'refreshTokenRevoked'],
    [401, 'refreshTokenRevoked'],
    [403, 'refreshTokenRevoked'],
    [200, 'unexpectedResponse'],
    [404, 'unexpectedResponse'],
    // fetch itself turns this one into a network error (Fetch standard, 4.6).
    [407, 'network'],
    [429, 'throttled'],
    [500, 'serverError'],
    [502, 'unavailable'],
    [503, 'unavailable'],
  ])('with status %i and invalid_grant means %s: not every response may end a session', async (status, kind) => {
    answerWith(JSON.stringify({ error: 'invalid_grant' }), status);
    expect(failureOf(await renewing()).kind).toBe(kind);
  });

  it.each([
    ['a number', 400],
    ['an object', { text: 'no' }],
    ['a list', ['no']],
    ['null', null],
    ['empty', ''],
  ])('may have a description that is %s', async (_what, description) => {
    for (const [error, kind] of [
      ['invalid_grant', 'refreshTokenRevoked'],
      ['invalid_client', 'invalidClient'],
      ['invalid_scope', 'invalidScope'],
      ['i_am_a_teapot', 'invalidRequest'],
    ] as const) {
      answerWith(JSON.stringify({ error, error_description: description }), 400);
      const failure = failureOf(await renewing());
      expect(failure.kind).toBe(kind);
      expect(failure).not.toHaveProperty('lwaMessage');
    }
  });

  it.each([
    ['a number', 400],
    ['an object', {}],
    ['empty', ''],
    ['null', null],
  ])('whose error is %s ends no session', async (_what, error) => {
    answerWith(JSON.stringify({ error, error_description: 'invalid_grant' }), 400);
    expect(failureOf(await renewing())).toMatchObject({ kind: 'unexpectedResponse', detail: 'HTTP 400' });
  });

  it('that has a WWW-Authenticate header is still read', async () => {
    answerWith(JSON.stringify({ error: 'invalid_grant' }), 401, { 'www-authenticate': 'Basic realm="LWA"' });
    expect(failureOf(await renewing()).kind).toBe('refreshTokenRevoked');
  });

  it('is reported with the request ID for support, safe to show, and with the wait', async () => {
    answerWith(JSON.stringify({ error: 'invalid_request' }), 400, {
      'X-Amzn-RequestId': 'id-1',
      'retry-after': '7',
    });
    expect(failureOf(await renewing())).toMatchObject({ requestId: 'id-1', retryAfterMs: 7000 });
  });

  it('has no sent value in its report, wherever and however encoded it repeats one', async () => {
    const secret = fc.oneof(aSecret, anUnmarkedSecret);
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          grant: secret,
          clientSecret: secret,
          error: fc.constantFrom('invalid_grant', 'invalid_client', 'invalid_scope', 'invalid_request', undefined),
          status: fc.constantFrom(400, 401, 403, 200, 500),
          encode: fc.boolean(),
        }),
        async ({ grant, clientSecret, error, status, encode }) => {
          const client = { id: CLIENT.id, secret: clientSecret };
          const seen = new Set<string>();
          answer = (response, sent) => {
            const secrets = ['refresh_token', 'code', 'code_verifier', 'client_secret'].flatMap(
              (name) => sent.get(name) ?? [],
            );
            for (const each of secrets) seen.add(each);
            const words = `You sent ${secrets.map((each) => (encode ? encodeURIComponent(each) : each)).join(' and ')}.`;
            response
              .writeHead(status, {
                'content-type': 'application/json',
                'x-amzn-requestid': secrets.join(' '),
              })
              .end(
                JSON.stringify({
                  error: error ?? words,
                  error_description: words,
                  error_uri: `https://example.com/?${sent.toString()}`,
                  access_token: 'not one',
                }),
              );
          };
          for (const result of [await renewing(grant, client), await exchanging(grant, client)]) {
            expect(result.ok).toBe(false);
            for (const each of seen) {
              expect(allOf(result)).not.toContain(each);
              expect(allOf(result)).not.toContain(encodeURIComponent(each));
            }
          }
          expect(seen).toContain(grant);
          expect(seen).toContain(clientSecret);
          expect(seen).toContain(authorization.codeVerifier);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('that never comes because the connection fails is reported by the network error code only', async () => {
    const gone = await startWebServer(() => undefined);
    await gone.stop();
    const result: SignInResult<Tokens> = await refreshTokens('Atzr|sent', CLIENT, `${gone.url}/token`);
    expect(result).toEqual({ ok: false, failure: { kind: 'network', detail: 'ECONNREFUSED' } });
  });

  it('is no longer waited for when a renewal is canceled', async () => {
    const stop = new AbortController();
    const arrived = new Promise<IncomingMessage>((resolve) => {
      answer = (_response, _sent, request) => {
        resolve(request);
      };
    });
    const renewal = refreshTokens('Atzr|sent', CLIENT, `${server.url}/token`, stop.signal);
    const request = await arrived;
    const closed = once(request.socket, 'close');
    stop.abort();
    expect(await expectImmediate(renewal)).toEqual({ ok: false, failure: { kind: 'canceled' } });
    await closed;
  });
});
