import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { startSimulator } from '../simulator/simulator';
import { bundleInto } from './bundle';
import { writeExtension } from './extensionFolder';
import { runInHost } from './hostRun';
import { type Measurement, rounded } from './measurement';
import { median, ratio } from './medians';
import { LATENCY_MS } from './readLatency';

const root = path.resolve(import.meta.dirname, '../..');
const EXTENSION = 'bench.reading';
const Samples = v.object({ ours: v.array(v.number()), bare: v.array(v.number()) });

/**
 * The same read as in real use: in an extension host, with the token from VS Code's secret storage (which is in another
 * process), the endpoint from its settings, and a line in its log; compared with a bare `fetch` there.
 */
export const readInHost: Measurement = {
  name: 'read-in-host',
  async measure(bench) {
    const code = await readFile(await bundleInto(bench.dir, 'readingExtension'), 'utf8');
    const manifest = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as { contributes: object };
    const contributes = { configuration: (manifest.contributes as { configuration: object }).configuration };
    const extension = await writeExtension(bench.dir, EXTENSION, code, { contributes });
    const latencyMs = { min: LATENCY_MS, max: LATENCY_MS };
    const simulator = await startSimulator({ seed: 10, switches: { latencyMs } });
    try {
      const { control, url } = simulator;
      const id = control.providers().find(({ skillId }) => skillId !== null)?.serviceProviderId ?? '';
      const run = {
        module: await bundleInto(bench.dir, 'readInHost.inHost'),
        extensions: [extension],
        userSettings: { 'alexaNetworkMapping.apiEndpoint': url },
        input: {
          extension: EXTENSION,
          serviceProviderId: id,
          url: `${url}/v1/communications/serviceProviders/${encodeURIComponent(id)}/network`,
          accessToken: control.demo.accessToken,
        },
      };
      const { ours, bare } = await runInHost(bench, run, Samples);
      return [
        {
          name: `the same in VS Code, with secrets and log`,
          ...ratio(ours, bare),
          unit: 'times',
          aim: { below: 1.05 },
          information: { oursMs: rounded(median(ours)), bareMs: rounded(median(bare)) },
        },
      ];
    } finally {
      await simulator.stop();
    }
  },
};
