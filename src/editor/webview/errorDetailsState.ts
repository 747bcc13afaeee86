import * as v from 'valibot';
import { DETAIL_KINDS, FAILURE_KINDS, type ApiFailure } from '../../core/failures/apiFailure';
import { Mapping } from '../../core/model/mappingSchema';
import { REQUEST_OPERATIONS } from '../../core/model/serviceProvider';

/** What the error details store for a window reload. */
export interface ErrorDetailsState {
  readonly failure: ApiFailure;
  readonly providerName: string;
}

const Kind = v.picklist(FAILURE_KINDS);
/** A time that a Date can represent; formatting any other throws. */
const Time = v.pipe(
  v.number(),
  v.check((ms) => !Number.isNaN(new Date(ms).getTime()), 'not a time'),
);

const State: v.GenericSchema<unknown, ErrorDetailsState> = v.object({
  providerName: v.string(),
  failure: v.object({
    kind: Kind,
    operation: v.picklist(REQUEST_OPERATIONS),
    serviceProviderId: v.string(),
    skillId: v.exactOptional(v.string()),
    logicalId: v.exactOptional(v.string()),
    displayName: v.exactOptional(v.string()),
    replaced: v.exactOptional(Mapping),
    method: v.string(),
    url: v.string(),
    status: v.exactOptional(v.number()),
    serviceType: v.exactOptional(v.string()),
    serviceMessage: v.exactOptional(v.string()),
    requestId: v.exactOptional(v.string()),
    retryAfterMs: v.exactOptional(v.number()),
    attempts: v.array(
      v.object({
        startedAtMs: Time,
        durationMs: v.number(),
        outcome: v.union([v.number(), Kind]),
        requestId: v.exactOptional(v.string()),
      }),
    ),
    detail: v.exactOptional(v.string()),
    detailKind: v.exactOptional(v.picklist(DETAIL_KINDS)),
    effect: v.picklist(['none', 'unknown']),
  }),
});

/** Parses stored state, possibly of another version; undefined if it is not usable. */
export function readErrorDetailsState(stored: unknown): ErrorDetailsState | undefined {
  const state = v.safeParse(State, stored);
  return state.success ? state.output : undefined;
}
