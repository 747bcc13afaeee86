import * as v from 'valibot';
import { bodyShapes } from './bodies';

const milliseconds = v.pipe(v.number(), v.minValue(0), v.maxValue(600_000));

/** What every kind of failure may say about the change that was asked for. */
const effectEntries = {
  /**
   * Whether the change takes effect: `never`, `done` (before the fault is seen), or `later` (`laterMs` after the
   * connection is gone). Without it: `never` for error statuses, hang, and reset; `done` for the others.
   */
  effect: v.optional(v.picklist(['never', 'done', 'later'])),
  laterMs: v.optional(milliseconds),
};

/** What HTTP allows in a header (RFC 9110, 5); anything else could not be sent. */
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

/** How an answer goes wrong. */
export const FailureSchema = v.variant('kind', [
  /** An answer that arrives, with any part of it replaced. */
  v.strictObject({
    kind: v.literal('answer'),
    /** Without it: the status of the true answer. */
    status: v.optional(v.pipe(v.number(), v.integer(), v.minValue(200), v.maxValue(599))),
    /** Without it: `error` when the status is replaced by an error status, else `asUsual`. */
    body: v.optional(v.picklist(bodyShapes)),
    /** The message of `error`, `message` and `codeMessage`; the error code of `oauthError`. */
    message: v.optional(v.string()),
    /** The description of `oauthError`. */
    description: v.optional(v.string()),
    headers: v.optional(v.record(headerName, headerValue)),
    retryAfter: v.optional(RetryAfterSchema),
    contentType: v.optional(headerValue),
    /** How x-amzn-RequestId is spelt, if it is sent. */
    requestId: v.optional(v.picklist(['usual', 'lowerCase', 'upperCase', 'missing'])),
    ...effectEntries,
  }),
  /** Nothing is ever sent. */
  v.strictObject({ kind: v.literal('hang'), ...effectEntries }),
  /** Status line and headers, then nothing. */
  v.strictObject({ kind: v.literal('hangAfterHeaders'), ...effectEntries }),
  /** The true answer, byte by byte. */
  v.strictObject({ kind: v.literal('drip'), everyMs: v.optional(milliseconds), ...effectEntries }),
  /** The connection is reset without an answer. */
  v.strictObject({ kind: v.literal('reset'), ...effectEntries }),
  /** The connection is reset when half of the body is sent. */
  v.strictObject({ kind: v.literal('resetMidBody'), ...effectEntries }),
  /** The true answer; of use with `delayMs`, and `effect: later` for a service that is slow to become consistent. */
  v.strictObject({ kind: v.literal('slow'), ...effectEntries }),
]);

export type Failure = v.InferOutput<typeof FailureSchema>;
export type FailureInput = v.InferInput<typeof FailureSchema>;

/** Whether and when the change that was asked for happens. */
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
