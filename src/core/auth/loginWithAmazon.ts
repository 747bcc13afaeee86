import * as oauth from 'oauth4webapi';
import { serviceText, isHtml, readBody, requestIdOf, retryAfterMs, type HttpResponse } from '../api/httpResponse';
import { classifyNetworkError } from '../api/networkError';
import { failureKindOfStatus } from '../failures/httpStatus';
import { MAPPING_SCOPE } from '../model/scopes';
import type { SignInFailure, SignInFailureKind, SignInResult } from '../failures/signInFailure';
import { ACCESS_TOKEN_LIFETIME_MS, type Client } from './session';

export { listenForRedirect } from './loopbackServer';

/** A sign-in that waits for its redirect. Its URL goes to the browser only; never display or log any of it. */
export interface AuthorizationRequest {
  readonly url: string;
  readonly state: string;
  readonly codeVerifier: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
}

/** What the token endpoint issued. */
export interface Tokens {
  readonly accessToken: string;
  readonly lifetimeMs: number;
  /** A refresh may return a new one; otherwise the earlier one stays valid. */
  readonly refreshToken?: string;
  /** The granted scopes, if the response names them. */
  readonly scopes?: readonly string[];
}

/**
 * Time limit for headers and body, in milliseconds. Login with Amazon responds within a second or two, and a user
 * waits.
 */
const TOKEN_REQUEST_TIMEOUT_MS = 15_000;

/**
 * Upper limit of a token's lifetime, in milliseconds; one hour is documented. Lifetimes are clamped: an absurd one must
 * not break stored data, and one near zero must not cause a refresh per request. The service rejects a token that has
 * in fact expired.
 */
const MAX_LIFETIME_MS = 24 * 3_600_000;
const MIN_LIFETIME_MS = 60_000;

/** Login with Amazon publishes no metadata; none is needed, because its responses name no issuer. */
const ISSUER = 'https://www.amazon.com';

/**
 * Prepares an authorization code grant with PKCE. Always sends the challenge method: without it, Login with Amazon
 * assumes `plain`.
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

/** Whether a URL is the redirect for this request, with a code or an error. */
export function matchesRequest(request: AuthorizationRequest, address: URL): boolean {
  const { origin, pathname } = new URL(request.redirectUri);
  if (address.origin !== origin || address.pathname !== pathname) return false;
  try {
    return codeOf(validateRedirect(request, address)) !== undefined;
  } catch (error) {
    return error instanceof oauth.AuthorizationResponseError;
  }
}

/** Exchanges the code in the redirect URL for tokens. A code is valid once, for five minutes. */
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
    if (!(error instanceof oauth.AuthorizationResponseError))
      return { ok: false, failure: { kind: 'unexpectedRedirect' } };
    const secrets = [request.state, request.codeVerifier, ...address.searchParams.getAll('code')].filter(Boolean);
    return {
      ok: false,
      failure: toSignInFailure(error, { invalidGrantKind: 'invalidCode', scopes: request.scopes, secrets }),
    };
  }
  const code = codeOf(parameters);
  if (code === undefined) return { ok: false, failure: { kind: 'unexpectedRedirect' } };
  // Login with Amazon names the granted scopes in the redirect URL, and may do so in the response; without either, all
  // were granted (RFC 6749, 5.1).
  const named = parameters.get('scope')?.split(' ').filter(Boolean) ?? [];
  const granted = named.length > 0 ? named : request.scopes;
  const secrets = [client.secret, request.codeVerifier, request.state, code];
  const expected = { invalidGrantKind: 'invalidCode', scopes: request.scopes, secrets } as const;
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

