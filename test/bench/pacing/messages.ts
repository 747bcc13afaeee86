import type { Late } from './lateness';

/** Who sends: the client of the extension, or what one would take in its place. */
export type Caller = 'ours' | 'p-retry + p-limit' | 'ofetch' | 'bare fetch';

/**
 * How a caller is handed its calls: `pooled`, where the next comes when one of so many has ended, as the extension does it,
 * or all `atOnce`.
 */
export type Handover = 'pooled' | 'atOnce';

interface Target {
  readonly url: string;
  readonly accessToken: string;
  /** Called upon in turns. */
  readonly serviceProviderIds: readonly string[];
}

export interface ReadsJob extends Target {
  readonly kind: 'reads';
  readonly caller: Caller;
  readonly handover: Handover;
  readonly calls: number;
  readonly inFlight: number;
  /** A person clicks in the middle: between a quarter and three quarters of the calls. The moments depend on the seed. */
  readonly clicks?: { readonly seed: number };
}

/** Maps, remaps and deletes each service provider, through the owner of what is known of them. */
export interface WritesJob extends Target {
  readonly kind: 'writes';
  readonly skillIds: readonly [string, string];
}

export type Job = ReadsJob | WritesJob;

export interface JobResult {
  /** From the first call until the last has ended. */
  readonly ms: number;
  /** Calls that did not bring what they were to, in the end. */
  readonly failed: number;
  /** Milliseconds of each click. */
  readonly clicksMs: readonly number[];
  /** Writes of which the caller was told something other than what the service holds. */
  readonly misreported: number;
}

export interface Results {
  readonly results: readonly JobResult[];
  /** The process ought to wait for the service and not for itself. */
  readonly late: Late;
}
