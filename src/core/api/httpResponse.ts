import * as v from 'valibot';
import type { DetailKind } from '../failures/apiFailure';
import { sanitizeText } from '../text/sanitizeText';
import { redact } from '../text/redaction';
import { withoutSentSecrets } from '../text/sentSecrets';

/** A complete HTTP answer, whatever its status. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Headers;
  /** At most {@link MAX_BODY_BYTES}; the rest of a longer body is not read. */
  readonly body: string;
  readonly complete: boolean;
}

/** No documented body comes near this; whatever is longer is not the service's and need not be held in memory. */
const MAX_BODY_BYTES = 256 * 1024;

/** The reference's Error object (`type`) and the two shapes its sibling APIs answer with (`code`, or neither). */
const ErrorBody = v.object({
  type: v.optional(v.string()),
  code: v.optional(v.string()),
  message: v.optional(v.string()),
});

/**
 * What an answer of the service that says failure is known to look like: the reference's Error object, and the shape of a
 * sibling API. Their `message` alone is what gateways send as well, so that it takes a request ID to tell them apart.
 */
const ErrorObject = v.union([
  v.looseObject({ type: v.string(), message: v.string(), code: v.optional(v.string()) }),
  v.looseObject({ code: v.string(), message: v.string() }),
]);
const ErrorMessage = v.strictObject({ message: v.string() });

/** Reads a body to its end, or to its limit: the rest is not fetched. */
export async function readBody(
  stream: ReadableStream<Uint8Array> | null | undefined,
): Promise<Pick<HttpResponse, 'body' | 'complete'>> {
  if (!stream) return { body: '', complete: true };
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.byteLength;
    // Leaving the loop cancels the stream and with it the connection.
    if (bytes > MAX_BODY_BYTES) return { body: '', complete: false };
    chunks.push(chunk);
  }
  // Unlike a buffer, it leaves a byte order mark out, which is no part of the text and no JSON.
  return { body: new TextDecoder().decode(Buffer.concat(chunks)), complete: true };
}

/** The body as the schema wants it, or undefined when it is anything else: empty, cut off, HTML, other JSON. */
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

/** A web page instead of an answer: a proxy, a captive portal or a wrong host speaks, not the service. */
export function isHtml(answer: HttpResponse): boolean {
  return /html/i.test(answer.headers.get('content-type') ?? '') || /^\s*</.test(answer.body);
}

/**
 * Whether it is the service itself that says failure, by the known shapes of its Error object or by an empty body with a
 * request ID. Everything else comes from somebody in its place, such as a gateway that knows no such route.
 */
export function isErrorOfService(answer: HttpResponse): boolean {
  if (!answer.complete || isHtml(answer)) return false;
  if (parseBody(answer, ErrorObject)) return true;
  return (
    requestIdOf(answer.headers, []) !== undefined && (isEmpty(answer) || parseBody(answer, ErrorMessage) !== undefined)
  );
}

/** Says what stands in the place of a documented body, without repeating any of it. */
export function whatCame(answer: HttpResponse): DetailKind {
  if (!answer.complete) return 'bodyTooLong';
  if (isEmpty(answer)) return 'emptyBody';
  return isHtml(answer) ? 'webPage' : 'unexpectedBody';
}

function isEmpty({ body }: HttpResponse): boolean {
  return body.trim() === '';
}

/**
 * The service's own words on an error, safe to show.
 *
 * @param token the access token that was sent, in case the answer repeats it
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
 * Words of others, safe to show and to write: one line, without what only looks like a secret and without what was sent as one,
 * in whatever form it comes back. Cleaned first, so that nothing invisible can hide a secret.
 *
 * @param sent the secrets that the words may repeat
 * @param maxLength in characters
 */
export function serviceText(text: string, sent: readonly string[], maxLength = 500): string {
  return sanitizeText(redact(withoutSentSecrets(sanitizeText(text, maxLength), sent)), maxLength);
}

/** The only headers of an answer that are written. */
const SHOWN_HEADERS = ['content-type', 'content-length', 'date', 'retry-after'];

/** The headers of an answer that may be written, by their names; their values are words of others, too. */
export function shownHeaders(headers: Headers, sent: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    SHOWN_HEADERS.flatMap((name) => {
      const value = headers.get(name);
      return value ? [[name, serviceText(value, sent, 128)]] : [];
    }),
  );
}

/** Whatever asks for a longer wait than this, or is further away from now, is a mistake. */
const DAY_MS = 24 * 3_600_000;

/**
 * How long the service asks to wait, in milliseconds, a day at most: `Retry-After` in seconds or as an HTTP date; undefined
 * when it is missing or makes no sense. A date is one of the service's clock, and so is counted from the answer's own `Date`
 * where that makes sense.
 *
 * @param nowMs the clock of this computer, for an answer without a date
 */
export function retryAfterMs(headers: Headers, nowMs: number): number | undefined {
  const value = headers.get('retry-after')?.trim();
  if (!value) return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) {
    const waitMs = Number(value) * 1000;
    // Hundreds of digits are no number any more, and no failure that is kept could hold it.
    return Number.isFinite(waitMs) ? Math.min(waitMs, DAY_MS) : undefined;
  }
  const untilMs = httpDateMs(value);
  if (untilMs === undefined) return undefined;
  const sentAtMs = httpDateMs(headers.get('date') ?? '');
  const waits = [...(sentAtMs === undefined ? [] : [untilMs - sentAtMs]), untilMs - nowMs];
  const waitMs = waits.find((each) => Math.abs(each) <= DAY_MS) ?? waits[0] ?? 0;
  return Math.min(Math.max(0, waitMs), DAY_MS);
}

/** Date.parse takes much that is no date ("soon 5"); each form of an HTTP date begins with its weekday. */
function httpDateMs(value: string): number | undefined {
  const date = /^\s*(mon|tue|wed|thu|fri|sat|sun)/i.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : date;
}

/**
 * What support asks for, when the service gave it.
 *
 * @param sent the secrets that were sent, in case the answer repeats one
 */
export function requestIdOf(headers: Headers, sent: readonly string[]): string | undefined {
  const id = headers.get('x-amzn-requestid') ?? headers.get('x-amzn-request-id') ?? headers.get('x-amz-request-id');
  return id ? serviceText(id, sent, 128) : undefined;
}
