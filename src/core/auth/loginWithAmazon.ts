import * as oauth from 'oauth4webapi';
import { serviceText, isHtml, readBody, requestIdOf, retryAfterMs, type HttpResponse } from '../api/httpResponse';
import { classifyNetworkError } from '../api/networkError';
import { failureKindOfStatus } from '../failures/httpStatus';
import { MAPPING_SCOPE } from '../model/scopes';
import type { SignInFailure, SignInFailureKind, SignInResult } from '../failures/signInFailure';
import { ACCESS_TOKEN_LIFETIME_MS, type Client } from './session';

export { listenForRedirect } from './loopbackServer';

/** A sign-in that waits for its answer. Its address goes to the browser; nothing of it is shown or written. */
export interface AuthorizationRequest {
  readonly url: string;
  readonly state: string;
  readonly codeVerifier: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
}

/** What the token endpoint has issued. */
export interface Tokens {
  readonly accessToken: string;
  readonly lifetimeMs: number;
  /** A renewal may or may not bring a new one; without one the earlier stays good. */
  readonly refreshToken?: string;
  /** What was granted, if the answer says so. */
  readonly scopes?: readonly string[];
}

/** Login with Amazon answers in a second or two; a person waits for it. Headers and body, in milliseconds. */
const TOKEN_REQUEST_TIMEOUT_MS = 15_000;

/**
 * Documented is an hour. A figure beyond all reason must not break what is stored, and one near zero not have a token renewed
 * for each request: when it is really dead, the service refuses it.
 */
const MAX_LIFETIME_MS = 24 * 3_600_000;
const MIN_LIFETIME_MS = 60_000;

/** Login with Amazon publishes no metadata, and none is needed: its answers name no issuer. */
const ISSUER = 'https://www.amazon.com';

/**
 * Prepares an authorization code grant with PKCE. The method is always sent: without it, Login with Amazon takes the
 * challenge for `plain`.
 *
 * @see https://developer.amazon.com/docs/login-with-amazon/authorization-code-grant.html
 */
export async function prepareAuthorization(
  request: Pick<AuthorizationRequest, 'clientId' | 'redirectUri' | 'scopes'>,
  authorizationEndpoint: string,
): Promise<AuthorizationRequest> {
  const state = oauth.generateRandomState();
  const codeVerifier = oauth.generateRandomCodeVerifier();
  const url = new URL(authorizationEndpoint);
  url.search = new URLSearchParams({
    client_id: request.clientId,
    scope: request.scopes.join(' '),
    response_type: 'code',
    redirect_uri: request.redirectUri,
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
  }).toString();
  return { ...request, url: url.href, state, codeVerifier };
}

/** Whether an address is where the browser was sent with the answer to this request: a code, or a refusal. */
export function matchesRequest(request: AuthorizationRequest, address: URL): boolean {
  const { origin, pathname } = new URL(request.redirectUri);
  if (address.origin !== origin || address.pathname !== pathname) return false;
  try {
    return codeOf(validateRedirect(request, address)) !== undefined;
  } catch (error) {
    return error instanceof oauth.AuthorizationResponseError;
  }
}

/** Exchanges the code in the address for tokens. The code can be used once, and for five minutes. */
export async function exchangeCode(
  request: AuthorizationRequest,
  address: URL,
  client: Client,
  tokenEndpoint: string,
  signal: AbortSignal,
): Promise<SignInResult<Tokens>> {
  let parameters: URLSearchParams;
  try {
    parameters = validateRedirect(request, address);
  } catch (error) {
    if (!(error instanceof oauth.AuthorizationResponseError)) return { ok: false, failure: { kind: 'foreignAnswer' } };
    const secrets = [request.state, request.codeVerifier, ...address.searchParams.getAll('code')].filter(Boolean);
    return {
      ok: false,
      failure: toSignInFailure(error, { invalidGrantKind: 'codeRefused', scopes: request.scopes, secrets }),
    };
  }
  const code = codeOf(parameters);
  if (code === undefined) return { ok: false, failure: { kind: 'foreignAnswer' } };
  // Login with Amazon names what was granted in the address, and may do so in the answer; silence means all (RFC 6749, 5.1).
  const named = parameters.get('scope')?.split(' ').filter(Boolean) ?? [];
  const granted = named.length > 0 ? named : request.scopes;
  const secrets = [client.secret, request.codeVerifier, request.state, code];
  const expected = { invalidGrantKind: 'codeRefused', scopes: request.scopes, secrets } as const;
  const result = await requestTokens(tokenEndpoint, signal, expected, async (as, options) =>
    oauth.processAuthorizationCodeResponse(
      as,
      { client_id: client.id },
      await oauth.authorizationCodeGrantRequest(
        as,
        { client_id: client.id },
        oauth.ClientSecretPost(client.secret),
        parameters,
        request.redirectUri,
        request.codeVerifier,
        options,
      ),
    ),
  );
  return result.ok ? { ok: true, value: { scopes: granted, ...result.value } } : result;
}

