import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { demoSkills, providersOf } from '../simulator/seed';
import { startSimulator } from '../simulator/simulator';
import { type Bench, type Measurement, rounded } from './measurement';
import { median, spread } from './medians';
import { idealMs } from './pacing/limit';
import { LATENCY_MS } from './pacing/scenarios';

const COMMAND = path.resolve(import.meta.dirname, '../../dist/cli/alexa-network-mapping.js');
const MAPPINGS = 1000;
/** That of the first scenario of the pacing measurement. */
const LIMIT = { burst: 20, stages: [{ fromS: 0, perSecond: 50 }] } as const;
/** The latencies of one simulator each. They run concurrently, because they wait for the service most of the time. */
const SEEDS = [1, 2, 3];

/**
 * How long `check` takes at a rate limit that it does not know, from the start of the process to its end, relative to the
 * minimum time in which the limit can admit all reads.
 */
export const commandLine: Measurement = {
  name: 'commandLine',
  async measure(bench) {
    const samples = await Promise.all(SEEDS.map((seed) => check(seed, bench)));
    const times = samples.map(({ ms }) => ms / idealMs(LIMIT, MAPPINGS));
    return [
      {
        name: 'check of 1,000 mappings at 50/s, burst 20, time / ideal',
        value: rounded(median(times), 3),
        spread: spread(times),
        unit: 'times',
        aim: { atMost: 1.05 },
        information: {
          worst: rounded(Math.max(...times), 3),
          refused: Math.max(...samples.map(({ refused }) => refused)),
        },
      },
    ];
  },
};

/** Checks a file with which the service agrees. */
async function check(seed: number, { dir, signal }: Bench): Promise<{ ms: number; refused: number }> {
  const skillId = demoSkills.guestCalling;
  const providers = providersOf(MAPPINGS).map((provider) => ({ ...provider, skillId }));
  const [stage] = LIMIT.stages;
  const simulator = await startSimulator({
    seed: providers,
    randomSeed: seed,
    switches: { latencyMs: LATENCY_MS, rateLimit: { perSecond: stage.perSecond, burst: LIMIT.burst } },
  });
  try {
    const file = path.join(dir, `${seed}.network-mappings.json`);
    const mappings = providers.map(({ serviceProviderId }) => ({ serviceProviderId, skillId }));
    await writeFile(file, JSON.stringify({ mappings }));
    const env = {
      LWA_ACCESS_TOKEN: simulator.control.demo.accessToken,
      ALEXA_NETWORK_MAPPING_API_ENDPOINT: simulator.url,
    };
    const beganMs = performance.now();
    // Rejects unless it ends with 0: then the service would differ, or could not be read.
    await new Promise<void>((resolve, reject) => {
      execFile(process.execPath, [COMMAND, 'check', file], { env, signal }, (error) => {
        if (error) reject(new Error(`check ended with ${String(error.code)}`));
        else resolve();
      });
    });
    return { ms: performance.now() - beganMs, refused: simulator.control.traffic().refused };
  } finally {
    await simulator.stop();
  }
}
