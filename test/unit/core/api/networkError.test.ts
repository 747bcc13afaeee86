import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyNetworkError } from '../../../../src/core/api/networkError';

const withCode = (code: string, message = code) => Object.assign(new Error(message), { code });
const fetchFailed = (cause: unknown) => new TypeError('fetch failed', { cause });

describe('a network error', () => {
  it.each([
    ['ECONNREFUSED', 'network'],
    ['ECONNRESET', 'network'],
    ['UND_ERR_SOCKET', 'network'],
    ['EHOSTUNREACH', 'network'],
    ['ENOTFOUND', 'nameResolution'],
    ['EAI_AGAIN', 'nameResolution'],
    ['ETIMEDOUT', 'timeout'],
    ['UND_ERR_CONNECT_TIMEOUT', 'timeout'],
    ['CERT_HAS_EXPIRED', 'certificate'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'certificate'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'certificate'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate'],
    ['UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY', 'certificate'],
    ['EPROTO', 'network'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'network'],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'network'],
    ['ERR_TLS_HANDSHAKE_TIMEOUT', 'timeout'],
  ])('with the code %s is of kind %s, however deep fetch has wrapped it', (code, kind) => {
    expect(classifyNetworkError(withCode(code))).toEqual({ kind, code });
    expect(classifyNetworkError(fetchFailed(withCode(code)))).toEqual({ kind, code });
    expect(classifyNetworkError(fetchFailed(fetchFailed(withCode(code))))).toEqual({ kind, code });
    expect(classifyNetworkError(fetchFailed(new AggregateError([withCode(code), withCode('OTHER')])))).toEqual({
      kind,
      code,
    });
  });

  it.each([
    ['net::ERR_CERT_AUTHORITY_INVALID', 'certificate'],
    ['net::ERR_SSL_PROTOCOL_ERROR', 'network'],
    ['net::ERR_SSL_CLIENT_AUTH_CERT_NEEDED', 'network'],
    ['net::ERR_NAME_NOT_RESOLVED', 'nameResolution'],
    ['net::ERR_PROXY_CONNECTION_FAILED', 'proxy'],
    ['net::ERR_TUNNEL_CONNECTION_FAILED', 'proxy'],
    ['net::ERR_CONNECTION_TIMED_OUT', 'timeout'],
    ['net::ERR_INTERNET_DISCONNECTED', 'network'],
  ])('%s of VS Code’s own network stack is of kind %s', (code, kind) => {
    expect(classifyNetworkError(new Error(`Request failed: ${code} at https://host/`))).toEqual({ kind, code });
  });

  it.each([407, 403, 502])('of a proxy that responds with %i instead of a tunnel is reported as such', (status) => {
    // As thrown by the extension host's fetch, whose codes only say that the request was aborted.
    const refused = Object.assign(new Error(`Proxy response (${status}) !== 200 when HTTP Tunneling`), {
      name: 'AbortError',
      code: 'UND_ERR_ABORTED',
    });
    const canceled = Object.assign(new Error('Request was cancelled.', { cause: refused }), { code: 0 });
    expect(classifyNetworkError(fetchFailed(canceled))).toEqual({ kind: 'proxy', code: `PROXY_ANSWER_${status}` });
  });

  it('without a code is still a network error', () => {
    for (const error of [new TypeError('terminated'), 'text', undefined, null, {}, fetchFailed('text')]) {
      expect(classifyNetworkError(error)).toEqual({ kind: 'network', code: 'UNKNOWN' });
    }
  });

  it('is recognized even in errors that contain themselves, and exposes nothing but a code', () => {
    const loop: Error & { cause?: unknown } = new Error('https://host/?token=Atza|x');
    loop.cause = loop;
    expect(classifyNetworkError(loop)).toEqual({ kind: 'network', code: 'UNKNOWN' });
    fc.assert(
      fc.property(fc.anything(), (thrown) => {
        expect(classifyNetworkError(thrown).kind).toBeTypeOf('string');
      }),
    );
  });
});
