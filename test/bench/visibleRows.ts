import path from 'node:path';
import type { Browser } from 'playwright-core';
import { newContext } from '../runner/browser';
import { startServer } from '../runner/server';
import { Workbench } from '../runner/workbench';
import { providersOf } from '../simulator/seed';
import { startSimulator } from '../simulator/simulator';
import { workspaceWith } from './configuredProviders';
import type { Measurement, Row } from './measurement';
import { signInWithToken } from './signInWithToken';
import { withBrowser } from './withBrowser';

const root = path.resolve(import.meta.dirname, '../..');

const COUNTS = [100, 1_000, 10_000];
const LATENCY_MS = 40;
const LIMIT = { perSecond: 50, burst: 20 };

const AIM_MS = 1_500;

/**
 * The time between the first rows on the screen and the moment when all rows there show what the service has, for long lists,
 * with and without a rate limit. The user is signed in. Each window is new, with its own extension host. A single time each, of
 * this computer: most of it is waiting for the service, and for VS Code, which draws once no row has changed for 200 ms.
 */
export const visibleRows: Measurement = {
  name: 'visible-rows',
  async measure({ dir, signal }) {
    const simulator = await startSimulator({ seed: [], switches: { latencyMs: { min: LATENCY_MS, max: LATENCY_MS } } });
    const server = await startServer({
      dataDir: path.join(dir, 'server'),
      extensions: [root],
      settings: { 'alexaNetworkMapping.apiEndpoint': simulator.url },
    });
    const measureIn = async (browser: Browser): Promise<Row[]> => {
      const context = await newContext(browser);
      const open = async (count: number) =>
        Workbench.open(context, server, { folder: await workspaceWith(dir, count) });
      await signInWithToken(await open(0), simulator.control.issueAccessToken());
      const rows: Row[] = [];
      for (const count of COUNTS) {
        for (const kind of ['unlimited', 'limited'] as const) {
          signal.throwIfAborted();
          simulator.control.seed(providersOf(count));
          simulator.control.setSwitches({
            latencyMs: { min: LATENCY_MS, max: LATENCY_MS },
            rateLimit: kind === 'limited' ? LIMIT : null,
          });
          const workbench = await open(count);
          const { shown, read } = await timeToVisibleRows(workbench);
          await workbench.page.close();
          rows.push({
            name: `visible rows read, of ${count.toLocaleString('en')}${kind === 'limited' ? ` at ${LIMIT.perSecond}/s` : ''}`,
            value: Math.round(read),
            unit: 'ms',
            aim: { atMost: AIM_MS },
            information: { clickToRowsMs: Math.round(shown) },
          });
        }
      }
      return rows;
    };
    try {
      return await withBrowser(signal, measureIn);
    } finally {
      await server.stop();
      await simulator.stop();
    }
  },
};

interface Times {
  /** Milliseconds from the press on the icon until the first frame with rows, and from then until all of these have a mapping. */
  readonly shown: number;
  readonly read: number;
}

async function timeToVisibleRows(workbench: Workbench): Promise<Times> {
  const times = workbench.page.evaluate<Times>(`new Promise((resolve, reject) => {
    let began;
    let shown;
    setTimeout(() => reject(new Error('the rows were not read within a minute')), 60_000);
    document.addEventListener('mousedown', () => { began = performance.now(); }, { capture: true, once: true });
    const look = () => {
      const labels = [...document.querySelectorAll('.part.sidebar [role=treeitem][aria-label^="Property "]')]
        .map((row) => row.getAttribute('aria-label'));
      if (labels.length > 5) shown ??= performance.now();
      const isRead = labels.length > 5 && labels.every((label) => /, (mapped to|not mapped)/.test(label));
      const end = () => resolve({ shown: shown - began, read: performance.now() - shown });
      requestAnimationFrame(isRead ? end : look);
    };
    look();
  })`);
  await workbench.viewContainer('Alexa Network Mapping');
  return times;
}
