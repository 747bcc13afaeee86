import path from 'node:path';
import * as v from 'valibot';
import { bundleInto } from './bundle';
import { NOTHING, writeExtension } from './extensionFolder';
import { runInHost } from './hostRun';
import { type Measurement, rounded } from './measurement';
import { median, middleHalf } from './medians';

const root = path.resolve(import.meta.dirname, '../..');
const OURS = 'networkmapping.alexa-network-mapping';
const EMPTY = Array.from({ length: 6 }, (_, index) => `bench.empty-${index}`);

/** Each run starts VS Code anew, since an extension is activated once. */
const RUNS = 9;

const Samples = v.array(
  v.object({ id: v.string(), ms: v.number(), cpuMs: v.number(), loadMs: v.number(), activateMs: v.number() }),
);

type Sample = v.InferOutput<typeof Samples>[number];

/**
 * How long `await extension.activate()` takes in a real extension host, against extensions that do nothing.
 *
 * That is all that whoever opens the view or runs a command waits for: VS Code asks the window for the state of the
 * extension, meanwhile reads and evaluates its bundle from the disk, and calls `activate`. For an extension that does nothing
 * it is almost only the question to the window, and so depends on how busy that is. The figure in `Developer: Show Running
 * Extensions` is the part within the extension host (load and call, in whole milliseconds): it is 0 or 1 for an extension that
 * does nothing, too coarse for a ratio. It is given as information, and so is the processor time of the extension host.
 *
 * In each host the first to be activated is an extension that does nothing and does not count: it warms up what all share,
 * as VS Code's own extensions do for whoever is activated on demand. Then come five that do nothing, and ours last, since the
 * window is busy for a while with the views and commands that it registers. The figure is the median over the hosts of (ours /
 * the median of the five in the same host).
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
      if (ours?.id !== OURS) throw new Error('there is no sample of the extension');
      const emptyMs = median(empty.map(({ ms }) => ms));
      const emptyCpuMs = median(empty.map(({ cpuMs }) => cpuMs));
      runs.push({ ratio: ours.ms / emptyMs, ours, emptyMs, emptyCpuMs });
    }
    const middle = (of: (run: (typeof runs)[number]) => number) => rounded(median(runs.map(of)));
    return [
      {
        name: 'activation / that of an empty extension',
        value: middle(({ ratio }) => ratio),
        unit: 'times',
        aim: { atMost: 3 },
        information: {
          middleHalf: middleHalf(runs.map(({ ratio }) => ratio)),
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
