import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FaultName } from '../../simulator/faultCatalog';
import type { ClientInput } from '../../simulator/clients';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/simulator';
import { demoCredentials, fingerprintOf } from '../../simulator/tokens';

const redirectUri = 'http://127.0.0.1:9090/cb';
const management = 'alexa::enterprise:management';
const calling = 'amazon_communication::service_provider';
const scope = `${management} ${calling}`;
const state = 'state-of-one-sign-in';
const verifier = 'v'.repeat(43);
const challenge = createHash('sha256').update(verifier).digest('base64url');
const { clientId, clientSecret, otherAccountClientId, otherAccountClientSecret } = demoCredentials;

type Fields = Record<string, string | string[] | undefined>;

let simulator: Simulator;
const started: Simulator[] = [];

async function start(options?: SimulatorOptions): Promise<Simulator> {
  simulator = await startSimulator(options);
  started.push(simulator);
  return simulator;
}

beforeEach(() => start());
afterEach(() => Promise.all(started.splice(0).map((one) => one.stop())));

/** Pairs for a query or a form: a list repeats the name, undefined omits it. */
function parameters(fields: Fields): URLSearchParams {
  return new URLSearchParams(
    Object.entries(fields).flatMap(([name, value]) =>
      value === undefined ? [] : [value].flat().map((one) => [name, one] as [string, string]),
    ),
  );
}

const request: Fields = {
  client_id: clientId,
  redirect_uri: redirectUri,
  response_type: 'code',
  scope,
  state,
  code_challenge: challenge,
  code_challenge_method: 'S256',
};

/** Opens the authorization endpoint as a browser does, but does not follow redirects. */
const ask = (fields: Fields = {}) =>
  fetch(`${simulator.authorizationEndpoint}?${parameters({ ...request, ...fields }).toString()}`, {
    redirect: 'manual',
  });

const postForm = (url: string, fields: Fields) =>
  fetch(url, { method: 'POST', redirect: 'manual', body: parameters(fields) });

/** The one-time ID in a consent page. */
async function consentIn(page: Response): Promise<string> {
  const [, id] = /name="consent" value="([^"]+)"/.exec(await page.text()) ?? [];
  if (id === undefined) throw new Error('no consent was asked for');
  return id;
}

const decide = (fields: Fields) =>
  postForm(simulator.authorizationEndpoint, { decision: 'allow', scope: [management, calling], ...fields });

/** The target of a redirect: its address without the query, and the query. */
function sentTo(response: Response): { to: string; query: Record<string, string> } {
  expect(response.status).toBe(302);
  const { origin, pathname, searchParams } = new URL(response.headers.get('location') ?? '');
  return { to: origin + pathname, query: Object.fromEntries(searchParams) };
}

/** Goes through the consent page with Allow. */
async function obtainCode(fields: Fields = {}, decision: Fields = {}): Promise<string> {
  const { query } = sentTo(await decide({ consent: await consentIn(await ask(fields)), ...decision }));
  return query['code'] ?? '';
}

const requestToken = (fields: Fields) =>
  postForm(simulator.tokenEndpoint, { client_id: clientId, client_secret: clientSecret, ...fields });

const exchange = (code: string, fields: Fields = {}) =>
  requestToken({
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
    ...fields,
  });

const refresh = (refreshToken: string, fields: Fields = {}) =>
  requestToken({ grant_type: 'refresh_token', refresh_token: refreshToken, ...fields });

interface Tokens {
  access_token: string;
  refresh_token: string;
  scope?: string;
}

async function tokensIn(response: Response): Promise<Tokens> {
  expect(response.status).toBe(200);
  return (await response.json()) as Tokens;
}

async function errorIn(response: Response): Promise<string> {
  return ((await response.json()) as { error: string }).error;
}

/** The response of the mapping API to a read with the token. */
async function readWith(accessToken: string): Promise<number> {
  const { serviceProviderId } = simulator.control.providers()[0] ?? { serviceProviderId: '' };
  const response = await fetch(`${simulator.url}/v1/communications/serviceProviders/${serviceProviderId}/network`, {
    headers: { Authorization: `Bearer ${accessToken}`, Accept: 'application/json' },
  });
  return response.status;
}

const control = (method: string, path: string, body: object) =>
  fetch(`${simulator.url}/_simulator/${path}`, {
    method,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });

