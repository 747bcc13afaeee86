import path from 'node:path';
import * as v from 'valibot';
import { bundleInto } from './bundle';
import { NOTHING, writeExtension } from './extensionFolder';
import { runInHost } from './hostRun';
import { type Measurement, rounded } from './measurement';
import { median, spread } from './medians';

const root = path.resolve(import.meta.dirname, '../..');
const OURS = 'networkmapping.alexa-network-mapping';
const EMPTY = Array.from({ length: 6 }, (_, index) => `bench.empty-${index}`);

/** Each run starts a new VS Code, since an extension is activated only once. */
const RUNS = 5;

const Samples = v.array(
  v.object({ id: v.string(), ms: v.number(), cpuMs: v.number(), loadMs: v.number(), activateMs: v.number() }),
);

type Sample = v.InferOutput<typeof Samples>[number];

/**
 * How long `await extension.activate()` takes in a real extension host, against extensions that do nothing.
 *
 * That is what the user waits for after opening the view or running a command: VS Code requests the state of the extension from
 * the window, meanwhile reads and evaluates its bundle, and calls `activate`. For an extension that does nothing, it is almost
 * only the request to the window, and so depends on how busy that is. The figure in `Developer: Show Running Extensions` is the
 * part within the extension host (load and call, in whole milliseconds): it is 0 or 1 for an extension that does nothing, too
 * coarse for a ratio. It is included as information, as is the CPU time of the extension host.
 *
 * In each host, the first extension to be activated does nothing and is not measured: it warms up shared code, as VS Code's own
 * extensions do before an extension is activated on demand. Then follow five that do nothing, and ours last, since the window is
 * busy for a while with the views and commands that it registers. The figure is the median over the hosts of (ours / the median
 * of the five in the same host).
 */
export const activation: Measurement = {
  name: 'activation',
  async measure(bench) {
    const module = await bundleInto(bench.dir, 'activation.inHost');
    const extensions = [root, ...(await Promise.all(EMPTY.map((id) => writeExtension(bench.dir, id, NOTHING))))];
    const runs: { ratio: number; ours: Sample; emptyMs: number; emptyCpuMs: number }[] = [];
    for (let index = 0; index < RUNS; index++) {
      const samples = await runInHost(bench, { module, extensions, input: [...EMPTY, OURS] }, Samples);
      const ours = samples.pop();
      const empty = samples.slice(1);
      if (ours?.id !== OURS) throw new Error('the extension was not measured');
      const emptyMs = median(empty.map(({ ms }) => ms));
      const emptyCpuMs = median(empty.map(({ cpuMs }) => cpuMs));
      runs.push({ ratio: ours.ms / emptyMs, ours, emptyMs, emptyCpuMs });
    }
    const middle = (of: (run: (typeof runs)[number]) => number) => rounded(median(runs.map(of)));
    return [
      {
        name: 'activation / that of an empty extension',
        value: middle(({ ratio }) => ratio),
        spread: spread(runs.map(({ ratio }) => ratio)),
        unit: 'times',
        aim: { atMost: 2.2 },
        information: {
          oursMs: middle(({ ours }) => ours.ms),
          emptyMs: middle(({ emptyMs }) => emptyMs),
          oursCpuMs: middle(({ ours }) => ours.cpuMs),
          emptyCpuMs: middle(({ emptyCpuMs }) => emptyCpuMs),
          codeLoadingMs: middle(({ ours }) => ours.loadMs),
          activateCallMs: middle(({ ours }) => ours.activateMs),
        },
      },
    ];
  },
};
