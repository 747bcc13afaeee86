import path from 'node:path';
import type { Browser } from 'playwright-core';
import { newContext } from '../runner/browser';
import { type Server, startServer } from '../runner/server';
import { Workbench } from '../runner/workbench';
import { FEW, MANY, workspaceWith } from './configuredProviders';
import { writeExtension } from './extensionFolder';
import type { Measurement } from './measurement';
import { median, ratio } from './medians';
import { withBrowser } from './withBrowser';

const root = path.resolve(import.meta.dirname, '../..');

/** Each round opens two windows, which takes some seconds. */
const ROUNDS = 4;

/** Shows in the status bar that extensions can run, so that their start is not part of the measurement. */
const READY = 'Extensions can run';
const READY_CODE = `
  const { window } = require('vscode');
  exports.activate = () => {
    const item = window.createStatusBarItem();
    item.text = ${JSON.stringify(READY)};
    item.show();
  };
`;

/**
 * The time between the click on the icon in the activity bar and the first rows on the screen, with 10,000 configured service
 * providers compared with 10. The click activates the extension. The user is signed out, so that nothing is read. Each window is
 * new, with its own extension host, alternately with many and few.
 */
export const rows: Measurement = {
  name: 'rows',
  async measure({ dir, signal }) {
    const activationEvents = ['onStartupFinished'];
    const ready = await writeExtension(dir, 'bench.ready', READY_CODE, { activationEvents });
    const folders = { few: await workspaceWith(dir, FEW), many: await workspaceWith(dir, MANY) };
    const times = { few: [] as number[], many: [] as number[] };
    const server = await startServer({ dataDir: path.join(dir, 'server'), extensions: [root, ready] });
    try {
      await withBrowser(signal, async (browser) => {
        for (let round = 0; round < ROUNDS; round++) {
          for (const count of round % 2 === 0 ? (['few', 'many'] as const) : (['many', 'few'] as const)) {
            signal.throwIfAborted();
            times[count].push(await timeToRows(browser, server, folders[count]));
          }
        }
      });
    } finally {
      await server.stop();
    }
    return [
      {
        name: `click to first rows, ${MANY} providers / ${FEW}`,
        ...ratio(times.many, times.few, 2),
        unit: 'times',
        information: { manyMs: Math.round(median(times.many)), fewMs: Math.round(median(times.few)) },
      },
    ];
  },
};

/** Milliseconds from the press on the icon until the frame after the first with a row. */
async function timeToRows(browser: Browser, server: Server, folder: string): Promise<number> {
  const context = await newContext(browser);
  try {
    const workbench = await Workbench.open(context, server, { folder });
    const { page } = workbench;
    await page.locator('.part.statusbar').getByText(READY).waitFor({ timeout: 60_000 });
    const time = page.evaluate<number>(`new Promise((resolve) => {
      let began;
      document.addEventListener('mousedown', () => { began = performance.now(); }, { capture: true, once: true });
      const look = () => {
        const isThere = document.querySelector('.part.sidebar [role=treeitem][aria-label^="Property 00001,"]');
        requestAnimationFrame(isThere ? () => { resolve(performance.now() - began); } : look);
      };
      look();
    })`);
    await workbench.viewContainer('Alexa Network Mapping');
    return await time;
  } finally {
    await context.close();
  }
}
