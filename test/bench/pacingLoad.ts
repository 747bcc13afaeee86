/** The process of the callers: runs the jobs of a message concurrently and sends back their results. */
import { performance } from 'node:perf_hooks';
import { Lateness } from './pacing/lateness';
import type { Job, JobResult, Results } from './pacing/messages';
import { sendReads } from './pacing/reads';
import { sendWrites } from './pacing/writes';

async function run(job: Job): Promise<JobResult> {
  const began = performance.now();
  const outcome = job.kind === 'reads' ? await sendReads(job) : await sendWrites(job);
  return { clicksMs: [], misreported: 0, ...outcome, ms: performance.now() - began };
}

process.on('message', (jobs: readonly Job[]) => {
  const lateness = new Lateness();
  void Promise.all(jobs.map(run)).then((results) => {
    process.send?.({ results, late: lateness.end() } satisfies Results);
  });
});
