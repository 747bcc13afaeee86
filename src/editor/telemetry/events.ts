import * as v from 'valibot';
import { FAILURE_KINDS } from '../../core/failures/apiFailure';
import { REQUEST_OPERATIONS } from '../../core/model/serviceProvider';
import { SIGN_IN_FAILURE_KINDS } from '../../core/failures/signInFailure';
import { COMMAND_NAMES } from '../commandNames';

const failureKind = v.picklist(FAILURE_KINDS);

/** A count. */
const count = v.pipe(v.number(), v.finite(), v.minValue(0), v.transform(Math.round));
/** A duration in milliseconds. */
const milliseconds = count;

/**
 * Everything that can be sent, and why: the documentation of the extension's telemetry, the types of what the code may
 * record, and the filter that each event passes before it is sent (`telemetry.ts`).
 *
 * A property is one value of a closed list and a measurement is a number, so no ID, token, message, body, host name or
 * any other text can be included, not even by mistake. Anything else is not sent.
 */
export const EVENTS = {
  /**
   * A command has ended, however it was started.
   *
   * Which commands are used, and which fail or are left half-way and so need work?
   */
  command: {
    properties: v.object({
      command: v.picklist(COMMAND_NAMES),
      /**
       * `succeeded`: all of it; `dismissed`: the user left a prompt; `rejected`: it was not possible, and nothing was sent;
       * `canceled`: the user canceled it; `failed`: at least one request failed; `internalError`: a bug in the extension.
       */
      result: v.picklist(['succeeded', 'dismissed', 'rejected', 'canceled', 'failed', 'internalError']),
      /** Of the first request that failed, or of the sign-in. */
      failure: v.optional(v.union([failureKind, v.picklist(SIGN_IN_FAILURE_KINDS)])),
    }),
    measurements: v.object({
      /** From start to end, including the user's time to answer prompts. */
      durationMs: milliseconds,
      /** The number of service providers it was called with, if known. Do users work on one or on many at a time? */
      serviceProviders: v.optional(count),
    }),
  },

  /**
   * The requests of about a minute with the same operation and outcome, added up: a list of hundreds of providers would
   * otherwise send hundreds of events at each refresh. Each retry counts.
   *
   * How reliable and how fast is the service for users, and why do requests fail?
   */
  requests: {
    properties: v.object({
      operation: v.picklist(REQUEST_OPERATIONS),
      /** `notFound` is not a failure for `get` and `readProvider`: nothing is mapped, or there is no such service provider. */
      outcome: v.union([v.literal('succeeded'), failureKind]),
    }),
    measurements: v.object({
      requests: count,
      /** The total of all of them. */
      durationMs: milliseconds,
    }),
  },
} as const;

export type EventName = keyof typeof EVENTS;
export type EventProperties<Name extends EventName> = Readonly<v.InferOutput<(typeof EVENTS)[Name]['properties']>>;
export type EventMeasurements<Name extends EventName> = Readonly<v.InferOutput<(typeof EVENTS)[Name]['measurements']>>;

/** Returns an event reduced to what is documented; undefined if a value is not one of the documented ones. */
export function onlyDocumented<Name extends EventName>(
  event: Name,
  properties: EventProperties<Name>,
  measurements: EventMeasurements<Name>,
): { readonly properties: object; readonly measurements: object } | undefined {
  const words = v.safeParse(EVENTS[event].properties, properties);
  const numbers = v.safeParse(EVENTS[event].measurements, measurements);
  if (!words.success || !numbers.success) return undefined;
  return { properties: words.output, measurements: numbers.output };
}
