import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import * as v from 'valibot';
import { newContext } from '../runner/browser';
import { startServer } from '../runner/server';
import { Workbench } from '../runner/workbench';
import { providersOf } from '../simulator/seed';
import { startSimulator } from '../simulator/simulator';
import { MANY, workspaceWith } from './configuredProviders';
import { writeExtension } from './extensionFolder';
import { type Measurement, type Row, rounded } from './measurement';
import { signInWithToken } from './signInWithToken';
import { withBrowser } from './withBrowser';

const root = path.resolve(import.meta.dirname, '../..');

const LATENCY_MS = { min: 5, max: 5 };
const MIB = 2 ** 20;

/** What an extension host uses, in bytes and milliseconds; the heap after a garbage collection. */
const Usage = v.object({ heap: v.number(), resident: v.number(), processorMs: v.number() });
type Usage = v.InferOutput<typeof Usage>;

/** Answers requests with the usage; the status bar shows its port. */
const METER_CODE = `
  const { createServer } = require('node:http');
  const v8 = require('node:v8');
  const vm = require('node:vm');
  const { window } = require('vscode');
  exports.activate = () => {
    v8.setFlagsFromString('--expose-gc');
    const collectGarbage = vm.runInNewContext('gc');
    const server = createServer((request, response) => {
      const { user, system } = process.cpuUsage();
      const { rss: resident } = process.memoryUsage();
      collectGarbage();
      const { heapUsed: heap } = process.memoryUsage();
      response.end(JSON.stringify({ heap, resident, processorMs: (user + system) / 1000 }));
    });
    server.listen(0, '127.0.0.1', () => {
      const item = window.createStatusBarItem();
      item.text = 'Meter ' + server.address().port;
      item.show();
    });
  };
`;

/**
 * What a long list costs the extension host, from before the click on the icon in the activity bar until all mappings were
 * read: the memory that stays in use, and the processor time for each of them, with all that VS Code does there to draw the
 * rows and to send requests. `residentMiB` includes garbage that is not collected yet. One window.
 */
export const longList: Measurement = {
  name: 'long-list',
  async measure({ dir, signal }) {
    const meter = await writeExtension(dir, 'bench.meter', METER_CODE, { activationEvents: ['onStartupFinished'] });
    const simulator = await startSimulator({ seed: providersOf(MANY), switches: { latencyMs: LATENCY_MS } });
    const server = await startServer({
      dataDir: path.join(dir, 'server'),
      extensions: [root, meter],
      settings: { 'alexaNetworkMapping.apiEndpoint': simulator.url },
    });
    const measureIn = async (browser: Browser): Promise<Row[]> => {
      const context = await newContext(browser);
      await signInWithToken(await Workbench.open(context, server), simulator.control.issueAccessToken());
      const workbench = await Workbench.open(context, server, { folder: await workspaceWith(dir, MANY) });
      const port = await portOfMeter(workbench);
      const before = await usage(port);
      await workbench.viewContainer('Alexa Network Mapping');
      while (simulator.control.requests().length < MANY) await delay(100, undefined, { signal });
      await workbench.page
        .locator('.part.sidebar')
        .getByText(/^Reading mappings/)
        .waitFor({ state: 'hidden' });
      const after = await usage(port);
      return [
        {
          name: `memory for ${MANY.toLocaleString('en')} providers, all read`,
          value: Math.round((after.heap - before.heap) / MIB),
          unit: 'MiB',
          aim: { atMost: 120 },
          information: { residentMiB: Math.round((after.resident - before.resident) / MIB) },
        },
        {
          name: `processor time of each of ${MANY.toLocaleString('en')} reads`,
          value: rounded((after.processorMs - before.processorMs) / MANY),
          unit: 'ms',
          aim: { atMost: 1.2 },
        },
      ];
    };
    try {
      return await withBrowser(signal, measureIn);
    } finally {
      await server.stop();
      await simulator.stop();
    }
  },
};

async function portOfMeter({ page }: Workbench): Promise<string> {
  const item = page.locator('.part.statusbar').getByText(/^Meter \d+$/);
  await item.waitFor({ timeout: 60_000 });
  return (await item.innerText()).replace('Meter ', '');
}

async function usage(port: string): Promise<Usage> {
  return v.parse(Usage, await (await fetch(`http://127.0.0.1:${port}/`)).json());
}
