import path from 'node:path';
import type { Browser } from 'playwright-core';
import { newContext } from '../runner/browser';
import { type Server, startServer } from '../runner/server';
import { Workbench } from '../runner/workbench';
import { FEW, MANY, workspaceWith } from './configuredProviders';
import { writeExtension } from './extensionFolder';
import type { Measurement } from './measurement';
import { median, ratio } from './medians';
import { SKILLS_TEXT, writeSkillProjects } from './skillProjects';
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
 * providers compared with 10, and with a workspace full of skill projects compared with one without. The click activates the extension. The user is signed out, so that nothing is read. Each window is
 * new, with its own extension host, of each kind in turns.
 */
export const rows: Measurement = {
  name: 'rows',
  async measure({ dir, signal }) {
    const activationEvents = ['onStartupFinished'];
    const ready = await writeExtension(dir, 'bench.ready', READY_CODE, { activationEvents });
    const withSkills = await workspaceWith(path.join(dir, 'skills'), FEW);
    await writeSkillProjects(withSkills);
    const folders = { few: await workspaceWith(dir, FEW), many: await workspaceWith(dir, MANY), skills: withSkills };
    const times = { few: [] as number[], many: [] as number[], skills: [] as number[] };
    const inOrder = ['few', 'many', 'skills'] as const;
    const server = await startServer({ dataDir: path.join(dir, 'server'), extensions: [root, ready] });
    try {
      await withBrowser(signal, async (browser) => {
        for (let round = 0; round < ROUNDS; round++) {
          for (const each of round % 2 === 0 ? inOrder : inOrder.toReversed()) {
            signal.throwIfAborted();
            times[each].push(await timeToRows(browser, server, folders[each]));
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
      {
        name: `click to first rows, ${SKILLS_TEXT} / none`,
        ...ratio(times.skills, times.few, 2),
        unit: 'times',
        aim: { atMost: 1.1 },
        information: { skillsMs: Math.round(median(times.skills)), noneMs: Math.round(median(times.few)) },
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
