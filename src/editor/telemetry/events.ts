import * as v from 'valibot';
import { FAILURE_KINDS } from '../../core/failures/apiFailure';
import { OPERATIONS } from '../../core/model/networkMapping';
import { SIGN_IN_FAILURE_KINDS } from '../../core/failures/signInFailure';

const failureKind = v.picklist(FAILURE_KINDS);

/** The commands as telemetry knows them: their ids without the extension's prefix. */
export const COMMAND_NAMES = [
  'signIn',
  'signOut',
  'addServiceProvider',
  'renameServiceProvider',
  'removeServiceProvider',
  'importServiceProviders',
  'exportServiceProviders',
  'createMapping',
  'updateMapping',
  'deleteMapping',
  'undoLastChange',
  'showHistory',
  'refresh',
  'refreshServiceProvider',
  'copyServiceProviderId',
  'copySkillId',
  'viewAsList',
  'groupBySkill',
  'filter',
  'clearFilter',
  'showErrorDetails',
  'showLog',
] as const;

export type CommandName = (typeof COMMAND_NAMES)[number];

/** How many. */
const count = v.pipe(v.number(), v.finite(), v.minValue(0), v.transform(Math.round));
/** How long, in milliseconds. */
const milliseconds = count;

/**
 * Everything that can ever be sent, and why: the documentation of the extension's telemetry, the types of what the code
 * may record, and the sieve that each event passes before it leaves (`telemetry.ts`).
 *
 * A property is one word of a closed list and a measurement a number, so that no id, token, message, body, name of a host
 * or any other text can get in, not even by mistake. What does not fit is not sent.
 */
export const EVENTS = {
  /**
   * A command came to its end, in whatever way it was started.
   *
   * Which commands are used, and which end in a failure or are given up half-way and so need work?
   */
  command: {
    properties: v.object({
      command: v.picklist(COMMAND_NAMES),
      /**
       * `done`: all of it; `dismissed`: the person left a question; `refused`: it was not possible, and nothing was sent;
       * 'cancelled': the person stopped it; `failed`: at least one request did; `defect`: the extension is at fault.
       */
      result: v.picklist(['done', 'dismissed', 'refused', 'cancelled', 'failed', 'defect']),
      /** Of the first request that failed, or of the sign-in. */
      failure: v.optional(v.union([failureKind, v.picklist(SIGN_IN_FAILURE_KINDS)])),
    }),
    measurements: v.object({
      /** From its start to its end, with the time that the person took to answer questions. */
      durationMs: milliseconds,
      /** Service providers that it was called for, where it was told. Do people work on one or on many at a time? */
      serviceProviders: v.optional(count),
    }),
  },

  /**
   * The requests of about a minute that were of one sort and ended alike, added up: a list of hundreds of providers would
   * otherwise send hundreds of events at each refresh. A repeated request counts each time.
   *
   * How reliable and how fast is the service where people are, and what keeps requests from succeeding?
   */
  requests: {
    properties: v.object({
      operation: v.picklist(OPERATIONS),
      /** `notFound` is no fault for `get`: nothing is mapped. */
      outcome: v.union([v.literal('done'), failureKind]),
    }),
    measurements: v.object({
      requests: count,
      /** Of all of them together. */
      durationMs: milliseconds,
    }),
  },
} as const;

export type EventName = keyof typeof EVENTS;
export type EventProperties<Name extends EventName> = Readonly<v.InferOutput<(typeof EVENTS)[Name]['properties']>>;
export type EventMeasurements<Name extends EventName> = Readonly<v.InferOutput<(typeof EVENTS)[Name]['measurements']>>;
