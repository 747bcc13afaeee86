import { setTimeout as delay } from 'node:timers/promises';
import * as v from 'valibot';
import { dormantExtension, input, report } from './insideHost';

/** Waits for deferred work of an activation, so that it does not slow down the next one. Milliseconds. */
const SETTLE_MS = 200;

/** Waits until the window is idle after its start, since each activation waits for its thread. Milliseconds. */
const REST_MS = 1_500;

/** Activates the extensions of the input one after another, and reports how long each took. */
export async function run(): Promise<void> {
  const samples: { id: string; ms: number; cpuMs: number; loadMs: number; activateMs: number }[] = [];
  await delay(REST_MS);
  for (const id of v.parse(v.array(v.string()), input())) {
    const extension = dormantExtension(id);
    await delay(SETTLE_MS);
    const cpu = process.cpuUsage();
    const began = performance.now();
    await extension.activate();
    const ms = performance.now() - began;
    const { user, system } = process.cpuUsage(cpu);
    samples.push({ id, ms, cpuMs: (user + system) / 1000, ...whatVsCodeMeasured(id) });
  }
  await report(samples);
}

/** The marks behind `Developer: Show Running Extensions`, in whole milliseconds. */
function whatVsCodeMeasured(id: string): { loadMs: number; activateMs: number } {
  const { MonacoPerformanceMarks: marks } = globalThis as unknown as {
    MonacoPerformanceMarks: { getMarks(): { name: string; startTime: number }[] };
  };
  const time = (mark: string) =>
    marks.getMarks().find(({ name }) => name === `code/extHost/${mark}/${id}`)?.startTime ?? Number.NaN;
  return {
    loadMs: time('didLoadExtensionCode') - time('willLoadExtensionCode'),
    activateMs: time('didActivateExtension') - time('willActivateExtension'),
  };
}