/** Requests a new access token. A refresh token is bound to the client it was issued to. */
export async function refreshTokens(
  refreshToken: string,
  client: Client,
  tokenEndpoint: string,
  signal?: AbortSignal,
): Promise<SignInResult<Tokens>> {
  const expected = {
    invalidGrantKind: 'refreshTokenRevoked',
    scopes: [],
    secrets: [client.secret, refreshToken],
  } as const;
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

/** Returns the code of a redirect if there is exactly one. */
function codeOf(parameters: URLSearchParams): string | undefined {
  const [code, ...others] = parameters.getAll('code');
  return code === '' || others.length > 0 ? undefined : code;
}

function validateRedirect(request: AuthorizationRequest, address: URL): URLSearchParams {
  return oauth.validateAuthResponse({ issuer: ISSUER }, { client_id: request.clientId }, address, request.state);
}

/** What is needed to interpret an error response. */
interface RequestDetails {
  /** What `invalid_grant` means for this grant. */
  readonly invalidGrantKind: SignInFailureKind;
  readonly scopes: readonly string[];
  /** Secrets that were sent, to be redacted from any message. */
  readonly secrets: readonly string[];
}

async function requestTokens(
  tokenEndpoint: string,
  signal: AbortSignal | undefined,
  details: RequestDetails,
  send: (
    as: oauth.AuthorizationServer,
    options: oauth.TokenEndpointRequestOptions,
  ) => Promise<oauth.TokenEndpointResponse>,
): Promise<SignInResult<Tokens>> {
  const limit = AbortSignal.timeout(TOKEN_REQUEST_TIMEOUT_MS);
  let answer: HttpResponse | undefined;
  const options: oauth.TokenEndpointRequestOptions = {
    signal: signal ? AbortSignal.any([signal, limit]) : limit,
    // Plain http gets this far only for this machine (`core/model/endpoint.ts`), such as for a simulator.
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked deprecated to stand out; it stays
    [oauth.allowInsecureRequests]: tokenEndpoint.startsWith('http:'),
    [oauth.customFetch]: async (url, init) => {
      answer = await fetchAnswer(url, init);
      return asResponse(answer);
    },
  };
  try {
    const issued = await send({ issuer: ISSUER, token_endpoint: tokenEndpoint }, options);
    // A token with other characters cannot be sent in a header.
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
    if (signal?.aborted) return { ok: false, failure: { kind: 'canceled' } };
    if (limit.aborted) return { ok: false, failure: { kind: 'timeout' } };
    if (!answer) {
      const { kind, code } = classifyNetworkError(error);
      return { ok: false, failure: { kind: kind as SignInFailureKind, detail: code } };
    }
    return { ok: false, failure: { ...failureOf(error, answer, details), ...supportDetails(answer, details) } };
  }
}

function lifetimeMs(seconds: number | undefined): number {
  if (seconds === undefined) return ACCESS_TOKEN_LIFETIME_MS;
  return Math.min(Math.max(seconds * 1000, MIN_LIFETIME_MS), MAX_LIFETIME_MS);
}

/** Sends with VS Code's fetch, which uses the user's proxy. Look it up for each call: VS Code may replace it. */
async function fetchAnswer(url: string, init: RequestInit): Promise<HttpResponse> {
  const response = await fetch(url, init);
  return { status: response.status, headers: response.headers, ...(await readBody(response.body)) };
}

/**
 * Converts a response for the library, without `WWW-Authenticate`: the library would stop at that challenge, while
 * Login with Amazon describes the error in the body.
 */
function asResponse({ status, headers, body }: HttpResponse): Response {
  const filtered = new Headers(headers);
  for (const name of ['www-authenticate', 'content-encoding', 'content-length']) filtered.delete(name);
  const mayHaveBody = ![204, 205, 304].includes(status);
  return new Response(mayHaveBody ? withoutEmptyMembers(body) : null, { status, headers: filtered });
}

/**
 * Removes empty members: null or blank text. Some servers write a member that does not apply this way instead of
 * omitting it, which the library rejects.
 */
function withoutEmptyMembers(body: string): string {
  let json: unknown;
  try {
    // RFC 8259, 8.1 lets a reader ignore a byte order mark, which is not part of JSON.
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

function failureOf(error: unknown, answer: HttpResponse, details: RequestDetails): SignInFailure {
  // Some of these errors end a session, so trust only the statuses that Login with Amazon uses for errors.
  if (error instanceof oauth.ResponseBodyError && [400, 401, 403].includes(answer.status)) {
    return toSignInFailure(error, details);
  }
  const kind = failureKindOfStatus(answer.status);
  const detail = `HTTP ${answer.status}${isHtml(answer) ? ', web page' : ''}`;
  if (kind === 'throttled' || kind === 'serverError' || kind === 'unavailable' || kind === 'proxy')
    return { kind, detail };
  return { kind: 'unexpectedResponse', detail };
}

/** Maps an OAuth error code to a failure (RFC 6749, 4.1.2.1 and 5.2). */
function toSignInFailure(
  { error, error_description: description }: oauth.ResponseBodyError | oauth.AuthorizationResponseError,
  { invalidGrantKind, scopes, secrets }: RequestDetails,
): SignInFailure {
  // Unchecked, so of any type, despite the library's types.
  const rawText: unknown = description;
  const text = typeof rawText === 'string' ? rawText : '';
  const lwaMessage = text === '' ? {} : { lwaMessage: serviceText(text, secrets) };
  switch (error) {
    case 'access_denied':
      return { kind: 'consentDenied' };
    case 'invalid_grant':
      return { kind: invalidGrantKind, ...lwaMessage };
    case 'invalid_client':
      return { kind: 'invalidClient', ...lwaMessage };
    case 'unauthorized_client':
      return { kind: 'clientNotAuthorized', ...lwaMessage };
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
      return { kind: 'invalidRequest', detail: serviceText(error, secrets, 60), ...lwaMessage };
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