/** Asks for another access token. A refresh token belongs to the client that it was issued to. */
export async function refreshTokens(
  refreshToken: string,
  client: Client,
  tokenEndpoint: string,
  signal?: AbortSignal,
): Promise<SignInResult<Tokens>> {
  const expected = { invalidGrantKind: 'grantEnded', scopes: [], secrets: [client.secret, refreshToken] } as const;
  return requestTokens(tokenEndpoint, signal, expected, async (as, options) =>
    oauth.processRefreshTokenResponse(
      as,
      { client_id: client.id },
      await oauth.refreshTokenGrantRequest(
        as,
        { client_id: client.id },
        oauth.ClientSecretPost(client.secret),
        refreshToken,
        options,
      ),
    ),
  );
}

/** The one code of an answer. */
function codeOf(parameters: URLSearchParams): string | undefined {
  const [code, ...others] = parameters.getAll('code');
  return code === '' || others.length > 0 ? undefined : code;
}

function validateRedirect(request: AuthorizationRequest, address: URL): URLSearchParams {
  return oauth.validateAuthResponse({ issuer: ISSUER }, { client_id: request.clientId }, address, request.state);
}

/** What a refusal has to be read with. */
interface RequestDetails {
  /** What `invalid_grant` means for this grant. */
  readonly invalidGrantKind: SignInFailureKind;
  readonly scopes: readonly string[];
  /** What was sent and must not come back in any words. */
  readonly secrets: readonly string[];
}

async function requestTokens(
  tokenEndpoint: string,
  signal: AbortSignal | undefined,
  asked: RequestDetails,
  send: (
    as: oauth.AuthorizationServer,
    options: oauth.TokenEndpointRequestOptions,
  ) => Promise<oauth.TokenEndpointResponse>,
): Promise<SignInResult<Tokens>> {
  const limit = AbortSignal.timeout(TOKEN_REQUEST_TIMEOUT_MS);
  let answer: HttpResponse | undefined;
  const options: oauth.TokenEndpointRequestOptions = {
    signal: signal ? AbortSignal.any([signal, limit]) : limit,
    // Plain http gets this far to this machine itself only (`core/model/endpoint.ts`), such as to a simulator.
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so to be noticed, not to go away
    [oauth.allowInsecureRequests]: tokenEndpoint.startsWith('http:'),
    [oauth.customFetch]: async (url, init) => {
      answer = await fetchAnswer(url, init);
      return asResponse(answer);
    },
  };
  try {
    const issued = await send({ issuer: ISSUER, token_endpoint: tokenEndpoint }, options);
    // No header could carry it.
    if (!/^[\x21-\x7e]+$/.test(issued.access_token)) return { ok: false, failure: { kind: 'unexpectedResponse' } };
    return {
      ok: true,
      value: {
        accessToken: issued.access_token,
        lifetimeMs: lifetimeMs(issued.expires_in),
        ...(issued.refresh_token && { refreshToken: issued.refresh_token }),
        ...(issued.scope && { scopes: issued.scope.split(' ').filter(Boolean) }),
      },
    };
  } catch (error) {
    if (signal?.aborted) return { ok: false, failure: { kind: 'cancelled' } };
    if (limit.aborted) return { ok: false, failure: { kind: 'timeout' } };
    if (!answer) {
      const { kind, code } = classifyNetworkError(error);
      return { ok: false, failure: { kind: kind as SignInFailureKind, detail: code } };
    }
    return { ok: false, failure: { ...failureOf(error, answer, asked), ...supportDetails(answer, asked) } };
  }
}

