import axe, { type AxeResults } from 'axe-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Workbench } from '../runner/workbench';
import { SKILL } from '../support/builders';
import {
  aProvider,
  rowLabels,
  row,
  screenshot,
  screenshotOnFailure,
  UiTestEnvironment,
  webviewFrame,
} from './uiTestEnvironment';

const AURORA = aProvider('Aurora', SKILL);
const BELVEDERE = aProvider('Belvedere');

describe('Check Setup', () => {
  let stage: UiTestEnvironment;
  let workbench: Workbench;

  beforeAll(async () => {
    stage = await UiTestEnvironment.start('check-setup');
    workbench = await stage.open({ providers: [AURORA, BELVEDERE] });
  });
  afterAll(() => stage.stop());
  screenshotOnFailure(() => workbench);

  const control = () => stage.simulator.control;
  const heading = (name: string) => workbench.webview().getByRole('heading', { name, level: 1 });
  const press = (name: string) => workbench.webview().getByRole('button', { name, exact: true }).click();
  const item = (name: string) => workbench.webview().getByRole('listitem').filter({ hasText: name });
  const tabs = () => workbench.page.locator('.part.editor .tab').allInnerTexts();

  it('opens from the palette, and leads to the sign-in', async () => {
    await workbench.command('Alexa Network Mapping: Check Setup');
    await heading('You are signed out').waitFor();
    expect(await tabs()).toEqual(['Setup: Aurora']);
    await screenshot(workbench, 'setup-signed-out');
    await press('Sign In…');
    await stage.paste(workbench, stage.newToken());
    await expect.poll(() => rowLabels(workbench)).toEqual([`Aurora, mapped to ${SKILL}`, 'Belvedere, not mapped']);
    await press('Check Again');
    await heading('Nothing is broken, as far as it could be checked').waitFor();
    await expect
      .poll(() => item('Mapping to a skill').innerText())
      .toMatch(/^OK\s+Mapping to a skill\s+It is mapped to/);
    await screenshot(workbench, 'setup-works');
  });

  it('opens from the menu of a row, in the same page', async () => {
    await workbench.contextMenu(row(workbench, 'Belvedere'), 'Check Setup');
    await heading('The service provider is not mapped to a skill').waitFor();
    expect(await tabs()).toEqual(['Setup: Belvedere']);
    await screenshot(workbench, 'setup-not-mapped');
  });

  it('stops at what is broken, and says what to do there', async () => {
    control().addFault({ name: 'forbidden', operation: 'get', serviceProviderId: AURORA.serviceProviderId });
    await workbench.contextMenu(row(workbench, 'Aurora'), 'Check Setup');
    await heading('The service does not allow this request').waitFor();
    const steps = await workbench.webview().getByRole('region', { name: 'Next steps' }).innerText();
    for (const cause of ['WebRTC add-on', 'Spain', 'API access', 'amazon_communication::calling']) {
      expect(steps).toContain(cause);
    }
    expect(await item('Mapping to a skill').innerText()).toMatch(/^Not checked/);
    await screenshot(workbench, 'setup-forbidden');
    control().clearFaults();
    await press('Check Again');
    await heading('Nothing is broken, as far as it could be checked').waitFor();
  });

  it('has a report to copy, without secrets', async () => {
    await press('Copy Report');
    await workbench.webview().getByRole('status').filter({ hasText: 'Report copied.' }).waitFor();
    const report = await stage.clipboard(workbench);
    expect(report).toContain('- ✓ OK: Mapping to a skill. It is mapped to the skill');
    expect(report).toContain(AURORA.serviceProviderId);
    stage.recordText(await (await webviewFrame(workbench)).content());
    expect(await stage.leaks()).toEqual([]);
  });

  it('has no accessibility violation', async () => {
    const frame = await webviewFrame(workbench);
    await frame.evaluate(axe.source);
    const { violations } = await frame.evaluate<AxeResults>('axe.run()');
    expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([]);
  });

  it('is not there after a reload, because it was about a moment in the past', async () => {
    await workbench.reload();
    await expect.poll(() => rowLabels(workbench)).toHaveLength(2);
    expect(await tabs()).toEqual([]);
  });
});