describe('the consent page', () => {
  it('names the client and each scope, and can be allowed or denied', async () => {
    const page = await ask();
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const html = await page.text();
    expect(html).toContain('<html lang="en">');
    expect(html).toContain('<h1>Grand Meridian Hotels asks for access</h1>');
    expect(html).toContain(clientId);
    expect(
      [...html.matchAll(/type="checkbox" name="scope" value="([^"]+)" checked/g)].map(([, value]) => value),
    ).toEqual([management, calling]);
    expect(html).toMatch(/<button name="decision" value="allow">Allow<\/button>/);
    expect(html).toMatch(/<button name="decision" value="deny">Deny<\/button>/);
    expect(html).toMatch(/<form method="post" action="\/ap\/oa">/);
  });

  it('contains no secret of the request', async () => {
    const html = await (await ask()).text();
    expect(html).not.toContain(state);
    expect(html).not.toContain(challenge);
  });

  it('runs and loads nothing, cannot be framed, and its form leads to the client only', async () => {
    const page = await ask();
    const policy = page.headers.get('content-security-policy') ?? '';
    const [, style = ''] = /<style>([\s\S]*)<\/style>/.exec(await page.text()) ?? [];
    const hash = createHash('sha256').update(style).digest('base64');
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `style-src 'sha256-${hash}'`,
      "form-action 'self' http://127.0.0.1:9090",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ]);
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
  });

  it('shows markup in a name as text', async () => {
    simulator.control.setClient({ clientId, name: `<img src=x> "Tom & 'Jerry'"` });
    expect(await (await ask()).text()).toContain('&lt;img src=x&gt; &quot;Tom &amp; &#39;Jerry&#39;&quot; asks');
  });

  it('gives each visit its own ID', async () => {
    expect(await consentIn(await ask())).not.toBe(await consentIn(await ask()));
  });
});

describe('a consent', () => {
  it('redirects the browser with a code, the granted scopes and the state', async () => {
    const { to, query } = sentTo(await decide({ consent: await consentIn(await ask()) }));
    expect(to).toBe(redirectUri);
    expect(query).toEqual({ code: expect.stringMatching(/^[0-9a-f]{20}$/) as string, scope, state });
  });

  it('gives a code that can be exchanged for working tokens', async () => {
    const tokens = await tokensIn(await exchange(await obtainCode()));
    expect(tokens.scope).toBe(scope);
    expect(await readWith(tokens.access_token)).toBe(200);
    const renewed = await tokensIn(await refresh(tokens.refresh_token));
    expect(await readWith(renewed.access_token)).toBe(200);
  });

  it('does not grant a scope that was unchecked', async () => {
    const { query } = sentTo(await decide({ consent: await consentIn(await ask()), scope: management }));
    expect(query['scope']).toBe(management);
    const tokens = await tokensIn(await exchange(query['code'] ?? ''));
    expect(tokens.scope).toBe(management);
    expect(await readWith(tokens.access_token)).toBe(401);
  });

  it.each<[string, Fields, string]>([
    ['Deny', { decision: 'deny' }, 'The access was denied.'],
    ['Allow with nothing selected', { scope: undefined }, 'Nothing was allowed.'],
  ])('with %s redirects the browser with access_denied and the state', async (_, decision, error_description) => {
    const { to, query } = sentTo(await decide({ consent: await consentIn(await ask()), ...decision }));
    expect([to, query]).toEqual([redirectUri, { error: 'access_denied', error_description, state }]);
  });

  it('omits the state when none was sent', async () => {
    const { query } = sentTo(await decide({ consent: await consentIn(await ask({ state: undefined })) }));
    expect(Object.keys(query)).toEqual(['code', 'scope']);
  });

  it('returns the state character by character', async () => {
    const odd = 'a b+c&d=e/é%20"';
    expect(sentTo(await decide({ consent: await consentIn(await ask({ state: odd })) })).query['state']).toBe(odd);
  });

  it('keeps the query of a redirect URI', async () => {
    const withQuery = 'http://127.0.0.1:9090/cb?from=lwa';
    simulator.control.allowReturnUrl(withQuery);
    const page = await ask({ redirect_uri: withQuery });
    expect(sentTo(await decide({ consent: await consentIn(page) })).query).toMatchObject({ from: 'lwa', scope });
  });

  it.each(['allow', 'deny'])('is given once, even after %s', async (decision) => {
    const consent = await consentIn(await ask());
    await decide({ consent, decision });
    const again = await decide({ consent });
    expect([again.status, again.headers.get('location')]).toEqual([400, null]);
    expect(await again.text()).toContain('was answered before, or is too old');
  });

  it('can be given for ten minutes', async () => {
    let nowMs = 0;
    await start({ now: () => nowMs });
    const [inTime, late] = [await consentIn(await ask()), await consentIn(await ask())];
    nowMs = 10 * 60_000 - 1;
    expect((await decide({ consent: inTime })).status).toBe(302);
    nowMs += 1;
    expect((await decide({ consent: late })).status).toBe(400);
  });

  it('is removed by a reset', async () => {
    const consent = await consentIn(await ask());
    simulator.control.reset();
    expect((await decide({ consent })).status).toBe(400);
  });

  it.each<[string, Fields, string]>([
    ['an unknown ID', { consent: 'made-up' }, 'was answered before, or is too old'],
    ['no ID', { consent: undefined }, 'was answered before, or is too old'],
    ['no decision', { decision: undefined }, 'must be allow or deny'],
    ['another decision', { decision: 'maybe' }, 'must be allow or deny'],
    ['more scopes than requested', { scope: [management, 'profile'] }, 'No more can be allowed'],
  ])('with %s ends on an error page, and the real page still works', async (_, fields, rule) => {
    const consent = await consentIn(await ask());
    const refused = await decide({ consent, ...fields });
    expect([refused.status, refused.headers.get('location')]).toEqual([400, null]);
    expect(await refused.text()).toContain(rule);
    expect((await decide({ consent })).status).toBe(302);
  });

  it('is accepted only from a form of reasonable size', async () => {
    const consent = await consentIn(await ask());
    const json = await fetch(simulator.authorizationEndpoint, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ consent, decision: 'allow', scope: management }),
    });
    expect(json.status).toBe(400);
    expect((await decide({ consent, padding: 'x'.repeat(300_000) })).status).toBe(413);
  });

  it('grants less than selected when configured to', async () => {
    simulator.control.setSwitches({ withheldScope: calling });
    const { query } = sentTo(await decide({ consent: await consentIn(await ask()) }));
    expect(query['scope']).toBe(management);
    expect((await tokensIn(await exchange(query['code'] ?? ''))).scope).toBe(management);
    const nothingLeft = await consentIn(await ask({ scope: calling }));
    expect(sentTo(await decide({ consent: nothingLeft, scope: calling })).query).toMatchObject({
      error: 'access_denied',
    });
  });

  it('is skipped when configured as already given', async () => {
    simulator.control.setSwitches({ consent: 'given' });
    const { query } = sentTo(await ask());
    expect(query).toMatchObject({ scope, state });
    expect((await exchange(query['code'] ?? '')).status).toBe(200);
    expect((await ask({ redirect_uri: 'http://127.0.0.1:9091/cb' })).status).toBe(400);
  });
});

