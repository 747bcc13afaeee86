import { isNetworkCode } from '../failures/networkCode';
import { PROXY_ANSWER, type FailureKind } from '../failures/apiFailure';

/** A network error by its code, such as `ECONNRESET` or `net::ERR_CERT_AUTHORITY_INVALID`. */
export interface NetworkError {
  readonly kind: FailureKind;
  readonly code: string;
}

/**
 * Codes of an untrusted server certificate. Excludes TLS protocol errors (`SSL`): their alerts may concern the client's
 * certificate, or arrive after the request was sent.
 */
const CERTIFICATE = /^(?!.*SSL).*(?:CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ISSUER|ALTNAME)/;
const PROXY = /PROXY|TUNNEL/;
const NAME = /ENOTFOUND|EAI_AGAIN|EAI_FAIL|NAME_NOT_RESOLVED|NAME_RESOLUTION/;
const TIMEOUT = /TIMEDOUT|TIMED_OUT|TIMEOUT/;

/**
 * Classifies the error that made a fetch reject. Node wraps the reason in `cause` (several times, and in an
 * AggregateError after trying several addresses); Chromium's network stack puts its code into the message.
 */
export function classifyNetworkError(error: unknown): NetworkError {
  const code = proxyStatus(error) ?? errorCode(error) ?? 'UNKNOWN';
  // An intermediary can put any text there.
  return { kind: kindOf(code), code: isNetworkCode(code) ? code : 'UNKNOWN' };
}

function kindOf(code: string): FailureKind {
  if (PROXY.test(code)) return 'proxy';
  if (CERTIFICATE.test(code)) return 'certificate';
  if (NAME.test(code)) return 'nameResolution';
  if (TIMEOUT.test(code)) return 'timeout';
  return 'network';
}

function errorCode(error: unknown, depth = 0): string | undefined {
  if (!(error instanceof Error) || depth > 8) return undefined;
  const inner: unknown[] = error instanceof AggregateError ? error.errors : [];
  for (const each of [error.cause, ...inner]) {
    const code = errorCode(each, depth + 1);
    if (code !== undefined) return code;
  }
  if ('code' in error && typeof error.code === 'string') return error.code;
  return /net::ERR_\w+/.exec(error.message)?.[0] ?? (/proxy|407/i.test(error.message) ? 'ERR_PROXY' : undefined);
}

/**
 * Returns the status that a proxy sent instead of opening a tunnel. It is in the message only: the error's code is that
 * of any aborted request.
 */
function proxyStatus(error: unknown, depth = 0): string | undefined {
  if (!(error instanceof Error) || depth > 8) return undefined;
  const status = /^Proxy response \((\d{3})\)/.exec(error.message)?.[1];
  return status === undefined ? proxyStatus(error.cause, depth + 1) : PROXY_ANSWER + status;
}
