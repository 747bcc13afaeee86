import { type Late, later, Lateness } from './lateness';
import { idealMs } from './limit';
import type { LoadProcess } from './loadProcess';
import type { Job, JobResult } from './messages';
import type { Scenario } from './scenarios';
import { LATENCY_MS } from './scenarios';
import { Service } from './service';

/** Each has its own latencies, faults and click times. */
const SEEDS = [1, 2, 3, 4, 5] as const;

/** The results of the calls of one seed. */
export interface Sample extends JobResult {
  /** Computed from the limit. A failed call is sent again, and counts twice. */
  readonly timeOverIdeal: number;
  /** Rejected requests, in percent of the calls. */
  readonly refused: number;
  readonly inSilence: number;
  readonly writesAtOnce: number;
  readonly blindWrites: number;
  /** The greater event loop delay of the two processes, 99th percentile in milliseconds. */
  readonly lateMs: number;
}

type Run = Pick<Scenario, 'calls' | 'clients' | 'limit' | 'faults'>;
type JobOf = (target: Service['target'], seed: number) => Job;

/**
 * Runs callers concurrently, each with its own simulator for each seed: they wait for the service most of the time.
 *
 * @param jobsOf creates the jobs for a simulator
 * @returns the samples of each caller
 */
export async function sideBySide(
  load: LoadProcess,
  run: Run,
  jobsOf: readonly JobOf[],
  isMapped = true,
): Promise<Sample[][]> {
  const services: Service[] = [];
  const jobs: Job[] = [];
  const { clients = 1 } = run;
  const lateness = new Lateness();
  try {
    for (const jobOf of jobsOf) {
      for (const seed of SEEDS) {
        const service = await Service.start(seed, { latencyMs: LATENCY_MS, ...run, isMapped });
        services.push(service);
        for (let client = 0; client < clients; client++) jobs.push(jobOf(service.target, seed));
      }
    }
    const { results, late } = await load.run(jobs);
    const latest = later(late, lateness.end());
    const samples = services.map((service, index) =>
      sampleOf(run, service, results.slice(index * clients, (index + 1) * clients), latest),
    );
    return jobsOf.map((_, index) => samples.slice(index * SEEDS.length, (index + 1) * SEEDS.length));
  } finally {
    await Promise.all(services.map((service) => service.stop()));
  }
}

function sampleOf(
  { calls, clients = 1, limit }: Run,
  service: Service,
  results: readonly JobResult[],
  late: Late,
): Sample {
  if (results.length !== clients) throw new Error('each job has a result');
  const { refused, inSilence, writesAtOnce, blindWrites } = service.traffic(late.worstMs);
  const sum = (of: (result: JobResult) => number) => results.reduce((total, result) => total + of(result), 0);
  const clicksMs = results.flatMap((result) => result.clicksMs);
  const asked = calls * clients + clicksMs.length;
  // All have started together.
  const ms = Math.max(...results.map((result) => result.ms));
  return {
    ms,
    failed: sum(({ failed }) => failed),
    clicksMs,
    misreported: sum(({ misreported }) => misreported),
    timeOverIdeal: ms / idealMs(limit, asked + service.needed),
    refused: (100 * refused) / asked,
    inSilence,
    writesAtOnce,
    blindWrites,
    lateMs: late.mostlyMs,
  };
}

/** A bare pool and our client, alternately, on a service without a limit. Milliseconds for all calls, one figure per seed. */
export async function inTurns(load: LoadProcess, latencyMs: number, jobsOf: readonly JobOf[]): Promise<JobResult[][]> {
  const results = jobsOf.map((): JobResult[] => []);
  for (const seed of SEEDS) {
    const turns = [...jobsOf.entries()];
    for (const [index, jobOf] of seed % 2 === 0 ? turns : turns.toReversed()) {
      const service = await Service.start(seed, { latencyMs: { min: latencyMs, max: latencyMs }, isMapped: true });
      try {
        const { results: own } = await load.run([jobOf(service.target, seed)]);
        results[index]?.push(...own);
      } finally {
        await service.stop();
      }
    }
  }
  return results;
}
