import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFailed } from 'vitest';
import { shortId } from '../../src/core/model/identifiers';
import type { Workbench } from '../runner/workbench';
import { OTHER_SKILL, SKILL, THIRD_SKILL } from '../support/builders';
import {
  aProvider,
  inOldest,
  rowLabels,
  list,
  screenshot,
  screenshotOnFailure,
  UiTestEnvironment,
} from './uiTestEnvironment';

/** In list order: those that are moved come first. */
const MOVED = Array.from({ length: 300 }, (_, index) => aProvider(`North ${String(index).padStart(3, '0')}`, SKILL));
const OTHERS = Array.from({ length: 700 }, (_, index) =>
  aProvider(`South ${String(index).padStart(3, '0')}`, index % 3 === 0 ? OTHER_SKILL : undefined),
);
const ALL = [...MOVED, ...OTHERS];

describe('a user who moves 300 service providers of 1,000 to another skill', () => {
  let stage: UiTestEnvironment;
  let workbench: Workbench;
  let broken = false;
  let made = 0;

  beforeAll(async () => {
    stage = await UiTestEnvironment.start('bulk');
    workbench = await stage.open({ providers: ALL, signedIn: true });
  });
  afterAll(() => stage.stop());
  screenshotOnFailure(() => workbench);

  // The tests build on each other: after a failed one, the others would fail too, slowly.
  beforeEach((context) => {
    context.skip(broken);
    onTestFailed(() => {
      broken = true;
    });
  });

  const control = () => stage.simulator.control;
  const truth = () =>
    new Map(
      control()
        .providers()
        .map(({ serviceProviderId, skillId }) => [serviceProviderId, skillId ?? undefined]),
    );
  /** The expected accessible label of each row, from the actual mappings. */
  const trueLabels = () => {
    const mappings = truth();
    return ALL.map(({ serviceProviderId, name }) => {
      const skillId = mappings.get(serviceProviderId);
      return `${name}, ${skillId === undefined ? 'not mapped' : `mapped to ${skillId}`}`;
    });
  };

  /** The labels of all rows. VS Code renders only visible ones, so this enlarges the window to the height of all rows. */
  async function allLabels(): Promise<string[]> {
    const { page } = workbench;
    const usual = page.viewportSize() ?? { width: 1280, height: 800 };
    await page.setViewportSize({ ...usual, height: 1_000 + ALL.length * 22 });
    try {
      await expect.poll(() => list(workbench).getByRole('treeitem').count()).toBe(ALL.length);
      return (await rowLabels(workbench)).sort();
    } finally {
      await page.setViewportSize(usual);
    }
  }

  async function expectTruth(): Promise<void> {
    // Wait for operations in progress first: rendering all rows slows them down.
    const progress = workbench.page.locator('.part.sidebar .monaco-progress-container.active');
    await expect.poll(() => progress.count(), { timeout: 60_000, interval: 500 }).toBe(0);
    await expect.poll(allLabels, { timeout: 60_000, interval: 5_000 }).toEqual(trueLabels().sort());
  }

  /** The service providers of the changes that the service did not reject by its rate limit. */
  const changes = () =>
    control()
      .requests()
      .filter(({ method, status }) => method !== 'GET' && status !== 429)
      .map(({ serviceProviderId }) => serviceProviderId);

  const summary = (): Locator =>
    workbench.page.locator('.notification-toast').filter({ hasText: /(?:Remapped|Undid) \d+ of/ });

  /** Accepts the preview and the confirmation after it. */
  async function goOn(title: string, button: string): Promise<void> {
    await workbench.quickInput.titled(title);
    await workbench.quickInput.accept();
    await workbench.dialog.press(button);
  }

  it('sees the mapping of each', async () => {
    await expectTruth();
  });

  it('sees a preview of each change', async () => {
    control().setSwitches({ rateLimit: { perSecond: 50, burst: 20 } });
    control().addFault({ operation: 'mapping', kind: 'answer', status: 503, probability: 0.03 });
    control().addFault({ operation: 'write', kind: 'reset', effect: 'done', probability: 0.02 });
    await list(workbench).hover();
    await workbench.page.mouse.wheel(0, -100_000);
    await workbench.row(/^North 000, /).click();
    await list(workbench).hover();
    for (let steps = 0; steps < 150 && (await workbench.row(/^North 299, /).count()) === 0; steps++) {
      await workbench.page.mouse.wheel(0, 250);
      await workbench.page.waitForTimeout(30);
    }
    await workbench.row(/^North 299, /).click({ modifiers: ['Shift'] });
    await workbench.contextMenu(workbench.row(/^North 299, /), 'Remap to Skill…');
    await workbench.quickInput.titled('Remap 300 Service Providers to Skill');
    await workbench.quickInput.fill(THIRD_SKILL);
    await workbench.quickInput.accept();
    await workbench.quickInput.titled(`Remap to ${THIRD_SKILL}`);
    const first = await workbench.page.locator('.quick-input-list .monaco-list-row').first().innerText();
    expect(first).toContain('North 000');
    expect(first).toContain(`${shortId(SKILL)} → ${shortId(THIRD_SKILL)}`);
    await screenshot(workbench, 'bulk-01-preview');
    await workbench.quickInput.accept();
    expect(await workbench.dialog.text()).toContain('Remap 300 service providers?');
    expect(changes()).toEqual([]);
    await screenshot(workbench, 'bulk-02-question');
    control().clearRequests();
    await workbench.dialog.press('Remap');
  });

  it('watches the progress, and cancels halfway: every outcome is known', async () => {
    await expect.poll(() => changes().length, { timeout: 60_000 }).toBeGreaterThan(140);
    await screenshot(workbench, 'bulk-03-progress');
    const progress = workbench.page
      .locator('.notification-toast')
      .filter({ hasText: /Remapping 300 service providers/ });
    await progress.getByRole('button', { name: 'Cancel', exact: true }).click();
    await summary().waitFor();
    const text = await summary().innerText();
    made = Number(/Remapped (\d+) of 300/.exec(text)?.[1]);
    expect(text).not.toContain('unconfirmed');
    await screenshot(workbench, 'bulk-04-stopped');
    const sent = changes();
    expect(new Set(sent).size).toBe(sent.length);
    expect(sent.length).toBeLessThan(300);
    expect([...truth().values()].filter((skillId) => skillId === THIRD_SKILL).length).toBe(made);
    await expectTruth();
  });

  // VS Code has no part in what is sent; the preview, the dialog and the progress are those of the tests above.
  it.skipIf(inOldest)('undoes it, and retries what has failed, until all mappings are restored', async () => {
    const left = () => [...truth().values()].filter((skillId) => skillId === THIRD_SKILL).length;
    await workbench.command('Alexa Network Mapping: Undo Last Mapping Change');
    for (let count = made, act = 1; count > 0; count = left(), act++) {
      expect(act, 'acts until all is undone').toBeLessThan(8);
      control().clearRequests();
      // The remaining ones are few enough for one dialog, and the service has recovered.
      if (count > 10) await goOn('Undo Last Mapping Change', 'Undo');
      else {
        control().clearFaults();
        await workbench.dialog.press('Undo');
      }
      const result = summary().filter({ hasText: `of ${count} changes` });
      await expect.poll(async () => left() === 0 || (await result.count()) > 0, { timeout: 60_000 }).toBe(true);
      const sent = changes();
      expect(new Set(sent).size).toBe(sent.length);
      await expectTruth();
      if (left() > 0) await result.getByRole('button', { name: 'Try Again' }).click();
    }
    await expectTruth();
    expect(truth()).toEqual(new Map(ALL.map(({ serviceProviderId, skillId }) => [serviceProviderId, skillId])));
    await screenshot(workbench, 'bulk-05-undone');
  });

  it('leaves no access token in anything that was written', async () => {
    expect(await stage.leaks()).toEqual([]);
  });
});
