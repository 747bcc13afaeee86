import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import pLimit from 'p-limit';
import { seededRandom } from '../../simulator/random';
import { type Read, readOf } from './callers';
import type { JobResult, ReadsJob } from './messages';

/** The average interval between two clicks. Milliseconds. */
const CLICK_EVERY_MS = 500;

/** Hands all reads to the caller and waits for their end. A failed one is counted and not retried. */
export async function sendReads(job: ReadsJob): Promise<Pick<JobResult, 'failed' | 'clicksMs'>> {
  const read = readOf(job);
  const limit = pLimit(job.handover === 'pooled' ? job.inFlight : Infinity);
  const idOf = (index: number) => job.serviceProviderIds[index % job.serviceProviderIds.length] ?? '';
  let ended = 0;
  let failed = 0;
  const all = Promise.all(
    Array.from({ length: job.calls }, (_, index) =>
      limit(async () => {
        await read(idOf(index)).catch(() => failed++);
        ended++;
      }),
    ),
  );
  const clicking = job.clicks && click(read, idOf, job.clicks.seed, () => ended / job.calls);
  await all;
  const clicksMs = (await clicking) ?? [];
  return { failed: failed + clicksMs.filter(Number.isNaN).length, clicksMs: clicksMs.filter(Number.isFinite) };
}

/** Clicks during the reads; NaN means that a click failed. They do not wait for each other. */
async function click(
  read: Read,
  idOf: (index: number) => string,
  seed: number,
  progress: () => number,
): Promise<number[]> {
  const random = seededRandom(seed);
  const clicks: Promise<number>[] = [];
  while (progress() < 0.75) {
    await delay(CLICK_EVERY_MS * (0.5 + random()));
    if (progress() < 0.25) continue;
    const began = performance.now();
    clicks.push(
      read(idOf(clicks.length), true).then(
        () => performance.now() - began,
        () => Number.NaN,
      ),
    );
  }
  return Promise.all(clicks);
}
