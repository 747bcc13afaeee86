import * as v from 'valibot';
import { bodyShapes } from './bodies';

const milliseconds = v.pipe(v.number(), v.minValue(0), v.maxValue(600_000));

/** Options of every kind of failure for the effect of the requested change. */
const effectEntries = {
  /**
   * Whether the change takes effect: `never`, `done` (before the failure), or `later` (`laterMs` after the connection is
   * closed). The default is `never` for error statuses, hang and reset, and `done` for the others.
   */
  effect: v.optional(v.picklist(['never', 'done', 'later'])),
  laterMs: v.optional(milliseconds),
};

/** What HTTP allows in a header (RFC 9110, 5). */
const headerName = v.pipe(v.string(), v.regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'expected the name of a header'));
const headerValue = v.pipe(v.string(), v.regex(/^[\t\x20-\x7e]*$/, 'expected printable ASCII'));

const RetryAfterSchema = v.union(
  [
    v.strictObject({ seconds: v.number() }),
    v.strictObject({ dateAfterSeconds: v.number() }),
    v.strictObject({ raw: headerValue }),
  ],
  'expected {seconds}, {dateAfterSeconds} or {raw}',
);

/** How a response fails. */
export const FailureSchema = v.variant('kind', [
  /** A response that arrives, with parts of it replaced. */
  v.strictObject({
    kind: v.literal('answer'),
    /** Defaults to the usual status. */
    status: v.optional(v.pipe(v.number(), v.integer(), v.minValue(200), v.maxValue(599))),
    /** Defaults to `error` if `status` is an error status, and to `asUsual` otherwise. */
    body: v.optional(v.picklist(bodyShapes)),
    /** The message of `error`, `message` and `codeMessage`; the error code of `oauthError`. */
    message: v.optional(v.string()),
    /** The description of `oauthError`. */
    description: v.optional(v.string()),
    headers: v.optional(v.record(headerName, headerValue)),
    retryAfter: v.optional(RetryAfterSchema),
    contentType: v.optional(headerValue),
    /** The case of x-amzn-RequestId, if it is sent. */
    requestId: v.optional(v.picklist(['usual', 'lowerCase', 'upperCase', 'missing'])),
    ...effectEntries,
  }),
  /** Never responds. */
  v.strictObject({ kind: v.literal('hang'), ...effectEntries }),
  /** Sends the status line and headers, then nothing. */
  v.strictObject({ kind: v.literal('hangAfterHeaders'), ...effectEntries }),
  /** Sends the usual response byte by byte. */
  v.strictObject({ kind: v.literal('drip'), everyMs: v.optional(milliseconds), ...effectEntries }),
  /** Resets the connection without a response. */
  v.strictObject({ kind: v.literal('reset'), ...effectEntries }),
  /** Resets the connection after half of the body. */
  v.strictObject({ kind: v.literal('resetMidBody'), ...effectEntries }),
  /** Sends the usual response. Use it with `delayMs`, or with `effect: later` for an eventually consistent service. */
  v.strictObject({ kind: v.literal('slow'), ...effectEntries }),
]);

export type Failure = v.InferOutput<typeof FailureSchema>;
export type FailureInput = v.InferInput<typeof FailureSchema>;

/** Whether and when the requested change takes effect. */
export function effectOf(failure: Failure): 'never' | 'done' | 'later' {
  if (failure.effect) return failure.effect;
  switch (failure.kind) {
    case 'hang':
    case 'reset':
      return 'never';
    case 'answer':
      return failure.status !== undefined && failure.status >= 300 ? 'never' : 'done';
    case 'hangAfterHeaders':
    case 'drip':
    case 'resetMidBody':
    case 'slow':
      return 'done';
  }
}