function lifetimeMs(seconds: number | undefined): number {
  if (seconds === undefined) return ACCESS_TOKEN_LIFETIME_MS;
  return Math.min(Math.max(seconds * 1000, MIN_LIFETIME_MS), MAX_LIFETIME_MS);
}

/** The editor's fetch knows the user's proxy, so it is looked up at each call and nothing else is used. */
async function fetchAnswer(url: string, init: RequestInit): Promise<HttpResponse> {
  const response = await fetch(url, init);
  return { status: response.status, headers: response.headers, ...(await readBody(response.body)) };
}

/**
 * The answer as the library wants it. A challenge (`WWW-Authenticate`) is left out: the library would stop at it, while Login
 * with Amazon says in the body what is wrong.
 */
function asResponse({ status, headers, body }: HttpResponse): Response {
  const kept = new Headers(headers);
  for (const name of ['www-authenticate', 'content-encoding', 'content-length']) kept.delete(name);
  const mayHaveBody = ![204, 205, 304].includes(status);
  return new Response(mayHaveBody ? withoutEmptyMembers(body) : null, { status, headers: kept });
}

/**
 * Leaves out members that hold nothing: null or a blank text. Some servers write a member that does not apply in this way
 * instead of omitting it, which the library refuses.
 */
function withoutEmptyMembers(body: string): string {
  let json: unknown;
  try {
    // A byte order mark is no part of JSON, and RFC 8259, 8.1 lets a reader ignore it.
    json = JSON.parse(body.replace(/^\ufeff/, ''));
  } catch {
    return body;
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return body;
  const members = Object.entries(json).filter(
    ([, value]) => value !== null && !(typeof value === 'string' && value.trim() === ''),
  );
  return JSON.stringify(Object.fromEntries(members));
}

function failureOf(error: unknown, answer: HttpResponse, asked: RequestDetails): SignInFailure {
  // A refusal ends a session, so only those are believed that come with a status which Login with Amazon refuses with.
  if (error instanceof oauth.ResponseBodyError && [400, 401, 403].includes(answer.status)) {
    return toSignInFailure(error, asked);
  }
  const kind = failureKindOfStatus(answer.status);
  const detail = `HTTP ${answer.status}${isHtml(answer) ? ', web page' : ''}`;
  if (kind === 'throttled' || kind === 'serverError' || kind === 'unavailable' || kind === 'proxy')
    return { kind, detail };
  return { kind: 'unexpectedResponse', detail };
}

/** What one of OAuth's error codes means here (RFC 6749, 4.1.2.1 and 5.2). */
function toSignInFailure(
  { error, error_description: description }: oauth.ResponseBodyError | oauth.AuthorizationResponseError,
  { invalidGrantKind, scopes, secrets }: RequestDetails,
): SignInFailure {
  // As it came, and so of any type, whatever the library's types say.
  const said: unknown = description;
  const text = typeof said === 'string' ? said : '';
  const lwaMessage = text === '' ? {} : { lwaMessage: serviceText(text, secrets) };
  switch (error) {
    case 'access_denied':
      return { kind: 'consentDenied' };
    case 'invalid_grant':
      return { kind: invalidGrantKind, ...lwaMessage };
    case 'invalid_client':
      return { kind: 'clientRefused', ...lwaMessage };
    case 'unauthorized_client':
      return { kind: 'clientMismatch', ...lwaMessage };
    case 'invalid_scope': {
      const named = scopes.filter((scope) => text.includes(scope));
      const scopesToDrop = named.length > 0 ? named : scopes.filter((scope) => scope !== MAPPING_SCOPE);
      return { kind: 'invalidScope', scopesToDrop, ...lwaMessage };
    }
    case 'server_error':
      return { kind: 'serverError', ...lwaMessage };
    case 'temporarily_unavailable':
      return { kind: 'unavailable', ...lwaMessage };
    default:
      return { kind: 'requestRefused', detail: serviceText(error, secrets, 60), ...lwaMessage };
  }
}

function supportDetails(
  { headers }: HttpResponse,
  { secrets }: RequestDetails,
): Pick<SignInFailure, 'requestId' | 'retryAfterMs'> {
  const requestId = requestIdOf(headers, secrets);
  const wait = retryAfterMs(headers, Date.now());
  return { ...(requestId && { requestId }), ...(wait !== undefined && { retryAfterMs: wait }) };
}
