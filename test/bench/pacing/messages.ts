import type { Late } from './lateness';

/** The client that sends: that of the extension, or an alternative to it. */
export type Caller = 'ours' | 'p-retry + p-limit' | 'ofetch' | 'bare fetch';

/**
 * How calls are handed to a caller: `pooled`, so that the next one starts when one of the pool has ended, as in the extension, or
 * all `atOnce`.
 */
export type Handover = 'pooled' | 'atOnce';

interface Target {
  readonly url: string;
  readonly accessToken: string;
  /** Used in rotation. */
  readonly serviceProviderIds: readonly string[];
}

export interface ReadsJob extends Target {
  readonly kind: 'reads';
  readonly caller: Caller;
  readonly handover: Handover;
  readonly calls: number;
  readonly inFlight: number;
  /** Clicks of the user between a quarter and three quarters of the calls. Their times depend on the seed. */
  readonly clicks?: { readonly seed: number };
}

/** Maps, remaps and deletes each service provider through the mapping store. */
export interface WritesJob extends Target {
  readonly kind: 'writes';
  readonly skillIds: readonly [string, string];
}

export type Job = ReadsJob | WritesJob;

export interface JobResult {
  /** From the first call until the last has ended. */
  readonly ms: number;
  /** Calls that failed after all retries. */
  readonly failed: number;
  /** The duration of each click, in milliseconds. */
  readonly clicksMs: readonly number[];
  /** Writes with a reported outcome that differs from the actual mapping. */
  readonly misreported: number;
}

export interface Results {
  readonly results: readonly JobResult[];
  /** The event loop delay: the process should wait for the service and not for itself. */
  readonly late: Late;
}
