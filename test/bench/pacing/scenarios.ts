import type { FaultInput } from '../../simulator/faults';
import type { Limit } from './limit';

/** Calls to a service with a specified behavior. Latencies and faults depend only on the seed. */
export interface Scenario {
  readonly name: string;
  /** A description of the service, for the table. */
  readonly title: string;
  readonly calls: number;
  /** How many clients share the limit, each with this many calls; one if omitted. */
  readonly clients?: number;
  readonly limit: Limit;
  readonly faults?: readonly FaultInput[];
  /** The target figures of our client. `refused` is in percent of the calls. */
  readonly aims: { readonly median: number; readonly worst: number; readonly refused?: number };
}

/** The latency of each response, half of it before the rate limit is checked. Milliseconds. */
export const LATENCY_MS = { min: 20, max: 60 };

const FIFTY = { burst: 20, stages: [{ fromS: 0, perSecond: 50 }] } satisfies Limit;
const FIVE = { burst: 5, stages: [{ fromS: 0, perSecond: 5 }] } satisfies Limit;

/** One in twenty calls is answered with 503, one in a hundred not at all. A fault uses a token like any response. */
const FAULTS = {
  failures: { kind: 'answer', status: 503, probability: 0.05 },
  // The second applies only to requests that the first does not.
  resets: { kind: 'reset', probability: 0.01 / 0.95 },
} as const;

/** Reads: A to F and S, one client each. */
export const READS: readonly Scenario[] = [
  {
    name: 'A',
    title: '1,000 reads at 50/s, burst 20',
    calls: 1000,
    limit: FIFTY,
    aims: { median: 1.05, worst: 1.1, refused: 2.2 },
  },
  {
    name: 'B',
    title: 'A, each refusal with Retry-After: 1',
    calls: 1000,
    limit: { ...FIFTY, retryAfterS: 1 },
    aims: { median: 1.35, worst: 1.45, refused: 3.5 },
  },
  {
    name: 'C',
    title: 'A, 10/s from second 10 to 20',
    calls: 1000,
    limit: {
      burst: 20,
      stages: [
        { fromS: 0, perSecond: 50 },
        { fromS: 10, perSecond: 10 },
        { fromS: 20, perSecond: 50 },
      ],
    },
    aims: { median: 1.1, worst: 1.15, refused: 5.5 },
  },
  {
    name: 'E',
    title: 'A, 5 % answered with 503, 1 % reset',
    calls: 1000,
    limit: FIFTY,
    faults: [FAULTS.failures, FAULTS.resets],
    aims: { median: 1.07, worst: 1.12, refused: 4.5 },
  },
  {
    name: 'F',
    title: '60 reads at 5/s, burst 5',
    calls: 60,
    limit: FIVE,
    aims: { median: 1.05, worst: 1.08, refused: 15 },
  },
  {
    name: 'S',
    title: '60 reads at 50/s, burst 20',
    calls: 60,
    limit: FIFTY,
    aims: { median: 1.4, worst: 1.7, refused: 25 },
  },
];

/** Two windows of two users, say, that know nothing of each other. */
export const SHARED: Scenario = {
  name: 'A2',
  title: 'two clients on the limit of A, 500 reads each',
  calls: 500,
  clients: 2,
  limit: FIFTY,
  aims: { median: 1.06, worst: 1.15 },
};

/** A limit that forgives no early call. */
export const NO_BURST: Scenario = {
  name: 'N',
  title: '200 reads at 20/s, burst 1',
  calls: 200,
  limit: { burst: 1, stages: [{ fromS: 0, perSecond: 20 }] },
  aims: { median: 1.45, worst: 1.6 },
};

/** Each service provider is mapped, remapped and deleted: 300 writes. Half of the faults occur after the write took effect. */
export const WRITES: Scenario = {
  name: 'W',
  title: '300 writes on 100 providers at 50/s, burst 20, faults as in E',
  calls: 300,
  limit: FIFTY,
  faults: [
    { ...FAULTS.failures, probability: 0.025 },
    { ...FAULTS.failures, probability: 0.025 / 0.975, effect: 'done' },
    { ...FAULTS.resets, probability: 0.005 / 0.95 },
    { ...FAULTS.resets, probability: 0.005 / 0.945, effect: 'done' },
  ],
  aims: { median: 1.25, worst: 1.35 },
};

/** A background read of everything, during which the user clicks about twice a second. */
export const CLICKS: readonly (Pick<Scenario, 'name' | 'title' | 'calls' | 'limit'> & { readonly p99Ms: number })[] = [
  { name: 'A', title: 'one click in the middle of A', calls: 1000, limit: FIFTY, p99Ms: 350 },
  { name: 'F', title: 'one click in the middle of F', calls: 60, limit: FIVE, p99Ms: 800 },
];

/** D: without a limit, the overhead of the rate limiter relative to a bare pool of the same size. Milliseconds. */
export const UNLIMITED = {
  calls: 1000,
  latencyMs: 40,
  pools: [
    { inFlight: 16, atMost: 1.05 },
    { inFlight: 32, atMost: 1.1 },
  ],
} as const;