describe('an authorization request', () => {
  it.each<[string, Fields, string]>([
    ['without client_id', { client_id: undefined }, 'client_id is missing'],
    ['with an unknown client', { client_id: 'amzn1.application-oa2-client.unknown' }, 'no client with this client_id'],
    ['without redirect_uri', { redirect_uri: undefined }, 'redirect_uri is missing'],
    ['with another host', { redirect_uri: 'http://example.com:9090/cb' }, 'not on the list'],
    ['with another port', { redirect_uri: 'http://127.0.0.1:9091/cb' }, 'not on the list'],
    ['with https', { redirect_uri: 'https://127.0.0.1:9090/cb' }, 'not on the list'],
    ['with an additional slash', { redirect_uri: `${redirectUri}/` }, 'not on the list'],
    ['with an additional query', { redirect_uri: `${redirectUri}?a=1` }, 'not on the list'],
    ['with the path in uppercase', { redirect_uri: 'http://127.0.0.1:9090/CB' }, 'not on the list'],
    ['with two client_id', { client_id: [clientId, clientId] }, 'client_id may be given once only'],
    ['with two redirect_uri', { redirect_uri: [redirectUri, redirectUri] }, 'redirect_uri may be given once only'],
    ['with two states', { state: ['a', 'b'] }, 'state may be given once only'],
    ['with two scopes', { scope: [management, calling] }, 'scope may be given once only'],
  ])('%s ends on a page that says why, never on a redirect', async (_, fields, rule) => {
    const page = await ask(fields);
    expect([page.status, page.headers.get('location')]).toEqual([400, null]);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; .*form-action 'none';/);
    expect(await page.text()).toContain(rule);
  });

  it('on such a page says what to add to which list, and shows the sent values as text', async () => {
    const html = await (await ask({ redirect_uri: 'http://127.0.0.1:1/<script>' })).text();
    expect(html).toContain('400 Bad Request');
    expect(html).toContain('Allowed Return URLs of its security profile, exactly as it is sent');
    expect(html).toContain('redirect_uri=http://127.0.0.1:1/&lt;script&gt;');
    expect(html).not.toContain(state);
  });

  it.each<[string, Fields, string, RegExp]>([
    ['without response_type', { response_type: undefined }, 'invalid_request', /response_type is missing/],
    ['with another response_type', { response_type: 'token' }, 'unsupported_response_type', /must be code/],
    ['without scope', { scope: undefined }, 'invalid_request', /scope is missing/],
    ['with a blank scope', { scope: ' ' }, 'invalid_request', /scope is missing/],
    ['with an unknown scope', { scope: `${scope} alexa::all` }, 'invalid_scope', /no scope alexa::all/],
    ['with a scope that the client may not use', { scope: 'postal_code' }, 'invalid_scope', /not use .* postal_code/],
    ['with a method but no challenge', { code_challenge: undefined }, 'invalid_request', /challenge is missing/],
    ['with an unknown method', { code_challenge_method: 'S512' }, 'invalid_request', /S256 or plain/],
    ['with a method in lowercase', { code_challenge_method: 's256' }, 'invalid_request', /S256 or plain/],
    ['with a challenge that is not a hash', { code_challenge: `${challenge}=` }, 'invalid_request', /malformed/],
    ['with an empty challenge', { code_challenge: '' }, 'invalid_request', /malformed/],
    [
      'with a short plain challenge',
      { code_challenge: 'short', code_challenge_method: 'plain' },
      'invalid_request',
      /malformed/,
    ],
  ])('%s redirects the browser with an error (%j)', async (_, fields, error, description) => {
    const { to, query } = sentTo(await ask(fields));
    expect(to).toBe(redirectUri);
    expect(query).toEqual({ error, error_description: expect.stringMatching(description) as string, state });
  });

  it('with a scope that the client may not use ends on a page when configured to', async () => {
    simulator.control.setSwitches({ scopeRefusal: 'page' });
    for (const refused of ['postal_code', 'alexa::all']) {
      const page = await ask({ scope: `${scope} ${refused}` });
      expect([page.status, page.headers.get('location')]).toEqual([400, null]);
      expect(await page.text()).toContain(`scope ${refused}.`);
    }
  });

  it('keeps its description within the standard, whatever the scope was', async () => {
    const { query } = sentTo(await ask({ scope: `"\\<\u001b>${'x'.repeat(500)}` }));
    expect(query['error_description']).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]{1,200}$/);
  });

  it('may use every scope of its client, each once', async () => {
    const { query } = sentTo(
      await decide({
        consent: await consentIn(await ask({ scope: `profile ${calling}  profile` })),
        scope: ['profile', calling],
      }),
    );
    expect(query['scope']).toBe(`profile ${calling}`);
  });

  it('treats both names of the loopback address as two entries', async () => {
    const localhost = 'http://localhost:9090/cb';
    expect((await ask({ redirect_uri: localhost })).status).toBe(200);
    simulator.control.setClient({ clientId, allowedReturnUrls: [redirectUri] });
    expect((await ask({ redirect_uri: localhost })).status).toBe(400);
    expect((await ask()).status).toBe(200);
  });

  it('may contain unknown parameters', async () => {
    expect((await ask({ ui_locales: 'de-DE' })).status).toBe(200);
  });

  it.each(['PUT', 'DELETE', 'HEAD'])('by %s gets 405', async (method) => {
    const answer = await fetch(simulator.authorizationEndpoint, { method });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, POST']);
  });

  it('treats a challenge without a method as plain, so that a hashed one fails in the end', async () => {
    const plain = { code_challenge_method: undefined };
    expect(await errorIn(await exchange(await obtainCode(plain)))).toBe('invalid_grant');
    expect((await exchange(await obtainCode({ ...plain, code_challenge: verifier }))).status).toBe(200);
  });
});

