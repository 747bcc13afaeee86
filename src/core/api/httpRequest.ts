import { ofetch } from 'ofetch';
import { readBody, type HttpResponse } from './httpResponse';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  /** Sent as JSON. */
  readonly body?: object;
}

/**
 * Sends one request once and returns the complete response, whatever its status.
 *
 * ofetch's own retry and timeout stay off: it would replay writes, ignores `Retry-After`, and its timeout ends at the
 * headers. Redirects are returned, not followed: following one would send the token to another host.
 *
 * @param signal aborts the request at any time, also while the body arrives
 * @throws a network error from fetch, or the signal's reason; never log it, because it contains the headers
 */
export async function send(request: HttpRequest, accessToken: string, signal: AbortSignal): Promise<HttpResponse> {
  const response = await ofetch.raw(request.url, {
    method: request.method,
    headers: {
      authorization: `Bearer ${accessToken}`,
      accept: 'application/json',
      'content-type': 'application/json',
    },
    ...(request.body && { body: request.body as Record<string, unknown> }),
    signal,
    retry: 0,
    redirect: 'manual',
    ignoreResponseError: true,
    responseType: 'stream',
  });
  return { status: response.status, headers: response.headers, ...(await readBody(response._data)) };
}
