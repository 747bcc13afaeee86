import * as v from 'valibot';
import type { DetailKind } from '../failures/apiFailure';
import { sanitizeText } from '../text/sanitizeText';
import { redact } from '../text/redaction';
import { redactSentSecrets } from '../text/sentSecrets';

/** A complete HTTP response, whatever its status. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Headers;
  /** At most {@link MAX_BODY_BYTES}; a longer body is dropped. */
  readonly body: string;
  readonly complete: boolean;
}

/** In bytes. No documented body comes near this; a longer one is not from the service. */
const MAX_BODY_BYTES = 256 * 1024;

/** The reference's Error object (`type`) and the two shapes that sibling APIs return (`code`, or neither). */
const ErrorBody = v.object({
  type: v.optional(v.string()),
  code: v.optional(v.string()),
  message: v.optional(v.string()),
});

/**
 * The known shapes of the service's errors: the reference's Error object, and that of a sibling API. Gateways also send
 * a lone `message`, so that shape needs a request ID as well.
 */
const ErrorObject = v.union([
  v.looseObject({ type: v.string(), message: v.string(), code: v.optional(v.string()) }),
  v.looseObject({ code: v.string(), message: v.string() }),
]);
const ErrorMessage = v.strictObject({ message: v.string() });

/** Reads a body up to {@link MAX_BODY_BYTES}; `complete` is false when it is longer. */
export async function readBody(
  stream: ReadableStream<Uint8Array> | null | undefined,
): Promise<Pick<HttpResponse, 'body' | 'complete'>> {
  if (!stream) return { body: '', complete: true };
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.byteLength;
    // Leaving the loop cancels the stream and closes the connection.
    if (bytes > MAX_BODY_BYTES) return { body: '', complete: false };
    chunks.push(chunk);
  }
  // TextDecoder drops a byte order mark, which is not valid JSON; Buffer would keep it.
  return { body: new TextDecoder().decode(Buffer.concat(chunks)), complete: true };
}

/** Returns the body if it matches the schema; undefined for anything else: empty, cut off, HTML, other JSON. */
export function parseBody<T>(answer: HttpResponse, schema: v.GenericSchema<unknown, T>): T | undefined {
  if (!answer.complete) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(answer.body);
  } catch {
    return undefined;
  }
  const parsed = v.safeParse(schema, json);
  return parsed.success ? parsed.output : undefined;
}

/** Whether the response is a web page: from a proxy, a captive portal or a wrong host, not from the service. */
export function isHtml(answer: HttpResponse): boolean {
  return /html/i.test(answer.headers.get('content-type') ?? '') || /^\s*</.test(answer.body);
}

/**
 * Whether the service itself reports the error: a known shape of its Error object, or an empty body with a request ID.
 * Anything else comes from an intermediary, such as a gateway without this route.
 */
export function isErrorOfService(answer: HttpResponse): boolean {
  if (!answer.complete || isHtml(answer)) return false;
  if (parseBody(answer, ErrorObject)) return true;
  return (
    requestIdOf(answer.headers, []) !== undefined && (isEmpty(answer) || parseBody(answer, ErrorMessage) !== undefined)
  );
}

/** Describes an unexpected body without quoting it. */
export function describeUnexpectedBody(answer: HttpResponse): DetailKind {
  if (!answer.complete) return 'bodyTooLong';
  if (isEmpty(answer)) return 'emptyBody';
  return isHtml(answer) ? 'webPage' : 'unexpectedBody';
}

function isEmpty({ body }: HttpResponse): boolean {
  return body.trim() === '';
}

/**
 * Returns the service's error type and message, safe to display.
 *
 * @param token the access token that was sent, which the response may repeat
 */
export function serviceError(answer: HttpResponse, token: string): { serviceType?: string; serviceMessage?: string } {
  const error = parseBody(answer, ErrorBody);
  const type = error?.type ?? error?.code;
  const clean = (text: string) => serviceText(text, [token]);
  return {
    ...(type && { serviceType: clean(type) }),
    ...(error?.message && { serviceMessage: clean(error.message) }),
  };
}

/**
 * Returns external text that is safe to display and log: one line, with known secret formats and every sent secret
 * redacted, in any encoding. Sanitizes first, so that invisible characters cannot hide a secret.
 *
 * @param sent the secrets that the text may repeat
 * @param maxLength in characters
 */
export function serviceText(text: string, sent: readonly string[], maxLength = 500): string {
  return sanitizeText(redact(redactSentSecrets(sanitizeText(text, maxLength), sent)), maxLength);
}

/** The only response headers that are logged. */
const SHOWN_HEADERS = ['content-type', 'content-length', 'date', 'retry-after'];

/** Returns the response headers that may be logged, by name, with their values redacted. */
export function shownHeaders(headers: Headers, sent: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    SHOWN_HEADERS.flatMap((name) => {
      const value = headers.get(name);
      return value ? [[name, serviceText(value, sent, 128)]] : [];
    }),
  );
}

/** A longer wait, or a date further away, is a mistake. */
const DAY_MS = 24 * 3_600_000;

/**
 * Returns how long the service asks to wait, in milliseconds, at most a day: `Retry-After` in seconds or as an HTTP
 * date; undefined if missing or invalid. A date is measured from the response's own `Date` where that is plausible,
 * because the service's clock may differ.
 *
 * @param nowMs this computer's clock, for a response without `Date`
 */
export function retryAfterMs(headers: Headers, nowMs: number): number | undefined {
  const value = headers.get('retry-after')?.trim();
  if (!value) return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) {
    const waitMs = Number(value) * 1000;
    // Hundreds of digits overflow to Infinity, which JSON cannot store.
    return Number.isFinite(waitMs) ? Math.min(waitMs, DAY_MS) : undefined;
  }
  const untilMs = httpDateMs(value);
  if (untilMs === undefined) return undefined;
  const sentAtMs = httpDateMs(headers.get('date') ?? '');
  const waits = [...(sentAtMs === undefined ? [] : [untilMs - sentAtMs]), untilMs - nowMs];
  const waitMs = waits.find((each) => Math.abs(each) <= DAY_MS) ?? waits[0] ?? 0;
  return Math.min(Math.max(0, waitMs), DAY_MS);
}

/** Returns when a response was made by the clock of its sender; undefined if unknown, or if a cache kept it. */
export function sentAtMsOf(headers: Headers): number | undefined {
  return headers.has('age') ? undefined : httpDateMs(headers.get('date') ?? '');
}

/** Date.parse accepts text that is not a date ("soon 5"); every form of an HTTP date begins with the weekday. */
function httpDateMs(value: string): number | undefined {
  const date = /^\s*(mon|tue|wed|thu|fri|sat|sun)/i.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : date;
}

/**
 * Returns the request ID, which Amazon support asks for; undefined if there is none.
 *
 * @param sent the secrets that were sent, which the response may repeat
 */
export function requestIdOf(headers: Headers, sent: readonly string[]): string | undefined {
  const id = headers.get('x-amzn-requestid') ?? headers.get('x-amzn-request-id') ?? headers.get('x-amz-request-id');
  return id ? serviceText(id, sent, 128) : undefined;
}