describe('a code from the consent page', () => {
  it('expires after five minutes', async () => {
    let nowMs = 0;
    await start({ now: () => nowMs });
    const [inTime, late] = [await obtainCode(), await obtainCode()];
    nowMs = 5 * 60_000 - 1;
    expect((await exchange(inTime)).status).toBe(200);
    nowMs += 1;
    expect(await errorIn(await exchange(late))).toBe('invalid_grant');
  });

  it.each<[string, Fields]>([
    ['another redirect URI', { redirect_uri: 'http://localhost:9090/cb' }],
    ['no redirect URI', { redirect_uri: undefined }],
    ['another verifier', { code_verifier: 'w'.repeat(43) }],
    ['the challenge instead of a verifier', { code_verifier: challenge }],
    ['no verifier', { code_verifier: undefined }],
    ['another client', { client_id: otherAccountClientId, client_secret: otherAccountClientSecret }],
  ])('is not exchanged with %s, and still works for its owner', async (_, fields) => {
    const code = await obtainCode();
    const refused = await exchange(code, fields);
    expect([refused.status, await errorIn(refused)]).toEqual([400, 'invalid_grant']);
    expect((await exchange(code)).status).toBe(200);
  });

  it('revokes all tokens issued from it, and no others, when it is used twice', async () => {
    simulator.control.setSwitches({ refreshTokenOnRefresh: 'new' });
    const other = await tokensIn(await exchange(await obtainCode()));
    const code = await obtainCode();
    const first = await tokensIn(await exchange(code));
    const second = await tokensIn(await refresh(first.refresh_token));
    expect([await readWith(first.access_token), await readWith(second.access_token)]).toEqual([200, 200]);

    expect(await errorIn(await exchange(code))).toBe('invalid_grant');
    for (const { access_token, refresh_token } of [first, second]) {
      expect(await readWith(access_token)).toBe(401);
      expect(await errorIn(await refresh(refresh_token))).toBe('invalid_grant');
    }
    expect(await readWith(other.access_token)).toBe(200);
    expect((await refresh(other.refresh_token)).status).toBe(200);
    expect(await readWith(demoCredentials.accessToken)).toBe(200);
  });

  it('revokes nothing when another client uses it again', async () => {
    const code = await obtainCode();
    const { access_token } = await tokensIn(await exchange(code));
    await exchange(code, { client_id: otherAccountClientId, client_secret: otherAccountClientSecret });
    expect(await readWith(access_token)).toBe(200);
  });

  it('belongs to the account of its client', async () => {
    simulator.control.setClient({
      clientId: 'c',
      clientSecret: 's',
      account: 'other',
      allowedReturnUrls: [redirectUri],
    });
    const code = await obtainCode({ client_id: 'c' });
    const tokens = await tokensIn(await exchange(code, { client_id: 'c', client_secret: 's' }));
    expect(await readWith(tokens.access_token)).toBe(401);
  });
});

