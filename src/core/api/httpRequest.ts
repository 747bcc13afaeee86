import { ofetch } from 'ofetch';
import { readBody, type HttpResponse } from './httpResponse';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  /** Sent as JSON. */
  readonly body?: object;
}

/**
 * Sends one request once and reads the whole answer, whatever its status.
 *
 * ofetch's own retry and time limit stay off: it would replay writes, does not heed `Retry-After`, and its limit ends
 * at the headers. A redirect is an answer like any other, since following one would carry the token elsewhere.
 *
 * @param signal gives the attempt up at once, also while the body arrives
 * @throws whatever fetch throws on a fault of the network, and the signal's reason; never log it, it holds the headers
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