describe('the token endpoint', () => {
  it('keeps a used refresh token valid, or revokes it when configured to', async () => {
    simulator.control.setSwitches({ refreshTokenOnRefresh: 'new' });
    const { refresh_token } = await tokensIn(await refresh(demoCredentials.refreshToken));
    expect((await refresh(demoCredentials.refreshToken)).status).toBe(200);
    simulator.control.setSwitches({ oldRefreshTokens: 'revoked' });
    const { refresh_token: newer } = await tokensIn(await refresh(refresh_token));
    expect(await errorIn(await refresh(refresh_token))).toBe('invalid_grant');
    expect((await refresh(newer)).status).toBe(200);
  });

  it.each(['same', 'omitted'] as const)('never revokes a refresh token that it returns as %s', async (position) => {
    simulator.control.setSwitches({ refreshTokenOnRefresh: position, oldRefreshTokens: 'revoked' });
    await refresh(demoCredentials.refreshToken);
    expect((await refresh(demoCredentials.refreshToken)).status).toBe(200);
  });

  it('narrows only the access token when a refresh requests fewer scopes', async () => {
    simulator.control.setSwitches({ refreshTokenOnRefresh: 'new' });
    const narrow = await tokensIn(await refresh(demoCredentials.refreshToken, { scope: management }));
    expect(await readWith(narrow.access_token)).toBe(401);
    const wide = await tokensIn(await refresh(narrow.refresh_token));
    expect(await readWith(wide.access_token)).toBe(200);
  });

  it.each([
    ['plain401', 401, null],
    ['challenge401', 401, 'Basic realm="Login with Amazon"'],
    ['plain400', 400, null],
  ] as const)('rejects a wrong client as %s', async (invalidClient, status, challengeHeader) => {
    simulator.control.setSwitches({ invalidClient });
    for (const wrong of [{ client_secret: 'amzn1.oa2-cs.v1.wrong' }, { client_id: 'unknown' }]) {
      const answer = await refresh(demoCredentials.refreshToken, wrong);
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([status, challengeHeader]);
      expect(await errorIn(answer)).toBe('invalid_client');
    }
  });

  it('returns the granted scopes, or omits them when configured to; the redirect always has them', async () => {
    simulator.control.setSwitches({ namesScopes: false });
    const { query } = sentTo(await decide({ consent: await consentIn(await ask()) }));
    expect(query['scope']).toBe(scope);
    expect(await tokensIn(await exchange(query['code'] ?? ''))).not.toHaveProperty('scope');
  });

  it('gives every response its own request ID', async () => {
    const answers = [
      await ask(),
      await ask({ client_id: 'unknown' }),
      await refresh('Atzr|unknown'),
      await exchange(''),
    ];
    const ids = answers.map(({ headers }) => headers.get('x-amzn-requestid'));
    expect(simulator.control.requests().map(({ requestId }) => requestId)).toEqual(ids);
    expect(new Set(ids).size).toBe(4);
  });

  it('responds with 413 to a form of half a megabyte', async () => {
    const answer = await refresh(demoCredentials.refreshToken, { padding: 'x'.repeat(500_000) });
    expect([answer.status, await errorIn(answer)]).toEqual([413, 'invalid_request']);
  });

  it('accepts POST only', async () => {
    const answer = await fetch(simulator.tokenEndpoint);
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('ends sessions when all refresh tokens are revoked', async () => {
    const { refresh_token } = await tokensIn(await exchange(await obtainCode()));
    simulator.control.revokeAllRefreshTokens();
    for (const token of [refresh_token, demoCredentials.refreshToken]) {
      expect(await errorIn(await refresh(token))).toBe('invalid_grant');
    }
  });

  it.each<[FaultName, number, RegExp]>([
    ['oauthServerError', 500, /^\{"error":"server_error",/],
    ['oauthUnavailable', 503, /^\{"error":"temporarily_unavailable",/],
    ['badRequestHtml', 400, /^<!DOCTYPE html>/],
    ['unauthorizedHtml', 401, /^<!DOCTYPE html>/],
    ['errorHtml', 500, /^<!DOCTYPE html>/],
    ['badGateway', 502, /^<!DOCTYPE html>/],
    ['errorEmpty', 500, /^$/],
    ['tooManyRequestsSeconds', 429, /^\{"type":"TOO_MANY_REQUESTS"/],
    ['successHtml', 200, /^<!DOCTYPE html>/],
    ['successEmpty', 200, /^$/],
    ['successTruncated', 200, /^\{"access_token":"Atza\|[^}]*$/],
    ['successWrongType', 200, /^\[/],
    ['successWrongFields', 200, /"access_token":1,/],
    ['successUnknownValues', 200, /"token_type":"mac"/],
    ['successHostile', 200, /"access_token":"<img /],
  ])('fails with %s on command, and works after that', async (name, status, body) => {
    const { refresh_token } = await tokensIn(await exchange(await obtainCode()));
    simulator.control.addFault({ name, operation: 'token', count: 1 });
    const answer = await refresh(refresh_token);
    expect(answer.status).toBe(status);
    expect(await answer.text()).toMatch(body);
    expect((await refresh(refresh_token)).status).toBe(200);
  });

  it('can lose the response to a code, which is then used up', async () => {
    simulator.control.addFault({ name: 'resetAfterWrite', operation: 'token', count: 1 });
    const code = await obtainCode();
    await expect(exchange(code)).rejects.toThrow();
    expect(await errorIn(await exchange(code))).toBe('invalid_grant');
  });

  it('can hang until the client disconnects', async () => {
    simulator.control.addFault({ name: 'hang', operation: 'token', count: 1 });
    const giveUp = new AbortController();
    const hanging = fetch(simulator.tokenEndpoint, {
      method: 'POST',
      body: parameters({ grant_type: 'refresh_token' }),
      signal: giveUp.signal,
    });
    await simulator.control.waitForRequest(({ fault }) => fault === 'hang');
    giveUp.abort();
    await expect(hanging).rejects.toThrow(/abort/);
    await simulator.control.waitForRequest(({ ended }) => ended === 'clientGone');
  });
});

describe('faults of the consent page', () => {
  it('affect only the page and its form', async () => {
    const consent = await consentIn(await ask());
    simulator.control.addFault({ name: 'errorHtml', operation: 'authorize' });
    expect([(await ask()).status, (await decide({ consent })).status]).toEqual([500, 500]);
    expect((await refresh(demoCredentials.refreshToken)).status).toBe(200);
    expect(await readWith(demoCredentials.accessToken)).toBe(200);
    simulator.control.clearFaults();
    expect((await decide({ consent })).status).toBe(302);
  });

  it('are not those of the mapping operations or of the token endpoint', async () => {
    for (const operation of ['mapping', 'write', 'get', 'token'] as const) {
      simulator.control.addFault({ name: 'unavailable', operation });
    }
    expect((await ask()).status).toBe(200);
    simulator.control.addFault({ name: 'unavailable', operation: 'any' });
    expect((await ask()).status).toBe(503);
  });

  it('do not come from the rate limit', async () => {
    simulator.control.setSwitches({ rateLimit: { perSecond: 0.000_01, burst: 1 } });
    expect([(await ask()).status, (await ask()).status]).toEqual([200, 200]);
    expect(await readWith(demoCredentials.accessToken)).toBe(200);
  });
});

describe('the record of a sign-in', () => {
  const recorded = () => simulator.control.requests();
  const fingerprint = (secret: string) => `fingerprint:${fingerprintOf(secret)}`;

  it('shows each step, with secrets as fingerprints only', async () => {
    const consent = await consentIn(await ask());
    const { query } = sentTo(await decide({ consent }));
    const { code = '' } = query;
    const tokens = await tokensIn(await exchange(code));
    const [asked, decided, exchanged] = recorded();
    expect(asked).toMatchObject({ operation: 'authorize', method: 'GET', status: 200, tookEffect: false });
    const shown = new URLSearchParams((asked?.url ?? '').replace('/ap/oa?', ''));
    expect(Object.fromEntries(shown)).toEqual({
      ...request,
      state: fingerprint(state),
      code_challenge: fingerprint(challenge),
    });
    expect(decided).toMatchObject({
      operation: 'authorize',
      method: 'POST',
      url: '/ap/oa',
      status: 302,
      body: { consent: fingerprint(consent), decision: 'allow', scope: [management, calling] },
    });
    expect(exchanged).toMatchObject({
      operation: 'token',
      body: { code: fingerprint(code), code_verifier: fingerprint(verifier), grant_type: 'authorization_code' },
    });
    const text = JSON.stringify(recorded());
    const secrets = [
      state,
      challenge,
      verifier,
      consent,
      code,
      clientSecret,
      tokens.access_token,
      tokens.refresh_token,
    ];
    for (const secret of secrets) expect(text).not.toContain(secret);
  });

  it.each([
    ['a rejected request', `/ap/oa?client_id=unknown&state=SECRET&code_challenge=SECRET`],
    ['an unknown parameter', '/ap/oa?whatever=SECRET'],
    ['a repeated parameter', '/ap/oa?state=a&state=SECRET'],
    ['an encoded name', '/ap/oa?st%61te=SECRET'],
    ['a value without a name', '/ap/oa?SECRET'],
    ['a value as a name', '/ap/oa?SECRET-1='],
    ['a secret in the query of the token endpoint', '/auth/o2/token?client_secret=SECRET&code=SECRET'],
    ['a redirect sent to the simulator', '/cb?code=SECRET&state=SECRET'],
  ])('contains no secret of %s', async (_, path) => {
    await fetch(simulator.url + path);
    const [{ url } = { url: '' }] = recorded();
    expect(url.startsWith(path.replace(/\?.*/, '?'))).toBe(true);
    expect(url).not.toContain('SECRET');
  });

  it.each([
    ['application/json', '{"client_secret":"SECRET"}'],
    ['text/plain', 'client_secret=SECRET'],
    ['application/x-www-form-urlencoded', 'client_secret=SECRET&client_secret=SECRET'],
  ])('contains no secret that was sent as %s', async (contentType, body) => {
    for (const endpoint of [simulator.tokenEndpoint, simulator.authorizationEndpoint]) {
      await fetch(endpoint, { method: 'POST', headers: { 'Content-Type': contentType }, body });
    }
    expect(recorded()).toHaveLength(2);
    expect(JSON.stringify(recorded())).not.toContain('SECRET');
    expect(JSON.stringify(recorded())).toContain('fingerprint:');
  });
});

describe('the clients', () => {
  const added: ClientInput = { clientId: 'amzn1.application-oa2-client.added', allowedReturnUrls: [redirectUri] };

  it('are the two of the demo, with return URLs and scopes', () => {
    expect(simulator.control.clients()).toMatchObject(
      [clientId, otherAccountClientId].map((id) => ({
        clientId: id,
        allowedReturnUrls: [redirectUri, 'http://localhost:9090/cb'],
        scopes: [management, calling, 'profile'],
      })),
    );
  });

  it('can be added', async () => {
    const { clientSecret: secret } = simulator.control.setClient(added);
    expect(secret).toMatch(/^amzn1\.oa2-cs\.v1\.[0-9a-f]{64}$/);
    const code = await obtainCode({ client_id: added.clientId });
    const { refresh_token } = await tokensIn(
      await exchange(code, { client_id: added.clientId, client_secret: secret }),
    );
    expect(await errorIn(await refresh(refresh_token))).toBe('unauthorized_client');
  });

  it('change only in the given properties', async () => {
    simulator.control.setClient({ clientId, clientSecret: 'renewed' });
    expect(await errorIn(await refresh(demoCredentials.refreshToken))).toBe('invalid_client');
    expect((await refresh(demoCredentials.refreshToken, { client_secret: 'renewed' })).status).toBe(200);
    expect((await ask()).status).toBe(200);
    simulator.control.setClient({ clientId, scopes: ['profile'] });
    expect((await refresh(demoCredentials.refreshToken, { client_secret: 'renewed' })).status).toBe(200);
    expect(sentTo(await ask()).query).toMatchObject({ error: 'invalid_scope' });
  });

  it('can be allowed another return URL', async () => {
    const further = 'http://127.0.0.1:9191/cb';
    expect((await ask({ redirect_uri: further })).status).toBe(400);
    expect(simulator.control.allowReturnUrl(further).allowedReturnUrls).toEqual([
      redirectUri,
      'http://localhost:9090/cb',
      further,
    ]);
    expect((await ask({ redirect_uri: further })).status).toBe(200);
    expect((await ask({ redirect_uri: further, client_id: otherAccountClientId })).status).toBe(400);
    simulator.control.allowReturnUrl(further, otherAccountClientId);
    expect((await ask({ redirect_uri: further, client_id: otherAccountClientId })).status).toBe(200);
  });

  it('are reset to the initial ones', async () => {
    await start({ clients: [{ clientId, allowedReturnUrls: ['http://127.0.0.1:9191/cb'] }, { clientId: 'another' }] });
    const atTheStart = simulator.control.clients();
    expect(atTheStart[0]?.allowedReturnUrls).toEqual(['http://127.0.0.1:9191/cb']);
    simulator.control.setClient(added);
    simulator.control.allowReturnUrl(redirectUri);
    simulator.control.reset();
    expect(simulator.control.clients()).toEqual(atTheStart);
  });

  it.each<[unknown, RegExp]>([
    [{}, /clientId/],
    [{ clientId: '' }, /clientId: expected 1 to 100/],
    [{ clientId: 'c', secret: 's' }, /secret/],
    [{ clientId: 'c', clientSecret: '' }, /clientSecret/],
    [{ clientId: 'c', allowedReturnUrls: ['http://example.com/cb'] }, /allowedReturnUrls.*expected an https URL/],
    [{ clientId: 'c', allowedReturnUrls: ['vscode://some.extension'] }, /expected an https URL/],
    [{ clientId: 'c', allowedReturnUrls: ['http://127.0.0.1:9090/cb#a'] }, /without a fragment/],
    [{ clientId: 'c', allowedReturnUrls: ['nowhere'] }, /expected an https URL/],
    [{ clientId: 'c', scopes: ['alexa::all'] }, /scopes/],
  ])('cannot be set to %j', (client, message) => {
    const before = simulator.control.clients();
    expect(() => simulator.control.setClient(client as ClientInput)).toThrow(message);
    expect(simulator.control.clients()).toEqual(before);
  });

  it('cannot be changed when unknown', () => {
    const unknown = { clientId: 'unknown' };
    expect(() => simulator.control.allowReturnUrl(redirectUri, 'unknown')).toThrow(/no such client: unknown/);
    expect(() => simulator.control.allowReturnUrl('nowhere')).toThrow(/expected an https URL/);
    expect(() => simulator.control.issueRefreshToken(unknown)).toThrow(/no such client/);
    expect(() => simulator.control.issueAuthorizationCode({ redirectUri, ...unknown })).toThrow(/no such client/);
  });
});

describe('the control API', () => {
  it('shows and changes clients, and allows return URLs', async () => {
    const further = 'http://127.0.0.1:9191/cb';
    const put = await control('PUT', 'clients', { clientId: 'c', clientSecret: 's' });
    expect(await put.json()).toMatchObject({ clientId: 'c', clientSecret: 's', allowedReturnUrls: [] });
    const forNew = await control('POST', 'return-urls', { url: further, clientId: 'c' });
    expect(await forNew.json()).toMatchObject({ clientId: 'c', allowedReturnUrls: [further] });
    expect((await control('POST', 'return-urls', { url: further })).status).toBe(200);
    const listed = await fetch(`${simulator.url}/_simulator/clients`);
    expect(await listed.json()).toEqual(simulator.control.clients());
    const shown = (await (await fetch(`${simulator.url}/_simulator/state`)).json()) as object;
    expect(shown).toMatchObject({ demoReturnUrls: [redirectUri, 'http://localhost:9090/cb', further] });
  });

  it('expires all access tokens, and revokes all refresh tokens', async () => {
    await control('PATCH', 'tokens', { accessTokens: 'expired' });
    expect(await readWith(demoCredentials.accessToken)).toBe(401);
    const { access_token } = await tokensIn(await refresh(demoCredentials.refreshToken));
    await control('PATCH', 'tokens', { refreshTokens: 'revoked' });
    expect(await errorIn(await refresh(demoCredentials.refreshToken))).toBe('invalid_grant');
    expect(await readWith(access_token)).toBe(200);
  });

  it.each<[string, string, object, RegExp]>([
    ['PUT', 'clients', { clientId: 'c', scopes: ['everything'] }, /scopes/],
    ['POST', 'return-urls', { url: 'http://example.com/' }, /expected an https URL/],
    ['POST', 'return-urls', { url: redirectUri, clientId: 'unknown' }, /no such client/],
    ['POST', 'return-urls', { returnUrl: redirectUri }, /url/],
    ['PATCH', 'tokens', { accessTokens: 'valid' }, /accessTokens/],
    ['PATCH', 'tokens', { everything: 'expired' }, /everything/],
    ['PATCH', 'switches', { withheldScope: 'everything' }, /withheldScope/],
    ['PATCH', 'switches', { namesScopes: 'yes' }, /namesScopes/],
  ])('rejects %s %s %j', async (method, path, body, message) => {
    const answer = await control(method, path, body);
    expect(answer.status).toBe(400);
    expect(await errorIn(answer)).toMatch(message);
  });
});
